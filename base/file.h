// Files: whole-file reading, and atomic writing (complete or absent).
//
// A file is written under "<path>.partial", flushed to disk and renamed, so that no reader and no restart ever sees a
// part of it under its final name. A full disk is an error, and the partial file is removed.
#ifndef BASE_FILE_H_
#define BASE_FILE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace base {

// kNotFound when there is no such file; kUnavailable when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Creates missing parent folders.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content);

// The same for what is too large to hold at once: `produce` calls `write` with one part after the other, and returns
// the first error of it or of its own; then there is no file.
using WritePart = absl::FunctionRef<absl::Status(absl::string_view part)>;
absl::Status WriteFileInParts(const std::string& path, absl::FunctionRef<absl::Status(WritePart write)> produce);

// Renames a finished file or folder to its final name, replacing what is there, and makes that durable.
absl::Status Publish(const std::string& partial, const std::string& final_path);

absl::Status MakeFolders(const std::string& path);
bool FileExists(const std::string& path);

}  // namespace base

#endif  // BASE_FILE_H_
