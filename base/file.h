// Files: whole-file reading, and atomic writing (complete or absent) that destroys nothing of anybody else's.
//
// Files and folders are made as "<path>.partial", flushed to disk and renamed, so that no reader and no restart ever
// sees a part of them under their final name. After an error, such as a full disk, the partial one is removed.
//
// What may be replaced: a regular file by a file, an empty folder by a folder. A folder with something in it and
// anything else (a device, a FIFO) stay as they are: kFailedPrecondition. What a killed process left as
// "<path>.partial" is known by its sticky bit, which everything has until it gets its final name, and is made anew; any
// other "<path>.partial" is somebody's file: it stays too, and is the same error, as is one that another process is
// writing, which holds a lock on it.
#ifndef BASE_FILE_H_
#define BASE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace base {

// A descriptor of a regular file for reading; the caller closes it. Never waits. kNotFound when there is no such file,
// kInvalidArgument for a folder, a device, a FIFO, a link to nothing and a path with NUL in it, kUnavailable when it
// cannot be opened.
absl::StatusOr<int> OpenRegularFile(const std::string& path);

// What is read whole is held in memory, and more than once.
inline constexpr int64_t kMaxFileBytes = int64_t{4} << 30;

// The content of a regular file. Errors as OpenRegularFile's; kUnavailable when it cannot be read, kInvalidArgument,
// with both numbers, for one of more than max_bytes.
absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes = kMaxFileBytes);

// Creates missing parent folders.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content);

// The same for what is too large to hold at once: `produce` calls `write` with one part after the other, and returns
// the first error of it or of its own; then there is no file.
using WritePart = absl::FunctionRef<absl::Status(absl::string_view part)>;
//   partial: its name until it is complete, on the same file system; by default "<path>.partial"
absl::Status WriteFileInParts(const std::string& path, absl::FunctionRef<absl::Status(WritePart write)> produce,
                              std::string partial = "");

// The same for a folder: `fill` gets an empty folder to fill.
absl::Status WriteFolderAtomically(const std::string& path,
                                   absl::FunctionRef<absl::Status(const std::string& partial)> fill);

// Renames a finished file or folder to its final name, under the rule above, and makes that durable.
absl::Status Publish(const std::string& partial, const std::string& final_path);

// kFailedPrecondition when something is at `path` that a file, or a folder, may not replace.
absl::Status CheckReplaceable(const std::string& path, bool by_folder);
// That error: `path` is `what`, and stays.
absl::Status InTheWay(const std::string& path, absl::string_view what);

absl::Status MakeFolders(const std::string& path);
// Whether there is something by this name: a link to nothing is something, too, and an error for whoever reads it.
bool FileExists(const std::string& path);

}  // namespace base

#endif  // BASE_FILE_H_
