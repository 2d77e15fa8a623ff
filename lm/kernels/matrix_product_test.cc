#include "lm/kernels/matrix_product.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/kernels/instructions.h"

namespace lm {
namespace {

// A matrix of `down` by `across` numbers with its columns, or its rows, one after another and something between them.
struct Stored {
  Stored(int64_t down, int64_t across, bool by_rows, base::RandomStream& stream)
      : matrix{nullptr, by_rows ? across + 3 : 1, by_rows ? 1 : down + 3}, numbers((down + 3) * (across + 3)) {
    for (float& number : numbers) number = static_cast<float>(stream.Normal());
    matrix.data = numbers.data();
  }
  Stored(const Stored&) = delete;

  double at(int64_t i, int64_t j) const { return matrix.data[i * matrix.down + j * matrix.across]; }

  Matrix matrix;
  std::vector<float> numbers;
};

struct Case {
  int64_t rows, columns, terms;
  bool a_by_rows, b_by_rows;
};

// Sizes around every edge: of vectors, tiles, copied strips and pieces of the terms.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const int64_t rows : {1, 15, 17, 64, 131}) {
    for (const int64_t columns : {1, 5, 6, 13, 99}) {
      for (const int64_t terms : {1, 16, 33, 513}) {
        for (const int layout : {0, 1, 2, 3}) cases.push_back({rows, columns, terms, layout % 2 == 1, layout >= 2});
      }
    }
  }
  cases.push_back({700, 7, 1030, false, true});  // a does not fit what is copied of it at once
  cases.push_back({700, 205, 400, true, true});
  cases.push_back({300000, 2, 1, false, true});  // as many strips as there can be
  return cases;
}

std::vector<float> Product(const Case& sizes, const Stored& a, const Stored& b, float alpha, float beta,
                           std::vector<float> c) {
  Multiply({sizes.rows, sizes.columns, sizes.terms, a.matrix, b.matrix, alpha, beta, c.data(), sizes.rows + 2});
  return c;
}

TEST(MatrixProduct, IsTheProduct) {
  base::RandomStream stream(1, "lm/matrix_product_test");
  for (const Case& sizes : Cases()) {
    const Stored a(sizes.rows, sizes.terms, sizes.a_by_rows, stream);
    const Stored b(sizes.terms, sizes.columns, sizes.b_by_rows, stream);
    std::vector<float> before((sizes.rows + 2) * sizes.columns);
    for (float& number : before) number = static_cast<float>(stream.Normal());
    for (const auto& [alpha, beta] : {std::pair{1.0f, 0.0f}, {1.0f, 1.0f}, {-0.5f, 0.25f}}) {
      const std::vector<float> c = Product(sizes, a, b, alpha, beta, before);
      for (int64_t j = 0; j < sizes.columns; ++j) {
        for (int64_t i = 0; i < sizes.rows; ++i) {
          const float was = before[i + j * (sizes.rows + 2)];
          double expected = beta * was, size = std::abs(expected);
          for (int64_t k = 0; k < sizes.terms; ++k) {
            expected += alpha * a.at(i, k) * b.at(k, j);
            size += std::abs(alpha * a.at(i, k) * b.at(k, j));
          }
          // Each of the at most 512 + 5 roundings on the way errs by 2^-24 of what is there, and they hardly add up.
          ASSERT_NEAR(c[i + j * (sizes.rows + 2)], expected, 32 * size * std::ldexp(1, -24))
              << sizes.rows << " " << sizes.columns << " " << sizes.terms << " " << i << " " << j;
        }
        // What lies between the columns stays.
        for (int64_t i = sizes.rows; i < sizes.rows + 2; ++i) {
          ASSERT_EQ(c[i + j * (sizes.rows + 2)], before[i + j * (sizes.rows + 2)]);
        }
      }
    }
  }
}

TEST(MatrixProduct, HasTheSameBitsWithEveryFusedInstructionSet) {
  base::RandomStream stream(2, "lm/matrix_product_test");
  std::vector<Instructions> fused = AvailableInstructions();
  fused.erase(fused.begin());
  for (const Case& sizes : Cases()) {
    const Stored a(sizes.rows, sizes.terms, sizes.a_by_rows, stream);
    const Stored b(sizes.terms, sizes.columns, sizes.b_by_rows, stream);
    std::vector<std::vector<float>> all;
    for (const Instructions instructions : fused) {
      SetInstructionsForTesting(instructions);
      all.push_back(Product(sizes, a, b, 0.7f, 0.3f, std::vector<float>((sizes.rows + 2) * sizes.columns, 1.1f)));
    }
    SetInstructionsForTesting(DetectInstructions());
    for (const std::vector<float>& c : all) ASSERT_EQ(c, all[0]) << sizes.rows << " " << sizes.columns;
  }
}

