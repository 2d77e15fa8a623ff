// The text of a data file as users have it: packed or plain, with or without a byte order mark, checked to be UTF-8.
#ifndef DATASETS_RECORDS_TEXT_FILE_H_
#define DATASETS_RECORDS_TEXT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace datasets {

// The whole text of a regular file. Gzip is known by its first bytes, not by the file's name, and unpacked; a byte
// order mark at the start is dropped. Line ends stay as they are.
//   kInvalidArgument: the gzip data are damaged, cut off or followed by something else (length and CRC-32 are checked);
//     or the text is not UTF-8, with file:line and what to do.
//   kNotFound, kUnavailable: as base::ReadFile.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

// What the gzip data `bytes` hold, the contents of its members one after the other; other bytes come back as they are.
// kInvalidArgument "<where>: ..." as above.
absl::StatusOr<std::string> Unzipped(std::string bytes, absl::string_view where);

}  // namespace datasets

#endif  // DATASETS_RECORDS_TEXT_FILE_H_
