// Statuses of torch's exceptions: torch throws, the rooms above return a status.
#ifndef LM_RUNTIME_EXCEPTION_STATUS_H_
#define LM_RUNTIME_EXCEPTION_STATUS_H_

#include <exception>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lm {

// kInternal "<where>: <first line of the message>": torch's messages go on with a stack trace.
absl::Status StatusFromException(const std::exception& exception, absl::string_view where);

}  // namespace lm

#endif  // LM_RUNTIME_EXCEPTION_STATUS_H_
