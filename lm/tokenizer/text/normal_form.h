// Unicode's normalization forms: one way to write what can be written in several.
#ifndef LM_TOKENIZER_TEXT_NORMAL_FORM_H_
#define LM_TOKENIZER_TEXT_NORMAL_FORM_H_

#include "lm/tokenizer/text/aligned_text.h"

namespace lm {

enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };

// `text` in the form. Bytes that are not UTF-8 stay as they are; what stands before them and after is normalized apart.
// Characters that are younger than Unicode 9 stay as they are, too, and count as starters: so the Rust tokenizers have
// it. A composed character comes from all that made it.
//
// O(n log m) for m combining marks in a row. Source: Unicode Standard Annex #15; data of utf8proc.
AlignedText ToNormalForm(NormalForm form, const AlignedView& text);

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_NORMAL_FORM_H_
