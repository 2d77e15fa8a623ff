// Status macros (RETURN_IF_ERROR and the like) and exit codes of statuses.
#ifndef BASE_STATUS_H_
#define BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#define RETURN_IF_ERROR(expression)        \
  do {                                     \
    ::absl::Status status_ = (expression); \
    if (!status_.ok()) return status_;     \
  } while (false)

#define BASE_STATUS_CONCAT_(a, b) a##b
#define BASE_STATUS_NAME_(a, b) BASE_STATUS_CONCAT_(a, b)

// ASSIGN_OR_RETURN(auto x, F()); the left side may be a declaration or an lvalue.
#define ASSIGN_OR_RETURN(left, expression) \
  BASE_ASSIGN_OR_RETURN_(BASE_STATUS_NAME_(status_or_, __LINE__), left, expression)
#define BASE_ASSIGN_OR_RETURN_(result, left, expression) \
  auto result = (expression);                            \
  if (!result.ok()) return result.status();              \
  left = *std::move(result)

namespace base {

// The same code, with "<where>: " before the message. OK stays OK.
absl::Status Annotate(const absl::Status& status, absl::string_view where);

// Exit codes of every command:
//   0  done
//   1  failed while running (I/O, numbers, an endpoint, ...)
//   2  the user's flags, spec or data are wrong (kInvalidArgument, kNotFound, kOutOfRange, kFailedPrecondition,
//      kUnimplemented)
int ExitCode(const absl::Status& status);

// Prints "error: <message>" to stderr unless OK, and returns ExitCode(status). For main().
int ReportAndExitCode(const absl::Status& status);

}  // namespace base

#endif  // BASE_STATUS_H_
