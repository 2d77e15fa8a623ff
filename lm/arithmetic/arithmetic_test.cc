#include "lm/arithmetic/arithmetic.h"

#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/testing.h"
#include "lm/arithmetic/processor.h"
#include "lm/arithmetic/products.h"

namespace lm {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// a b for a [m, k], b [k, n], either of them stored with rows or columns one after another, in float64.
torch::Tensor Expected(const torch::Tensor& a, const torch::Tensor& b) {
  return torch::mm(a.to(torch::kFloat64), b.to(torch::kFloat64));
}

bool IsOpenBlas() { return absl::StartsWith(ProductsInUse().library, "OpenBLAS"); }

bool Has(const std::string& choice) {
  const std::vector<std::string> choices = ProductChoices();
  return std::find(choices.begin(), choices.end(), choice) != choices.end();
}

// "OpenBLAS 0.3.21, SkylakeX".
std::string InUse(const std::string& choice) {
  EXPECT_OK(ChooseProducts(choice));
  return absl::StrCat(ProductsInUse().library, ", ", ProductsInUse().kernels);
}

class ArithmeticTest : public ::testing::Test {
 protected:
  ArithmeticTest() { at::set_num_threads(1); }
  ~ArithmeticTest() override {
    unsetenv("OPENBLAS_CORETYPE");
    EXPECT_OK(ChooseProducts("auto"));
  }
};

TEST(ProcessorTest, ReadsTheFirstOfSeveral) {
  const Processor processor = ParseProcessor(
      "processor\t: 0\nmodel name\t: A CPU @ 2 GHz\nflags\t\t: fpu avx2 fma avx512_bf16 x\nother\n\n"
      "processor\t: 1\nmodel name\t: B\nflags\t\t: amx_tile\n");
  EXPECT_EQ(processor.name, "A CPU @ 2 GHz");
  EXPECT_THAT(processor.features, ElementsAre("fma", "avx2", "avx512_bf16"));
  EXPECT_TRUE(processor.Has("avx2"));
  EXPECT_FALSE(processor.Has("avx"));
}

TEST(ProcessorTest, ReadsArmAndNothing) {
  EXPECT_THAT(ParseProcessor("processor : 0\nFeatures : fp asimd sve bf16\n").features,
              ElementsAre("asimd", "sve", "bf16"));
  EXPECT_THAT(ParseProcessor("").features, IsEmpty());
}

#if defined(__x86_64__)
TEST(ProcessorTest, KnowsThisOne) {
  EXPECT_EQ(ThisProcessor().Has("avx2"), __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(ThisProcessor().Has("avx512f"), __builtin_cpu_supports("avx512f") != 0);
}
#endif

// Shapes that are no multiple of anything, all four ways to store, and adding to what is there.
TEST_F(ArithmeticTest, EveryChoiceComputesProducts) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  for (const std::string& choice : ProductChoices()) {
    SCOPED_TRACE(choice);
    ASSERT_OK(ChooseProducts(choice));
    for (const auto& [m, k, n] : {std::tuple{37, 101, 53}, {1, 7, 300}, {64, 64, 64}, {5, 0, 3}}) {
      const torch::Tensor a = torch::randn({m, k}), b = torch::randn({k, n}), c = torch::randn({m, n});
      const torch::Tensor a2 = a.t().contiguous().t(), b2 = b.t().contiguous().t();
      // Rounding errors of k terms of size 1: 2^-24 k at most, with room for sums on the way.
      const double limit = 1e-6 * (k + 1);
      for (const auto& [left, right] : {std::pair{a, b}, {a2, b}, {a, b2}, {a2, b2}}) {
        EXPECT_LT((torch::mm(left, right).to(torch::kFloat64) - Expected(a, b)).abs().max().item<double>(), limit);
        const torch::Tensor sum = torch::addmm(c, left, right, 0.5, -2).to(torch::kFloat64);
        EXPECT_LT((sum - (0.5 * c.to(torch::kFloat64) - 2 * Expected(a, b))).abs().max().item<double>(), 4 * limit);
      }
    }
  }
}

TEST_F(ArithmeticTest, WhatIsChosenIsWhatIsInUse) {
  for (const std::string& choice : ProductChoices()) {
    ASSERT_OK(ChooseProducts(choice));
    const Products products = ProductsInUse();
    absl::string_view kernels = choice;
    if (absl::ConsumePrefix(&kernels, "openblas-")) {
      EXPECT_THAT(products.library, HasSubstr("OpenBLAS"));
      EXPECT_EQ(absl::AsciiStrToLower(products.kernels), kernels);
    }
    EXPECT_EQ(absl::StartsWith(products.library, "oneDNN"), choice == "onednn") << choice << ": " << products.library;
  }
}

TEST_F(ArithmeticTest, AutoIsOurOwnWhereThereIsOne) {
  if (Has("openblas-prescott")) InUse("openblas-prescott");
  EXPECT_EQ(InUse("auto"), InUse(Has("own") ? "own" : "library"));
}

// Large enough for several threads, by rows and by columns.
TEST_F(ArithmeticTest, OurOwnHasTheSameBitsOnAnyNumberOfThreads) {
  if (!Has("own")) {  // MKL's cannot be replaced, and other processors have no fused multiply-adds
    EXPECT_THAT(ChooseProducts("own"), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("arithmetic own")));
    return;
  }
  ASSERT_OK(ChooseProducts("own"));
  torch::manual_seed(3);
  for (const auto& [m, k, n] : {std::tuple{700, 300, 90}, {90, 300, 700}}) {
    const torch::Tensor a = torch::randn({m, k}), b = torch::randn({k, n});
    at::set_num_threads(1);
    const torch::Tensor alone = torch::mm(a, b);
    at::set_num_threads(3);
    EXPECT_TRUE(torch::equal(torch::mm(a, b), alone));
    at::set_num_threads(1);
  }
}

