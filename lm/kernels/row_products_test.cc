#include "lm/kernels/row_products.h"

#include <algorithm>
#include <array>
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
  RowProducts(rows, inputs, outputs, 0, outputs, x.data(), {w.data()}, y.data());
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
  // The second needs several groups of tiles, and several stretches of inputs.
  for (const auto& [rows, inputs, outputs] : {std::array<int64_t, 3>{11, 131, 37}, {71, 1603, 13}}) {
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
        RowProducts(rows, inputs, outputs, begin, std::min(begin + 5, outputs), x.data(), {w.data()}, pieces.data());
      }
      EXPECT_EQ(pieces, together);
    }
  }
  SetInstructionsForTesting(DetectInstructions());
}

// Written out: a partial sum a lane, in order; then halves are added to halves.
TEST(RowProducts, SumInTheStatedOrder) {
  base::RandomStream stream(5, "lm/row_products_test");
  for (const auto& [rows, inputs, outputs] : {std::array<int64_t, 3>{1, 77, 11}, {6, 77, 11}, {70, 1600, 8}}) {
    const std::vector<float> x = Numbers(rows * inputs, stream), w = Numbers(outputs * inputs, stream);
    for (const Instructions instructions : Fused()) {
      SetInstructionsForTesting(instructions);
      const std::vector<float> y = Products(rows, inputs, outputs, x, w);
      for (int64_t i = 0; i < rows * outputs; ++i) {
        float sums[kLanes] = {};
        for (int64_t k = 0; k < inputs; ++k) {
          sums[k % kLanes] = std::fma(x[i / outputs * inputs + k], w[i % outputs * inputs + k], sums[k % kLanes]);
        }
        for (int64_t half = kLanes / 2; half > 0; half /= 2) {
          for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
        }
        EXPECT_EQ(y[i], sums[0]) << rows << " " << i;
      }
    }
  }
  SetInstructionsForTesting(DetectInstructions());
}

// The value of a float16 by its definition.
double Float16Value(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

TEST(Widen, EveryFiniteFloat16) {
  std::vector<uint16_t> bits;
  for (int i = 0; i < 1 << 16; ++i) {
    if ((i & 0x7c00) != 0x7c00) bits.push_back(i);
  }
  for (const Instructions instructions : AvailableInstructions()) {
    SetInstructionsForTesting(instructions);
    std::vector<float> wide(bits.size());
    Widen({bits.data(), NumberType::kFloat16}, bits.size() - 3, wide.data());  // not whole vectors
    for (size_t i = 0; i + 3 < bits.size(); ++i) {
      EXPECT_EQ(wide[i], Float16Value(bits[i])) << bits[i];
      EXPECT_EQ(std::signbit(wide[i]), bits[i] >= 0x8000) << bits[i];
    }
    EXPECT_EQ(wide.back(), 0);
  }
  SetInstructionsForTesting(DetectInstructions());
}

TEST(Widen, Bfloat16IsTheUpperHalf) {
  const std::vector<uint16_t> bits = {0x3f80, 0xbf80, 0x0000, 0x8000, 0x0001, 0x7f7f, 0x4049};
  std::vector<float> wide(bits.size());
  Widen({bits.data(), NumberType::kBfloat16}, bits.size(), wide.data());
  // 0x7f7f: 255/128 * 2^127. 0x4049: 1 + 73/128, times 2.
  EXPECT_EQ(wide, std::vector<float>({1, -1, 0, 0, std::ldexp(1.f, -133), std::ldexp(255.f, 120), 3.140625f}));
}

// Bits of narrow weights' products are those of the widened weights', whatever the rows and the piece.
TEST(RowProducts, NarrowWeightsChangeNoBit) {
  base::RandomStream stream(4, "lm/row_products_test");
  for (const NumberType type : {NumberType::kBfloat16, NumberType::kFloat16}) {
    for (const auto& [rows, inputs, outputs] : {std::array<int64_t, 3>{1, 131, 37},
                                                {2, 16, 5},
                                                {11, 131, 37},
                                                {3, 7, 1},
                                                {1, 5, 13},
                                                {300, 520, 8},
                                                {71, 1603, 13}}) {
      const std::vector<float> x = Numbers(rows * inputs, stream);
      std::vector<uint16_t> w(outputs * inputs);
      // Below the exponent of an infinity in either type.
      for (uint16_t& bits : w) bits = static_cast<uint16_t>(stream.Below(0x4800) | stream.Below(2) << 15);
      std::vector<float> wide(w.size());
      Widen({w.data(), type}, w.size(), wide.data());
      for (const Instructions instructions : AvailableInstructions()) {
        SetInstructionsForTesting(instructions);
        std::vector<float> narrow(rows * outputs);
        for (int64_t begin = 0; begin < outputs; begin += 7) {
          RowProducts(rows, inputs, outputs, begin, std::min(begin + 7, outputs), x.data(), {w.data(), type},
                      narrow.data());
        }
        EXPECT_EQ(narrow, Products(rows, inputs, outputs, x, wide)) << rows << " " << static_cast<int>(type);
      }
    }
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
