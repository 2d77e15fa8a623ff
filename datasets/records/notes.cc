#include "datasets/records/notes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace datasets {

void Notes::Add(absl::string_view what, absl::string_view where) {
  auto note = std::find_if(notes_.begin(), notes_.end(), [&](const Note& known) { return known.what == what; });
  if (note == notes_.end()) note = notes_.insert(notes_.end(), {std::string(what), 0, {}});
  ++note->count;
  if (note->places.size() < kNotedPlaces) note->places.emplace_back(where);
}

int64_t Notes::Count(absl::string_view what) const {
  for (const Note& note : notes_) {
    if (note.what == what) return note.count;
  }
  return 0;
}

std::vector<std::string> Notes::Lines() const {
  std::vector<std::string> lines;
  for (const Note& note : notes_) {
    const int64_t more = note.count - static_cast<int64_t>(note.places.size());
    lines.push_back(absl::StrCat(absl::StrJoin(note.places, ", "), more > 0 ? absl::StrCat(" and ", more, " more") : "",
                                 ": ", note.what));
  }
  return lines;
}

}  // namespace datasets
