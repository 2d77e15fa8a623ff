#include "lm/tokenizer/text/byte_level.h"

#include <array>

namespace lm {
namespace {

constexpr int kFirstStandIn = 0x100;
constexpr int kStandIns = 68;

struct Alphabet {
  std::array<std::string, 256> symbol_of_byte;
  std::array<int, kFirstStandIn + kStandIns> byte_of_code_point;  // -1: not in the alphabet
};

// Every code point of the alphabet is below U+0800: one or two bytes.
std::string Utf8(int code_point) {
  if (code_point < 0x80) return std::string(1, static_cast<char>(code_point));
  return {static_cast<char>(0xC0 | code_point >> 6), static_cast<char>(0x80 | (code_point & 0x3F))};
}

bool StandsForItself(int byte) { return (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD); }

Alphabet MakeAlphabet() {
  Alphabet alphabet;
  alphabet.byte_of_code_point.fill(-1);
  int next_stand_in = kFirstStandIn;
  for (int byte = 0; byte < 256; ++byte) {
    const int code_point = StandsForItself(byte) ? byte : next_stand_in++;
    alphabet.symbol_of_byte[byte] = Utf8(code_point);
    alphabet.byte_of_code_point[code_point] = byte;
  }
  return alphabet;
}

const Alphabet& TheAlphabet() {
  static const Alphabet& alphabet = *new Alphabet(MakeAlphabet());
  return alphabet;
}

}  // namespace

const std::string& ByteSymbol(uint8_t byte) { return TheAlphabet().symbol_of_byte[byte]; }

std::optional<std::string> SymbolsToBytes(absl::string_view symbols) {
  const auto& byte_of_code_point = TheAlphabet().byte_of_code_point;
  std::string bytes;
  bytes.reserve(symbols.size());
  for (size_t i = 0; i < symbols.size(); ++i) {
    int code_point = static_cast<uint8_t>(symbols[i]);
    if (code_point >= 0x80) {
      if ((code_point & 0xE0) != 0xC0 || i + 1 == symbols.size()) return std::nullopt;
      const uint8_t trail = symbols[++i];
      if ((trail & 0xC0) != 0x80) return std::nullopt;
      code_point = (code_point & 0x1F) << 6 | (trail & 0x3F);
    }
    if (code_point >= static_cast<int>(byte_of_code_point.size()) || byte_of_code_point[code_point] < 0) {
      return std::nullopt;
    }
    bytes += static_cast<char>(byte_of_code_point[code_point]);
  }
  return bytes;
}

}  // namespace lm
