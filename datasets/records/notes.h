// Notes: what a reader passed over without an error, counted, for the user to see.
#ifndef DATASETS_RECORDS_NOTES_H_
#define DATASETS_RECORDS_NOTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace datasets {

// One kind of thing that was passed over.
struct Note {
  std::string what;                 // "rows left out: \"chosen\" equals \"rejected\""
  int64_t count = 0;                // >= 1
  std::vector<std::string> places;  // the first of them, at most kNotedPlaces: "pairs.jsonl:7"
};

inline constexpr int kNotedPlaces = 3;

class Notes {
 public:
  void Add(absl::string_view what, absl::string_view where);

  // In the order in which each was first added.
  absl::Span<const Note> all() const { return notes_; }
  // How often `what` was added.
  int64_t Count(absl::string_view what) const;
  // A line a note: "pairs.jsonl:7 and 2 more: <what>".
  std::vector<std::string> Lines() const;

 private:
  std::vector<Note> notes_;
};

}  // namespace datasets

#endif  // DATASETS_RECORDS_NOTES_H_
