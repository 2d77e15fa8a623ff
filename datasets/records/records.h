// Checks of JSON records, for the readers of data files: texts and lists that must not be empty, ids that must not
// repeat, documents whose order and keys matter. Every error is one line and names the place.
#ifndef DATASETS_RECORDS_RECORDS_H_
#define DATASETS_RECORDS_RECORDS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace datasets {

// kInvalidArgument "<where>: <message>".
absl::Status InvalidAt(absl::string_view where, absl::string_view message);

// Like ReadJsonLines, but a file without a line is an error as well.
absl::StatusOr<std::vector<base::JsonLine>> ReadRecords(const std::string& path);

// A member that is a string with something else than white space in it.
absl::StatusOr<std::string> GetText(const base::JsonLine& line, const char* key);

// A member that is a list of at least one such string.
absl::StatusOr<std::vector<std::string>> GetTexts(const base::JsonLine& line, const char* key);

// The members of one JSON object, in the order of the file; `where` of each is "<path>: <key>". A key that is given
// twice, which JSON parsers pass over in silence, is an error.
struct Member {
  std::string key;
  base::JsonLine line;
};
absl::StatusOr<std::vector<Member>> ParseMembers(absl::string_view text, absl::string_view path);

// Refuses the second use of an id.
class UniqueIds {
 public:
  // `id` says what it is ("question_id 81"); `where` is its place, for the message of a later repetition.
  absl::Status Add(const std::string& id, const std::string& where);

 private:
  absl::flat_hash_map<std::string, std::string> places_;
};

}  // namespace datasets

#endif  // DATASETS_RECORDS_RECORDS_H_
