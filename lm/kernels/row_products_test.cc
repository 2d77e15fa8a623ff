#include "lm/kernels/row_products.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/kernels/lanes.h"
#include "lm/kernels/worker_team.h"

namespace lm {
namespace {

std::vector<float> Numbers(int64_t count, base::RandomStream& stream) {
  std::vector<float> numbers(count);
  for (float& number : numbers) number = static_cast<float>(stream.Normal());
  return numbers;
}

std::vector<float> Products(int64_t rows, int64_t inputs, int64_t outputs, const std::vector<float>& x,
                            const std::vector<float>& w) {
  std::vector<float> y(rows * outputs);
  RowProducts(rows, inputs, outputs, 0, outputs, x.data(), w.data(), y.data());
  return y;
}

// Sizes around every tile's and vector's edge.
TEST(RowProducts, AreTheProducts) {
  base::RandomStream stream(1, "lm/row_products_test");
  for (const int64_t rows : {1, 2, 3, 4, 5, 9}) {
    for (const int64_t inputs : {1, 15, 16, 17, 40}) {
      for (const int64_t outputs : {1, 5, 6, 7, 8, 20}) {
        const std::vector<float> x = Numbers(rows * inputs, stream), w = Numbers(outputs * inputs, stream);
        const std::vector<float> y = Products(rows, inputs, outputs, x, w);
        for (int64_t m = 0; m < rows; ++m) {
          for (int64_t n = 0; n < outputs; ++n) {
            double expected = 0, size = 0;
            for (int64_t k = 0; k < inputs; ++k) {
              const double term = static_cast<double>(x[m * inputs + k]) * w[n * inputs + k];
              expected += term;
              size += std::abs(term);
            }
            // Each of the at most 8 roundings of a sum errs by 2^-24 of its size.
            EXPECT_NEAR(y[m * outputs + n], expected, 8 * size * std::ldexp(1, -24)) << rows << " " << inputs;
          }
        }
      }
    }
  }
}

// All that has fused multiply-adds: without, last bits differ.
std::vector<Instructions> Fused() {
  std::vector<Instructions> available = AvailableInstructions();
  available.erase(available.begin());
  return available;
}

TEST(RowProducts, ARowsBitsDependOnTheRowAlone) {
  base::RandomStream stream(2, "lm/row_products_test");
  const int64_t rows = 11, inputs = 131, outputs = 37;
  const std::vector<float> x = Numbers(rows * inputs, stream), w = Numbers(outputs * inputs, stream);
  const std::vector<float> together = Products(rows, inputs, outputs, x, w);
  for (const Instructions instructions : Fused()) {
    SetInstructionsForTesting(instructions);
    for (int64_t m = 0; m < rows; ++m) {
      const std::vector<float> row(x.begin() + m * inputs, x.begin() + (m + 1) * inputs);
      const std::vector<float> alone = Products(1, inputs, outputs, row, w);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + m * outputs)) << m;
    }
    // Whatever piece a thread takes.
    std::vector<float> pieces(rows * outputs);
    for (int64_t begin = 0; begin < outputs; begin += 5) {
      RowProducts(rows, inputs, outputs, begin, std::min(begin + 5, outputs), x.data(), w.data(), pieces.data());
    }
    EXPECT_EQ(pieces, together);
  }
  SetInstructionsForTesting(DetectInstructions());
}

TEST(Combine, AddsInOrderAndDependsOnTheRowAlone) {
  base::RandomStream stream(3, "lm/row_products_test");
  const int64_t rows = 13, terms = 19, width = 5 * kLanes;
  const std::vector<float> c = Numbers(rows * terms, stream), x = Numbers(terms * width, stream);
  const std::vector<float> start = Numbers(rows * width, stream);
  std::vector<float> together = start;
  Combine({rows, terms, width, c.data(), terms, x.data(), width, together.data(), width, /*add=*/true});
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < width; ++i) {
      double expected = start[r * width + i], size = std::abs(expected);
      for (int64_t j = 0; j < terms; ++j) {
        const double term = static_cast<double>(c[r * terms + j]) * x[j * width + i];
        expected += term;
        size += std::abs(term);
      }
      EXPECT_NEAR(together[r * width + i], expected, (terms + 1) * size * std::ldexp(1, -24));
    }
  }
  for (const Instructions instructions : Fused()) {
    SetInstructionsForTesting(instructions);
    // A row at a time, in two halves of terms: the sum goes on where it was.
    std::vector<float> apart = start;
    for (int64_t r = 0; r < rows; ++r) {
      float* const y = apart.data() + r * width;
      Combine({1, 8, width, c.data() + r * terms, terms, x.data(), width, y, width, /*add=*/true});
      Combine({1, terms - 8, width, c.data() + r * terms + 8, terms, x.data() + 8 * width, width, y, width, true});
    }
    EXPECT_EQ(apart, together);
  }
  SetInstructionsForTesting(DetectInstructions());
}

TEST(WorkerTeam, DoesEachItemOnce) {
  for (const int threads : {1, 2, 5}) {
    WorkerTeam team(threads);
    for (int64_t run = 0; run < 2000; ++run) {
      const int64_t n = run % 7;
      std::vector<std::atomic<int>> counts(n);
      team.Run(n, [&](int64_t i, int worker) {
        EXPECT_TRUE(worker >= 0 && worker < threads);
        ++counts[i];
      });
      for (const auto& count : counts) EXPECT_EQ(count, 1);
    }
  }
}

}  // namespace
}  // namespace lm
