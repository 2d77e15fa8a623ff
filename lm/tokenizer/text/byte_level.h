// Byte-level alphabet, in which byte-level BPE writes its tokens: each of the 256 bytes is one printable character.
//
// A byte whose Latin-1 character is printable stands for itself ('!'..'~', U+00A1..U+00AC, U+00AE..U+00FF); the other
// 68, in ascending order, are U+0100, U+0101, ... So a space is U+0120 and a newline U+010A. Source: GPT-2's encoder.
#ifndef LM_TOKENIZER_TEXT_BYTE_LEVEL_H_
#define LM_TOKENIZER_TEXT_BYTE_LEVEL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lm {

// The character of one byte, as UTF-8.
const std::string& ByteSymbol(uint8_t byte);

// Characters -> bytes; none when `symbols` holds a character outside the alphabet.
std::optional<std::string> SymbolsToBytes(absl::string_view symbols);

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_BYTE_LEVEL_H_
