// Scanner of Protobuf's text format: finds where the fields of a message stand.
//
// Protobuf's parser says where it stopped, but neither in which message nor at which field; and its own record of
// locations has one entry for a whole [list]. This walk over the same tokens supplies both.
#ifndef BASE_TEXTPROTO_TEXT_SCAN_H_
#define BASE_TEXTPROTO_TEXT_SCAN_H_

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace base {

// Counted from 0, a tab reaching to the next multiple of 8, as Protobuf's tokenizer does.
struct Place {
  int line = 0;
  int column = 0;
  bool operator<(const Place& other) const { return line != other.line ? line < other.line : column < other.column; }
};

struct TextScan {
  // Path and place of every field and list element, in the text's order. Unknown fields are left out.
  std::vector<std::pair<std::string, Place>> fields;

  // The state at the end of the scan:
  const google::protobuf::Descriptor* open = nullptr;  // innermost message that is open; null below an unknown field
  std::string open_path;                               // its path
  const google::protobuf::FieldDescriptor* field = nullptr;  // its field named last; null if unknown or none
  std::string field_name;                                    // as written
  Place last;                                                // the last token
};

// Scans the tokens that begin before `end`.
TextScan ScanText(absl::string_view text, const google::protobuf::Descriptor& message,
                  Place end = {std::numeric_limits<int>::max(), 0});

}  // namespace base

#endif  // BASE_TEXTPROTO_TEXT_SCAN_H_
