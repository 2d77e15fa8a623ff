// What commands ask of the files and folders that their flags name (--out), before anything is computed. They are then
// written by base/file.h, which keeps to the same rule.
#ifndef BASE_OUTPUTS_OUTPUTS_H_
#define BASE_OUTPUTS_OUTPUTS_H_

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// A user's word that a file may be replaced which the command did not make. Never an input, nor a folder.
ABSL_DECLARE_FLAG(bool, overwrite);

namespace base {

// Whether a command may write a file. Beyond what may be replaced at all (base/file.h), a file that is there must be
// empty, an earlier output of the command, which has the text `mark` within its first MiB, or be given up by
// --overwrite. `inputs` are the files and folders that the command reads ("" is passed over), and its other outputs:
// neither these, by whatever path or link, nor a file in such a folder is replaced. kFailedPrecondition says what is
// there and what to do.
absl::Status CheckOutputFile(const std::string& path, const std::vector<std::string>& inputs, absl::string_view mark);

// The same for a folder: it must be absent or empty.
absl::Status CheckOutputFolder(const std::string& path, const std::vector<std::string>& inputs);

}  // namespace base

#endif  // BASE_OUTPUTS_OUTPUTS_H_