// Neither how a matrix is stored, nor other rows and columns, changes a bit of an element.
TEST(MatrixProduct, AnElementDependsOnItsRowAndColumnAlone) {
  base::RandomStream stream(3, "lm/matrix_product_test");
  constexpr int64_t kRows = 131, kColumns = 103, kTerms = 1100;
  for (const bool by_rows : {false, true}) {
    const Stored a(kRows, kTerms, by_rows, stream), b(kTerms, kColumns, by_rows, stream);
    const std::vector<float> whole =
        Product({kRows, kColumns, kTerms}, a, b, 1, 0, std::vector<float>((kRows + 2) * kColumns));
    for (int64_t i = 0; i < kRows; i += 13) {
      for (int64_t j = 0; j < kColumns; j += 11) {
        std::vector<float> row(kTerms), column(kTerms);
        for (int64_t k = 0; k < kTerms; ++k) {
          row[k] = static_cast<float>(a.at(i, k));
          column[k] = static_cast<float>(b.at(k, j));
        }
        float alone = 0;
        Multiply({1, 1, kTerms, {row.data(), kTerms, 1}, {column.data(), 1, kTerms}, 1, 0, &alone, 1});
        EXPECT_EQ(alone, whole[i + j * (kRows + 2)]) << i << " " << j;
      }
    }
  }
}

// The nearest bfloat16 of two neighbours' middle is the even one; by arithmetic in float64, not by bits.
float Bfloat16Of(float x) {
  if (!std::isfinite(x) || x == 0) return x;
  const double spacing = std::ldexp(1, std::max(std::ilogb(x), -126) - 7);
  return static_cast<float>(std::nearbyint(x / spacing) * spacing);
}

TEST(MatrixProduct, RoundedIsTheProductOfRoundedNumbersToTheBit) {
  base::RandomStream stream(5, "lm/matrix_product_test");
  const std::vector<Instructions> available = AvailableInstructions();
  for (const Case& sizes : Cases()) {
    Stored a(sizes.rows, sizes.terms, sizes.a_by_rows, stream), b(sizes.terms, sizes.columns, sizes.b_by_rows, stream);
    // In the middle between two, above and below an even one, and what rounds to infinity.
    a.numbers[0] = 1 + 0x1p-8f;
    a.numbers[1 % a.numbers.size()] = 1 + 3 * 0x1p-8f;
    if (sizes.terms == 33) b.numbers[0] = std::numeric_limits<float>::max();
    const auto product = [&](bool rounds) {
      std::vector<float> c((sizes.rows + 2) * sizes.columns, 1.1f);
      Multiply(
          {sizes.rows, sizes.columns, sizes.terms, a.matrix, b.matrix, 0.7f, 0.3f, c.data(), sizes.rows + 2, rounds});
      return c;
    };
    std::map<Instructions, std::vector<float>> rounded;
    for (const Instructions instructions : available) {
      SetInstructionsForTesting(instructions);
      rounded[instructions] = product(/*rounds=*/true);
    }
    for (float& number : a.numbers) number = Bfloat16Of(number);
    for (float& number : b.numbers) number = Bfloat16Of(number);
    for (const Instructions instructions : available) {
      SetInstructionsForTesting(instructions);
      ASSERT_EQ(rounded[instructions], product(/*rounds=*/false))
          << sizes.rows << " " << sizes.columns << " " << sizes.terms << " " << static_cast<int>(instructions);
    }
    SetInstructionsForTesting(DetectInstructions());
  }
}

TEST(MatrixProduct, WithoutBetaWhatWasThereIsNotRead) {
  const float one = 1;
  float c = std::numeric_limits<float>::quiet_NaN();
  Multiply({1, 1, 1, {&one, 1, 1}, {&one, 1, 1}, 2, 0, &c, 1});
  EXPECT_EQ(c, 2);
}

// What is no number, or infinite, goes where it belongs and no farther: strips are padded with 0.
// Rounded, a NaN whose upper half alone would be infinity stays one.
TEST(MatrixProduct, NaNsStayInTheirRowAndColumn) {
  base::RandomStream stream(4, "lm/matrix_product_test");
  const Case sizes = {37, 9, 40, true, true};
  Stored a(sizes.rows, sizes.terms, true, stream), b(sizes.terms, sizes.columns, true, stream);
  a.numbers[36 * a.matrix.down + 5] = std::numeric_limits<float>::infinity();
  b.numbers[7 * b.matrix.down + 8] = std::numeric_limits<float>::quiet_NaN();
  const uint32_t nan_of_lower_half = 0x7f800001;
  std::memcpy(&b.numbers[9 * b.matrix.down + 3], &nan_of_lower_half, sizeof(float));
  for (const bool rounds : {false, true}) {
    std::vector<float> c((sizes.rows + 2) * sizes.columns);
    Multiply({sizes.rows, sizes.columns, sizes.terms, a.matrix, b.matrix, 1, 0, c.data(), sizes.rows + 2, rounds});
    for (int64_t j = 0; j < sizes.columns; ++j) {
      for (int64_t i = 0; i < sizes.rows; ++i) {
        const float number = c[i + j * (sizes.rows + 2)];
        EXPECT_EQ(std::isfinite(number), i != 36 && j != 8 && j != 3) << i << " " << j;
        if (j == 3) EXPECT_TRUE(std::isnan(number)) << i;
      }
    }
  }
}

}  // namespace
}  // namespace lm
