// What single characters and LaTeX's commands become in plain text. Use plain_text.h.
#ifndef EVALUATION_NUMBERS_PLAIN_CHARACTERS_H_
#define EVALUATION_NUMBERS_PLAIN_CHARACTERS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// Of a character beyond ASCII; nothing where it stays as it is. Begins with \x01 where it is a superscript, with \x05
// where it is a fraction.
absl::optional<absl::string_view> PlainCharacter(uint32_t code);

// Of the command \`name`. A space where it is not known.
absl::string_view PlainCommand(absl::string_view name);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_PLAIN_CHARACTERS_H_
