// The fuzz tests' check of error messages: every error about a user's file is one readable line.
#ifndef BASE_FUZZ_ONE_LINE_ERROR_H_
#define BASE_FUZZ_ONE_LINE_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "base/check.h"

namespace base {

// CHECK-fails unless `error` blames the input, and names the file `where` in one line of less than 4 kB that a terminal
// can show.
inline void CheckOneLineError(const absl::Status& error, const std::string& where) {
  const std::string message(error.message());
  SAMI_CHECK(absl::IsInvalidArgument(error) || absl::IsUnimplemented(error)) << error.ToString();
  SAMI_CHECK(message.find(where) != std::string::npos) << message;
  SAMI_CHECK(message.size() < 4096) << message.size() << " bytes: " << message.substr(0, 200);
  for (const char c : message) {
    SAMI_CHECK(static_cast<unsigned char>(c) >= ' ' && c != '\x7f')
        << "control character " << int{c} << ": " << message;
  }
}

}  // namespace base

#endif  // BASE_FUZZ_ONE_LINE_ERROR_H_
