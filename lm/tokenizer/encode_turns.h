// Turns: texts that follow each other (a prompt and its response, the messages of a chat), encoded as the one text that
// they are together.
//
// A tokenizer joins characters over the border of two texts (":" and "\n", "12" and "34"), and some put a mark of space
// before whatever they take for a text's beginning. So no turn is encoded alone: the ids of all turns, one after the
// other, are those of the joint text. Who encodes texts that belong together does it here.
#ifndef LM_TOKENIZER_ENCODE_TURNS_H_
#define LM_TOKENIZER_ENCODE_TURNS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokenizer/text/tokens.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

// The ids of each turn, each of which is a run of pieces; any of them may be empty. All together they are the ids of
// the joint text, with what the tokenizer puts before a text (Tokenizer::prefix, BOS as a rule) at the front of the
// first turn's. Nothing is put behind the last: a text that goes on must not end.
//
// BOS is there once: when the joint text begins with the prefix's own tokens, as a rendered chat template's does, none
// is added. For that its piece must be of kAsTokens.
//
// The border rule: a token belongs to the turn that holds its last character, so one that reaches over a border is
// the first of the later turn. A response's first token may thus hold the end of its prompt, and the prompt's ids are
// then fewer than those of the prompt alone; a token is never of two turns, and what a model is asked to predict is
// never part of what it was shown. A character that normalization made of characters on both sides of a border (an "e"
// and an accent) belongs to the later turn too.
//
// O(n log n), in practice linear.
std::vector<TokenIds> EncodeTurns(const Tokenizer& tokenizer, absl::Span<const std::vector<TextPiece>> turns);

struct PromptAndResponse {
  TokenIds prompt;    // with the tokenizer's prefix
  TokenIds response;  // without an end-of-sequence token: whether the response ended is not in the text
};

// EncodeTurns of two.
PromptAndResponse EncodePromptAndResponse(const Tokenizer& tokenizer, std::vector<TextPiece> prompt,
                                          std::vector<TextPiece> response);

// EncodeTurns of one: what a model is given to go on from.
TokenIds EncodePrompt(const Tokenizer& tokenizer, std::vector<TextPiece> prompt);

}  // namespace lm

#endif  // LM_TOKENIZER_ENCODE_TURNS_H_
