// Checks of JSON records, for the readers of data files: texts and lists that must not be empty, ids that must not
// repeat, documents whose order and keys matter. Every error is one line and names the place.
#ifndef DATASETS_RECORDS_RECORDS_H_
#define DATASETS_RECORDS_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "datasets/records/notes.h"

namespace datasets {

// kInvalidArgument "<where>: <message>".
absl::Status InvalidAt(absl::string_view where, absl::string_view message);

// The lines of a JSON Lines file in any form that ReadTextFile (text_file.h) takes. Blank lines are passed over. A file
// without a line is an error, as is one JSON document over several lines.
absl::StatusOr<std::vector<base::JsonLine>> ReadRecords(const std::string& path);

// A text of a file as messages quote it: on one line, without control characters, cut to 120 characters.
std::string Excerpt(absl::string_view text);

// What a JSON value is, for messages: "a list", "an object", "null".
const char* TypeName(const base::Json& value);

// Whether a line has a member `key` that is not null. Exports of tables write null where a row has no value.
bool Has(const base::JsonLine& line, const char* key);

// A member that is a string, which may be empty; of GetText, with something else than white space in it.
absl::StatusOr<std::string> GetAnyText(const base::JsonLine& line, const char* key);
absl::StatusOr<std::string> GetText(const base::JsonLine& line, const char* key);

// A member that is such a string, or an integer as text: "81" and 81 are one id.
absl::StatusOr<std::string> GetId(const base::JsonLine& line, const char* key);

// A member that numbers an item: an integer, also as text or with a decimal point, as tools write ids beside missing
// ones: 81, "81" and 81.0 are one id.
absl::StatusOr<int64_t> GetIntId(const base::JsonLine& line, const char* key);

// The number in a line's place: "12" of "f.jsonl:12".
std::string LineNumber(const base::JsonLine& line);

// A member that is a list of at least one string that is not blank.
absl::StatusOr<std::vector<std::string>> GetTexts(const base::JsonLine& line, const char* key);

// The keys of a line beside the `known` ones: noted, for rows carry scores and sources that no reader needs. But
// kInvalidArgument for one that looks like a known key that the line lacks, misspelt ("catgory"), for what it says
// would get lost.
absl::Status NoteUnknownKeys(const base::JsonLine& line, absl::Span<const char* const> known, Notes& notes);

// The members of one JSON object, in the order of the file; `where` of each is "<path>: <key>". A key that is given
// twice in one object, at any depth, which JSON parsers pass over in silence, is an error.
struct Member {
  std::string key;
  base::JsonLine line;
};
absl::StatusOr<std::vector<Member>> ParseMembers(absl::string_view text, absl::string_view path);
// The same check for a document of any type, which is returned whole.
absl::StatusOr<base::OrderedJson> ParseDocument(absl::string_view text, absl::string_view path);

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
