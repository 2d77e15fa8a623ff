// Encode pieces of a text by the runs that are alike.
#ifndef LM_TOKENIZER_ENCODE_RUNS_H_
#define LM_TOKENIZER_ENCODE_RUNS_H_

#include "lm/tokenizer/tokenizer.h"

namespace lm {

Encoding EncodeRuns(const Tokenizer& tokenizer, absl::Span<const TextPiece> pieces);

}  // namespace lm

#endif  // LM_TOKENIZER_ENCODE_RUNS_H_
