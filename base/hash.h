// SHA-256 of bytes and files, for run ids, provenance and stable item ids.
#ifndef BASE_HASH_H_
#define BASE_HASH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace base {

// 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view bytes);

// The same for a file's content, read in blocks. Errors as base::ReadFile's.
absl::StatusOr<std::string> Sha256HexOfFile(const std::string& path);

// The same for a folder: over the sorted relative paths of its regular files, each with its content's hash. Also
// kInvalidArgument for a link that leads to itself.
absl::StatusOr<std::string> Sha256HexOfFolder(const std::string& path);

// The same for some files of a folder, by their paths in it; their order means nothing.
absl::StatusOr<std::string> Sha256HexOfFiles(const std::string& folder, std::vector<std::string> names);

// The first 64 bits of SHA-256: a stable integer id for a name.
uint64_t Id64(absl::string_view name);

}  // namespace base

#endif  // BASE_HASH_H_
