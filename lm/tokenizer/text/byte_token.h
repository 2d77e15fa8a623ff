// Byte tokens (byte fallback): each stands for one byte where the vocabulary lacks a character, "<0x0A>".
#ifndef LM_TOKENIZER_TEXT_BYTE_TOKEN_H_
#define LM_TOKENIZER_TEXT_BYTE_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace lm {

inline std::string ByteToken(uint8_t byte) { return absl::StrFormat("<0x%02X>", byte); }

// None when `token` is not of that form.
inline std::optional<uint8_t> ByteOfToken(absl::string_view token) {
  if (token.size() != 6 || !absl::StartsWith(token, "<0x") || token[5] != '>') return std::nullopt;
  if (!absl::ascii_isxdigit(token[3]) || !absl::ascii_isxdigit(token[4])) return std::nullopt;
  const auto digit = [](char c) { return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10; };
  return static_cast<uint8_t>(digit(token[3]) << 4 | digit(token[4]));
}

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_BYTE_TOKEN_H_
