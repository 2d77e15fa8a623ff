#include "evaluation/math/latex/numerals.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kThinSpaces[] = {"~", "\\,", "\\ ", "\\;", "\\:", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};

bool IsDigit(string_view text, size_t at) { return at < text.size() && absl::ascii_isdigit(text[at]); }

size_t ThinSpaceAt(string_view text, size_t at) {
  if (at >= text.size() || string_view("~\\\xC2\xE2").find(text[at]) == string_view::npos) return 0;
  for (const string_view space : kThinSpaces) {
    if (absl::StartsWith(text.substr(at), space)) return space.size();
  }
  return 0;
}

struct Groups {
  enum class Mark { kNone, kComma, kSpace };
  Mark mark = Mark::kNone;
  bool is_plain = false;  // a space that LaTeX does not show is among the marks
};

// Where the group of three that stands here with its mark ends; here, where there is none.
size_t GroupEnd(string_view text, const size_t here, bool in_brackets, Groups* groups) {
  size_t at = here;
  const auto skip = [&](string_view word) {
    const bool is_there = absl::StartsWith(text.substr(at), word);
    if (is_there) at += word.size();
    return is_there;
  };
  Groups::Mark mark = Groups::Mark::kComma;
  bool plain = false;
  if (skip("{,}")) {
    while (skip(" ") || skip("\\!")) continue;
  } else if (skip(",")) {
    const size_t comma = at;
    while (skip(" ")) continue;
    const bool is_narrow = skip("\\!");
    while (is_narrow && skip(" ")) continue;
    if (!is_narrow) at = comma;
    if (!is_narrow && in_brackets) return here;
  } else {
    mark = Groups::Mark::kSpace;
    for (size_t space; (space = SpaceAt(text, at)) > 0; at += space) plain = plain || ThinSpaceAt(text, at) == 0;
    if (at == here || (plain && in_brackets)) return here;
  }
  for (int i = 0; i < 3; ++i) {
    if (!IsDigit(text, at++)) return here;
  }
  if (IsDigit(text, at) || (groups->mark != Groups::Mark::kNone && groups->mark != mark)) return here;
  groups->mark = mark;
  groups->is_plain = groups->is_plain || plain;
  return at;
}

}  // namespace

size_t SpaceAt(string_view text, size_t at) {
  return at < text.size() && absl::ascii_isspace(text[at]) ? 1 : ThinSpaceAt(text, at);
}

Numeral ReadNumeral(string_view text, size_t at, bool in_brackets, bool follows_number) {
  Numeral numeral;
  const auto take_digits = [&] {
    for (; IsDigit(text, at); ++at) numeral.text.push_back(text[at]);
  };
  take_digits();
  if (!numeral.text.empty() && numeral.text.size() <= 3 && numeral.text[0] != '0') {
    const Numeral first{numeral.text, at};
    Groups groups;
    for (size_t end; (end = GroupEnd(text, at, in_brackets, &groups)) != at; at = end) {
      numeral.text.append(text.data() + end - 3, 3);
    }
    size_t next = at;
    while (const size_t space = groups.is_plain ? SpaceAt(text, next) : 0) next += space;
    if (groups.is_plain && (follows_number || (next < text.size() && text[next] == '/'))) {
      numeral = first;
      at = first.end;
    }
  }
  if (numeral.text.empty()) numeral.text = "0";
  if (at < text.size() && text[at] == '.' && IsDigit(text, at + 1)) {
    ++at;
    numeral.text.push_back('.');
    take_digits();
  }
  numeral.end = at;
  return numeral;
}

}  // namespace evaluation
