// Where a text goes on to other questions than its own.
#ifndef EVALUATION_EXTRACTION_RUN_ON_H_
#define EVALUATION_EXTRACTION_RUN_ON_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

// The length up to which a text is about its own question: to a line that opens another turn ("Q:", "### Question",
// "Human:"), or an end-of-text token ("</s>", "<|im_end|>"), behind a number. A question that is repeated at the
// beginning is no other turn. O(length).
size_t LengthWithoutRunOn(absl::string_view plain);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_RUN_ON_H_
