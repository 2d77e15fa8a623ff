// Whether a reply declines to do what was asked.
#ifndef EVALUATION_REPLIES_REFUSALS_H_
#define EVALUATION_REPLIES_REFUSALS_H_

#include "absl/strings/string_view.h"

namespace evaluation {

// By phrases in its first 300 bytes ("I cannot", "I'm sorry, but", "as an AI"), in nine languages. To be asked of
// replies without a verdict only: a judge that finds one may say of an answer that it cannot do something.
bool IsRefusal(absl::string_view said);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_REFUSALS_H_
