#include "evaluation/numbers/unicode_digits.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace evaluation {
namespace {

// The zeros of category Nd beyond ASCII, ascending (Unicode 13); each is followed by its one to nine.
constexpr uint32_t kZeros[] = {0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,
                               0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,
                               0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,
                               0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066, 0x110F0,
                               0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
                               0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
                               0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0};

}  // namespace

uint32_t DecodeCharacter(absl::string_view text, size_t* length) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  *length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC0 ? 2 : 0;
  if (*length > text.size()) *length = 0;
  if (*length == 0) return 0;
  uint32_t code = byte(0) & (0xFF >> (*length + 1));
  for (size_t i = 1; i < *length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      *length = 0;
      return 0;
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  return code;
}

int DigitOf(uint32_t code) {
  const uint32_t* above = std::upper_bound(std::begin(kZeros), std::end(kZeros), code);
  return above != std::begin(kZeros) && code - above[-1] < 10 ? static_cast<int>(code - above[-1]) : -1;
}

std::string WithAsciiDigits(absl::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    size_t length;
    const uint32_t code = DecodeCharacter(text, &length);
    if (const int digit = length > 0 ? DigitOf(code) : -1; digit >= 0) {
      ascii.push_back(static_cast<char>('0' + digit));
    } else {
      length = std::max<size_t>(length, 1);
      ascii.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  return ascii;
}

}  // namespace evaluation
