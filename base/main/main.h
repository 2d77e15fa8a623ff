// What every main() does: nothing that happens in a program leaves it but as one line on standard error and an exit
// code (commands/exit_codes.txt).
//
// - Exceptions, of any thread: "error: ..." and 1; out of memory is said so.
// - Standard output that does not take all that was printed (a full disk, a reader that has gone, a limit on the size
// of
//   files): one line, and 1 where the program itself ended with 0. Files are looked after by base/file.h.
// - A standard stream that is closed at the start stays unusable, so that no file gets its number and what is printed.
#ifndef BASE_MAIN_MAIN_H_
#define BASE_MAIN_MAIN_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace base {

using Arguments = std::vector<std::string>;

// base::InitProgram (base/program.h), `body`, base::ReportAndExitCode; main() returns the result. Arguments are those
// that are no flags; a body without any refuses them: a flag's value that stands apart would be passed over.
int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<absl::Status()> body);
int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<absl::Status(const Arguments&)> body);
// The body returns the exit code.
int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<int(const Arguments&)> body);

// The same without InitProgram, for programs that read their command line otherwise.
int RunGuarded(absl::FunctionRef<int()> body);

}  // namespace base

#endif  // BASE_MAIN_MAIN_H_
