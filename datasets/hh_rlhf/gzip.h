// Gzip decompression of whole files.
#ifndef DATASETS_HH_RLHF_GZIP_H_
#define DATASETS_HH_RLHF_GZIP_H_

#include <string>

#include "absl/status/statusor.h"

namespace datasets {

// The unpacked content of a gzip file; a file that is not gzip is read as it is. kNotFound when there is no such file;
// kInvalidArgument when it is cut off or damaged (gzip's length and CRC-32 are checked); kUnavailable when it cannot be
// read.
absl::StatusOr<std::string> ReadGzipFile(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_HH_RLHF_GZIP_H_