TEST_F(ArithmeticTest, TheEnvironmentHasPrecedenceOverAutoAlone) {
  const std::string before = InUse("auto");
  setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
  if (Has("openblas-nehalem")) {
    EXPECT_THAT(InUse("auto"), EndsWith(", Nehalem"));
    EXPECT_THAT(InUse("openblas-prescott"), EndsWith(", Prescott"));
  } else {
    EXPECT_EQ(InUse("auto"), before);  // another library's is not asked
  }
  EXPECT_STREQ(std::getenv("OPENBLAS_CORETYPE"), "Nehalem");  // for programs that this one starts
}

TEST_F(ArithmeticTest, WhatThereIsNotIsSaidAndChangesNothing) {
  const Products before = ProductsInUse();
  EXPECT_THAT(ChooseProducts("fast"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("arithmetic \"fast\" is unknown"), HasSubstr("auto, library"))));
  const std::vector<std::string> choices = ProductChoices();
  if (IsOpenBlas()) {
    EXPECT_THAT(ChooseProducts("openblas-pentium"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("after openblas- is prescott, nehalem")));
  }
  for (const char* other : {"openblas-sapphirerapids", "openblas-skylakex", "onednn", "mkl"}) {
    if (std::find(choices.begin(), choices.end(), other) != choices.end()) continue;
    EXPECT_THAT(ChooseProducts(other), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(other)));
  }
  EXPECT_EQ(ProductsInUse().library, before.library);
  EXPECT_EQ(ProductsInUse().kernels, before.kernels);
}

// What the record calls the same has the same bits. One element's terms are added in another order by other kernels:
// else the record would tell apart what is the same.
TEST_F(ArithmeticTest, TheSameNameHasTheSameBitsAndOthersHaveNot) {
  torch::manual_seed(2);
  const torch::Tensor a = torch::randn({64, 777}), b = torch::randn({777, 64});
  std::map<std::string, torch::Tensor> products;
  for (const std::string& choice : ProductChoices()) {
    const std::string name = InUse(choice);
    const torch::Tensor product = torch::mm(a, b);
    const auto [found, is_new] = products.emplace(name, product);
    EXPECT_TRUE(is_new || torch::equal(product, found->second)) << choice << " is " << name;
  }
  if (!Has("openblas-haswell")) return;
  EXPECT_FALSE(torch::equal(products.at(InUse("openblas-prescott")), products.at(InUse("openblas-haswell"))));
}

TEST_F(ArithmeticTest, SaysAllParts) {
  const Arithmetic here = ThisArithmetic("cpu");
  EXPECT_THAT(here.products, HasSubstr(ProductsInUse().kernels));
  EXPECT_THAT(here.torch, HasSubstr(TORCH_VERSION));
  EXPECT_THAT(here.torch, HasSubstr(", "));  // what its kernels use
  EXPECT_THAT(here.kernels, HasSubstr("fused multiply-add"));
  EXPECT_THAT(here.math_library, Not(IsEmpty()));
  EXPECT_EQ(here.device, "cpu");
  EXPECT_THAT(ThisArithmetic("cuda:3").device, Not(HasSubstr("3,")));
}

}  // namespace
}  // namespace lm
