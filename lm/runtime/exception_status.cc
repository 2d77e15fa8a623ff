#include "lm/runtime/exception_status.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace lm {

absl::Status StatusFromException(const std::exception& exception, absl::string_view where) {
  const std::vector<std::string> lines = absl::StrSplit(exception.what(), absl::MaxSplits('\n', 1));
  return absl::InternalError(absl::StrCat(where, ": ", lines[0]));
}

}  // namespace lm
