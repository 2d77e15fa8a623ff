#include "evaluation/ifeval/forms.h"

#include <algorithm>
#include <array>

#include "base/status.h"
#include "evaluation/python/json.h"
#include "evaluation/python/regex.h"

namespace ifeval {
namespace {

bool IsSpaceAt(View text, size_t i) { return i < text.size() && IsSpace(text[i]); }
size_t LineEnd(View text, size_t from) { return std::min(text.find(U'\n', from), text.size()); }

// Lines whose first character but white space, which may be on a later line, is the mark; `end_of` gives where the item
// ends that begins behind the mark, or nothing where it is none.
template <typename EndOf>
int64_t CountItems(View text, char32_t mark, EndOf end_of) {
  int64_t count = 0;
  size_t start = 0;  // a line's
  while (start < text.size()) {
    size_t first = start;
    while (IsSpaceAt(text, first)) ++first;
    const std::optional<size_t> end = At(text, first) == mark ? end_of(first + 1) : std::nullopt;
    if (end.has_value()) ++count;
    // All lines up to `first` would find the same.
    start = LineEnd(text, end.value_or(std::min(first, text.size()))) + 1;
  }
  return count;
}

// Between one run of `marks` and the next: how many such pairs have something but white space in them, and no line end
// or '*'.
int64_t CountPairs(View text, View marks) {
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(marks, at)) != View::npos;) {
    const size_t begin = at + marks.size(), end = text.find_first_of(U"*\n", begin);
    if (end == View::npos) break;
    if (text.compare(end, marks.size(), marks) == 0) {
      if (!IsBlank(text.substr(begin, end - begin))) ++count;
      at = end + marks.size();
    } else {
      ++at;
    }
  }
  return count;
}

}  // namespace

int64_t CountWords(View text) {
  int64_t count = 0;
  bool inside = false;
  for (const char32_t c : text) {
    const bool word = IsWord(c);
    count += word && !inside ? 1 : 0;
    inside = word;
  }
  return count;
}

int64_t CountBullets(View text) {
  const int64_t stars = CountItems(text, U'*', [&](size_t item) -> std::optional<size_t> {
    if (item >= text.size() || text[item] == '*') return std::nullopt;
    return LineEnd(text, item + 1);
  });
  const int64_t dashes =
      CountItems(text, U'-', [&](size_t item) -> std::optional<size_t> { return LineEnd(text, item); });
  return stars + dashes;
}

int64_t CountHighlights(View text) { return CountPairs(text, U"*") + CountPairs(text, U"**"); }

int64_t CountPlaceholders(View text) {
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(U'[', at)) != View::npos;) {
    const size_t end = std::min(text.find_first_of(U"]\n", at), text.size());
    count += At(text, end) == ']' ? 1 : 0;
    at = end;
  }
  return count;
}

absl::StatusOr<int64_t> CountSections(View text, View divider) {
  if (IsExpression(divider)) {
    return CountMatches(text, U"\\s?" + Text(divider) + U"\\s?\\d+\\s?", /*ignore_case=*/false);
  }
  int64_t count = 0;
  for (size_t at = 0; (at = text.find(divider, at)) != View::npos;) {
    size_t number = at + divider.size();
    if (IsSpaceAt(text, number)) ++number;
    size_t end = number;
    while (end < text.size() && IsDecimal(text[end])) ++end;
    count += end > number ? 1 : 0;
    at = end > number ? end : at + 1;
  }
  return count;
}

std::optional<int64_t> CountParagraphs(View text) {
  std::vector<View> pieces;
  size_t begin = 0;
  for (size_t at = 0; (at = text.find(U"***", at)) != View::npos;) {
    const size_t end = at > begin && IsSpace(text[at - 1]) ? at - 1 : at;
    pieces.push_back(text.substr(begin, end - begin));
    at += 3;
    if (IsSpaceAt(text, at)) ++at;
    begin = at;
  }
  pieces.push_back(text.substr(begin));
  auto count = static_cast<int64_t>(pieces.size());
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!IsBlank(pieces[i])) continue;
    if (i > 0 && i + 1 < pieces.size()) return std::nullopt;
    --count;
  }
  return count;
}

bool ParagraphBeginsWith(View text, int64_t n, int64_t count, View word) {
  const std::vector<View> pieces = Split(text, U"\n\n");
  const int64_t filled = std::count_if(pieces.begin(), pieces.end(), [](View piece) { return !IsBlank(piece); });
  if (n > filled) return false;
  // A negative place counts from the end, as Python's lists do.
  const int64_t index = n > 0 ? n - 1 : static_cast<int64_t>(pieces.size()) + n - 1;
  if (index < 0 || IsBlank(pieces[static_cast<size_t>(index)])) return false;
  View first = SplitAtSpace(pieces[static_cast<size_t>(index)])[0];
  first = StripLeft(StripLeft(first, U"'"), U"\"");
  Text lower;
  for (const char32_t c : first.substr(0, first.find_first_of(U".,?!'\""))) lower += Lower(c);
  return filled == count && lower == word;
}

absl::StatusOr<bool> HasPostscript(View text, View marker) {
  const Text lower = Lower(text);
  if (marker == U"P.S." || marker == U"P.P.S") {
    // The letters with a point behind each, the last of P.P.S without; one space may follow a point.
    const View letters = marker == U"P.S." ? U"ps" : U"pps";
    for (size_t start = 0; (start = lower.find(U'p', start)) != Text::npos; ++start) {
      size_t at = start;
      bool found = true;
      for (size_t i = 0; found && i < letters.size(); ++i) {
        if (i > 0 && IsSpaceAt(lower, at)) ++at;
        found = At(lower, at) == letters[i];
        ++at;
        if (i + 1 == letters.size() && marker == U"P.P.S") break;
        found = found && At(lower, at) == '.';
        ++at;
      }
      if (found) return true;
    }
    return false;
  }
  const Text wanted = Lower(marker);
  if (!IsExpression(wanted)) return lower.find(wanted) != Text::npos;
  ASSIGN_OR_RETURN(const int64_t count, CountMatches(lower, wanted, /*ignore_case=*/false));
  return count > 0;
}

bool HasTitle(View text) {
  for (const View line : Split(text, U"\n")) {
    const size_t open = line.find(U"<<"), close = line.rfind(U">>");
    if (open == View::npos || close == View::npos || close < open + 3) continue;
    const View title = line.substr(open, close + 2 - open);
    if (!IsBlank(StripRight(StripLeft(title, U"<"), U">"))) return true;
  }
  return false;
}

bool HasTwoResponses(View text) {
  const std::vector<View> pieces = Split(text, U"******");
  std::vector<View> filled;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!IsBlank(pieces[i])) {
      filled.push_back(Strip(pieces[i]));
    } else if (i > 0 && i + 1 < pieces.size()) {
      return false;
    }
  }
  return filled.size() == 2 && filled[0] != filled[1];
}

bool IsFencedJson(View text) {
  static constexpr std::array<View, 4> kFences = {U"```json", U"```Json", U"```JSON", U"```"};
  text = Strip(text);
  for (const View fence : kFences) {
    if (text.substr(0, fence.size()) == fence) text.remove_prefix(fence.size());
  }
  if (text.size() >= 3 && text.substr(text.size() - 3) == U"```") text.remove_suffix(3);
  return IsPythonJson(Strip(text));
}

}  // namespace ifeval
