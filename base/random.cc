#include "base/random.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/hash.h"

namespace base {
namespace {

// Blocks computed side by side, so that the compiler can use vector instructions.
constexpr uint32_t kBlocks = 16;
constexpr size_t kBatch = 4 * kBlocks;

// Philox4x32 of counter, counter + 1, ..., counter + kBlocks - 1 (in the first word).
void PhiloxBatch(const std::array<uint32_t, 4>& counter, std::array<uint32_t, 2> key, uint32_t* numbers) {
  uint32_t c0[kBlocks], c1[kBlocks], c2[kBlocks], c3[kBlocks];
  for (uint32_t i = 0; i < kBlocks; ++i) {
    c0[i] = counter[0] + i;
    c1[i] = counter[1];
    c2[i] = counter[2];
    c3[i] = counter[3];
  }
  for (int round = 0; round < 10; ++round) {
    for (uint32_t i = 0; i < kBlocks; ++i) {
      const uint64_t product0 = uint64_t{0xD2511F53} * c0[i];
      const uint64_t product1 = uint64_t{0xCD9E8D57} * c2[i];
      c0[i] = static_cast<uint32_t>(product1 >> 32) ^ c1[i] ^ key[0];
      c1[i] = static_cast<uint32_t>(product1);
      c2[i] = static_cast<uint32_t>(product0 >> 32) ^ c3[i] ^ key[1];
      c3[i] = static_cast<uint32_t>(product0);
    }
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  for (uint32_t i = 0; i < kBlocks; ++i) {
    numbers[4 * i] = c0[i];
    numbers[4 * i + 1] = c1[i];
    numbers[4 * i + 2] = c2[i];
    numbers[4 * i + 3] = c3[i];
  }
}

}  // namespace

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

RandomStream::RandomStream(uint64_t seed, absl::string_view name, uint64_t item, uint32_t sample) {
  const uint64_t key = Id64(absl::StrCat(seed, "/", name));
  key_ = {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
  counter_ = {0, sample, static_cast<uint32_t>(item), static_cast<uint32_t>(item >> 32)};
}

uint32_t RandomStream::NextUint32() {
  if (used_ == 4) {
    block_ = Philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

void RandomStream::Fill(absl::Span<uint32_t> numbers) {
  size_t filled = 0;
  while (filled < numbers.size() && used_ < 4) numbers[filled++] = block_[used_++];
  for (; numbers.size() - filled >= kBatch; filled += kBatch) {
    PhiloxBatch(counter_, key_, numbers.data() + filled);
    counter_[0] += kBlocks;
  }
  while (filled < numbers.size()) numbers[filled++] = NextUint32();
}

uint64_t RandomStream::NextUint64() {
  const uint64_t high = NextUint32();
  return high << 32 | NextUint32();
}

double RandomStream::Uniform() { return static_cast<double>(NextUint64() >> 11) * 0x1.0p-53; }

uint64_t RandomStream::Below(uint64_t n) {
  SAMI_CHECK(n > 0);
  // Draws below 2^64 mod n are refused, so that every remainder is equally likely.
  const uint64_t refused = (0 - n) % n;
  uint64_t draw;
  do {
    draw = NextUint64();
  } while (draw < refused);
  return draw % n;
}

double RandomStream::Normal() {
  const double radius = std::sqrt(-2 * std::log1p(-Uniform()));
  return radius * std::cos(2 * M_PI * Uniform());
}

}  // namespace base
