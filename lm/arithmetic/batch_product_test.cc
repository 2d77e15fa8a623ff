#include "lm/arithmetic/batch_product.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/algorithm/container.h"
#include "base/testing.h"
#include "lm/arithmetic/products.h"

namespace lm {
namespace {

// [n, rows, columns] as a view: rows or columns in one piece, part of a larger tensor, of heads that lie between
// others'.
enum class Layout { kRows, kColumns, kPart, kHeads, kRepeated, kStrided };

torch::Tensor View(int64_t n, int64_t rows, int64_t columns, Layout layout, torch::Dtype type) {
  switch (layout) {
    case Layout::kRows:
      break;
    case Layout::kColumns:
      return torch::randn({n, columns, rows}, type).transpose(1, 2);
    case Layout::kPart:
      return torch::randn({n + 1, rows + 3, columns + 5}, type)
          .slice(0, 1)
          .slice(1, 2, rows + 2)
          .slice(2, 3, columns + 3);
    case Layout::kHeads:
      return torch::randn({rows, n + 2, columns}, type).slice(1, 1, n + 1).transpose(0, 1);
    case Layout::kRepeated:
      return torch::randn({1, rows, columns}, type).expand({n, rows, columns});
    case Layout::kStrided:
      return torch::randn({n, rows, 2 * columns}, type).slice(2, 0, torch::nullopt, 2);
  }
  return torch::randn({n, rows, columns}, type);
}

// Torch's products and batches alike, forward and backward, on this thread and as long as it is asked for.
TEST(RoundedProductsTest, RoundWhatIsMultiplied) {
  if (!absl::c_linear_search(ProductChoices(), "own")) {
    ASSERT_OK(ChooseProducts("auto"));
    EXPECT_FALSE(CanRoundProducts());
    return;
  }
  ASSERT_OK(ChooseProducts("own"));
  torch::manual_seed(2);
  const auto rounded = [](const torch::Tensor& x) { return x.to(torch::kBFloat16).to(torch::kFloat32); };
  const torch::Tensor a = torch::randn({2, 40, 64}), b = torch::randn({2, 64, 33});
  const torch::Tensor exact = torch::bmm(rounded(a), rounded(b)), of_floats = torch::bmm(a, b);
  torch::Tensor out = torch::empty_like(exact);
  {
    const RoundedProducts products(true);
    EXPECT_TRUE(torch::equal(torch::mm(a[0], b[0]), exact[0]));
    MultiplyBatch(a, b, /*adds=*/false, out);
    EXPECT_TRUE(torch::equal(out, exact));
    const RoundedProducts inner(false);
    EXPECT_TRUE(torch::equal(torch::mm(a[0], b[0]), of_floats[0]));
  }
  EXPECT_TRUE(torch::equal(torch::mm(a[0], b[0]), of_floats[0]));
  EXPECT_FALSE(torch::equal(of_floats, exact));

  const torch::Tensor weight = b[0].clone().requires_grad_(true);
  const RoundedProducts products(true);
  torch::mm(a[0], weight).sum().backward();
  EXPECT_TRUE(torch::equal(weight.grad(), torch::mm(a[0].t(), torch::ones({40, 33}))));
  bool elsewhere = false;
  std::thread([&] { elsewhere = torch::equal(torch::mm(a[0], b[0]), of_floats[0]); }).join();
  EXPECT_TRUE(elsewhere);
}

TEST(BatchProductTest, IsTheProductOfAnyViews) {
  torch::manual_seed(1);
  std::vector<std::string> choices = ProductChoices();
  for (const std::string& choice : {std::string("library"), std::string("own")}) {
    if (!absl::c_linear_search(choices, choice)) continue;  // own: elsewhere, or beside MKL
    ASSERT_OK(ChooseProducts(choice));
    for (const torch::Dtype type : {torch::kFloat32, torch::kFloat64}) {
      for (const auto& [n, m, k, columns] :
           {std::tuple(3, 20, 64, 17), {1, 1, 1, 1}, {2, 128, 64, 130}, {2, 5, 700, 3}}) {
        for (const Layout a :
             {Layout::kRows, Layout::kColumns, Layout::kPart, Layout::kHeads, Layout::kRepeated, Layout::kStrided}) {
          for (const Layout b : {Layout::kColumns, Layout::kHeads, Layout::kStrided}) {
            for (const Layout c : {Layout::kRows, Layout::kHeads, Layout::kColumns}) {
              const torch::Tensor left = View(n, m, k, a, type), right = View(n, k, columns, b, type);
              torch::Tensor out = View(n, m, columns, c, type);
              const torch::Tensor before = out.to(torch::kFloat64, /*non_blocking=*/false, /*copy=*/true);
              const torch::Tensor product = torch::matmul(left.to(torch::kFloat64), right.to(torch::kFloat64));
              MultiplyBatch(left, right, /*adds=*/true, out);
              EXPECT_TRUE(torch::allclose(out.to(torch::kFloat64), before + product, 1e-5, 1e-4));
              MultiplyBatch(left, right, /*adds=*/false, out);
              EXPECT_TRUE(torch::allclose(out.to(torch::kFloat64), product, 1e-5, 1e-4));
            }
          }
        }
      }
    }
  }
  ASSERT_OK(ChooseProducts("auto"));
}

TEST(BatchProductTest, SumsOfNothingAreZero) {
  const torch::Tensor out = torch::ones({2, 3, 4});
  MultiplyBatch(torch::ones({2, 3, 0}), torch::ones({2, 0, 4}), /*adds=*/true, out);
  EXPECT_TRUE(torch::equal(out, torch::ones({2, 3, 4})));
  MultiplyBatch(torch::ones({2, 3, 0}), torch::ones({2, 0, 4}), /*adds=*/false, out);
  EXPECT_TRUE(torch::equal(out, torch::zeros({2, 3, 4})));
  MultiplyBatch(torch::ones({0, 3, 2}), torch::ones({0, 2, 4}), /*adds=*/false, torch::ones({0, 3, 4}));
}

}  // namespace
}  // namespace lm
