#include "base/status.h"

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace base {

absl::Status Annotate(const absl::Status& status, absl::string_view where) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(where, ": ", status.message()));
}

int ExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return 2;
    default:
      return 1;
  }
}

int ReportAndExitCode(const absl::Status& status) {
  // Messages quote files: what a terminal would obey is shown by its code, and a further line cannot pass for an error.
  const std::string message = absl::StrReplaceAll(Printable(status.message()), {{"\n", "\n  "}});
  if (!status.ok()) std::fprintf(stderr, "error: %s\n", message.c_str());
  return ExitCode(status);
}

}  // namespace base
