// A child process that answers lines with lines.
#ifndef LM_CHAT_TEMPLATE_LINE_PROCESS_H_
#define LM_CHAT_TEMPLATE_LINE_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lm {

// Not thread-safe. Ends with its owner, who closes the child's standard input.
class LineProcess {
 public:
  // Starts `arguments`, the program's path first, with standard input and output of its own and no standard error.
  // kNotFound where the program is not there.
  static absl::StatusOr<std::unique_ptr<LineProcess>> Start(const std::vector<std::string>& arguments);

  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;
  ~LineProcess();

  // Sends a line, which has no line break in it. kUnavailable where the child has ended.
  absl::Status Send(absl::string_view line);
  // The next line that it says. kUnavailable where it has ended before; kResourceExhausted for a line of more than
  // kLongestLine bytes; kDeadlineExceeded where there is none for so long. After an error it is of no further use.
  absl::StatusOr<std::string> Receive(absl::Duration patience);

  static constexpr size_t kLongestLine = size_t{64} << 20;

 private:
  LineProcess(pid_t child, int socket) : child_(child), socket_(socket) {}

  const pid_t child_;
  const int socket_;
  std::string read_;  // behind the last line
};

}  // namespace lm

#endif  // LM_CHAT_TEMPLATE_LINE_PROCESS_H_
