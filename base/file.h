// Files: whole-file reading, and atomic writing (complete or absent) that destroys nothing of anybody else's.
//
// Files and folders are made as "<path>.partial", flushed to disk and renamed, so that no reader and no restart ever
// sees a part of them under their final name. After an error, such as a full disk, the partial one is removed.
//
// What may be replaced: a regular file by a file, an empty folder by a folder. A folder with something in it and
// anything else (a device, a FIFO) stay as they are: kFailedPrecondition. What a killed process left as
// "<path>.partial" is known by its sticky bit, which everything has until it gets its final name, and is made anew; any
// other "<path>.partial" is somebody's file: it stays too, and is the same error.
#ifndef BASE_FILE_H_
#define BASE_FILE_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace base {

// A descriptor of a regular file for reading; the caller closes it. Never waits. kNotFound when there is no such file,
// kInvalidArgument for a folder, a device or a FIFO, kUnavailable when it cannot be opened.
absl::StatusOr<int> OpenRegularFile(const std::string& path);

// The content of a regular file. Errors as OpenRegularFile's; kUnavailable when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Creates missing parent folders.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content);

// The same for what is too large to hold at once: `produce` calls `write` with one part after the other, and returns
// the first error of it or of its own; then there is no file.
using WritePart = absl::FunctionRef<absl::Status(absl::string_view part)>;
absl::Status WriteFileInParts(const std::string& path, absl::FunctionRef<absl::Status(WritePart write)> produce);

// The same for a folder: `fill` gets an empty folder to fill.
absl::Status WriteFolderAtomically(const std::string& path,
                                   absl::FunctionRef<absl::Status(const std::string& partial)> fill);

// Renames a finished file or folder to its final name, under the rule above, and makes that durable.
absl::Status Publish(const std::string& partial, const std::string& final_path);

// Whether a command may write the file that a flag names; asked before anything is computed. Beyond the rule above, a
// file that is there must be empty or an earlier output of the command: one with `mark`, a text that such an output has
// within its first MiB. `inputs` are the files and folders that the command reads ("" is passed over): neither these,
// by whatever path, nor a file in such a folder is replaced. kFailedPrecondition says what is there and what to do.
absl::Status CheckOutputFile(const std::string& path, const std::vector<std::string>& inputs, absl::string_view mark);

// The same for a folder: it must be absent or empty.
absl::Status CheckOutputFolder(const std::string& path, const std::vector<std::string>& inputs);

absl::Status MakeFolders(const std::string& path);
bool FileExists(const std::string& path);

}  // namespace base

#endif  // BASE_FILE_H_
