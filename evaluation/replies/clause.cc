#include "evaluation/replies/clause.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr size_t kWindow = 200;   // bytes of a clause that are looked at
constexpr size_t kHeading = 100;  // bytes of a line above
constexpr string_view kWideEnds[] = {"\u3002", "\uff01", "\uff1f", "\u061f", "\u0964"};
constexpr string_view kWideQuestions[] = {"\uff1f", "\u061f"};
constexpr string_view kClosing[] = {"\"", "'", "*", ")", "_", "`", "\u201d", "\u2019", "\u00bb", "\u300d", "\u300f"};

bool IsMark(char c) { return absl::StrContains("*_`\"'()[]{}<>.,;:!|\\$#~-", c); }

bool StartsWithAny(string_view text, absl::Span<const string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](string_view p) { return absl::StartsWith(text, p); });
}

// The size of the sentence's end that stands here, 0: none. A point within a number or a name is none.
size_t SentenceEndAt(string_view text, size_t at) {
  if (text[at] == ' ' || absl::ascii_isalnum(text[at])) return 0;  // most bytes
  const string_view rest = text.substr(at);
  if (rest[0] == '\n') return 1;
  for (const string_view end : kWideEnds) {
    if (absl::StartsWith(rest, end)) return end.size();
  }
  if (!absl::StrContains(".!?", rest[0])) return 0;
  size_t next = 1;
  while (next < rest.size() && absl::StrContains(".!?\"'*)_`", rest[next])) ++next;
  return next == rest.size() || absl::ascii_isspace(rest[next]) ? next : 0;
}

// Where the sentence begins in which `end` lies, `begin` if no other ends before.
size_t SentenceBegin(string_view text, size_t begin, size_t end) {
  const string_view part = text.substr(0, end);
  for (size_t at = end; at > begin; --at) {
    const size_t size = SentenceEndAt(part, at - 1);
    // Marks with which the text ends are the mention's own: "(...".
    if (size > 0 && (at - 1 + size < end || part[at - 1] == '\n' || size > 1)) return at - 1 + size;
  }
  return begin;
}

bool IsCapital(string_view text) {
  if (text.empty()) return false;
  if (absl::ascii_isupper(text[0])) return true;
  const auto next = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
  return (text[0] == '\xd0' && next >= 0x90 && next < 0xb0) || (text[0] == '\xc3' && next >= 0x80 && next <= 0x9e);
}

void SetBefore(string_view text, size_t begin, size_t at, Clause* clause) {
  const size_t window = at - begin > kWindow ? at - kWindow : begin;
  const size_t sentence = SentenceBegin(text, window, at);
  clause->before = text.substr(sentence, at - sentence);
  clause->begins_sentence = sentence > window || sentence == 0;
  if (!clause->begins_sentence || !StripMarksAround(clause->before).empty()) return;
  string_view above = text.substr(window, sentence - window);
  above = absl::StripTrailingAsciiWhitespace(above);
  if (const size_t line = above.rfind('\n'); line != string_view::npos) above.remove_prefix(line + 1);
  above = StripMarksAround(above);
  if (above.size() <= kHeading) clause->heading = above;
}

void SetAfter(string_view text, size_t at, size_t end, Clause* clause) {
  string_view rest = text.substr(at, std::min(end - at, kWindow));
  clause->ends_text = end == text.size() && StripMarksAround(text.substr(at, kWindow + 1)).empty();
  clause->trails_off = absl::StartsWith(rest, "...") || absl::StartsWith(rest, "\u2026");
  for (bool stripped = true; stripped;) {
    stripped = false;
    for (const string_view mark : kClosing) stripped = absl::ConsumePrefix(&rest, mark) || stripped;
  }
  const string_view next = absl::StripLeadingAsciiWhitespace(rest);
  if (rest.empty() || (next.size() < rest.size() && IsCapital(StripMarksAround(next)))) {
    clause->ends_sentence = end == text.size() || !rest.empty();
    clause->after = rest.substr(0, 0);
    return;
  }
  for (size_t i = 0; i < rest.size(); ++i) {
    if (SentenceEndAt(rest, i) == 0) continue;
    clause->after = rest.substr(0, i);
    clause->is_asked = rest[i] == '?' || StartsWithAny(rest.substr(i), kWideQuestions);
    clause->ends_sentence = StripMarksAround(clause->after).empty();
    return;
  }
  clause->after = rest;
  clause->ends_sentence = clause->ends_text;
}

}  // namespace

string_view StripMarksAround(string_view text) {
  while (!text.empty() && (absl::ascii_isspace(text.front()) || IsMark(text.front()))) text.remove_prefix(1);
  while (!text.empty() && absl::StrContains("*_`\"'([{~ \t\r\n", text.back())) text.remove_suffix(1);
  return text;
}

std::vector<Clause> FindClauses(string_view text, const std::vector<Mention>& mentions) {
  std::vector<Clause> clauses(mentions.size());
  for (size_t i = mentions.size(); i-- > 0;) {
    const Mention& mention = mentions[i];
    Clause& clause = clauses[i];
    const size_t end = i + 1 < mentions.size() ? mentions[i + 1].begin : text.size();
    SetBefore(text, i > 0 ? mentions[i - 1].end : 0, mention.begin, &clause);
    SetAfter(text, mention.end, end, &clause);
    // One question asks for several: "[[A]] or [[B]]?"
    if (i + 1 < mentions.size() && !clause.ends_sentence && mention.end + clause.after.size() + 2 >= end) {
      clause.is_asked = clause.is_asked || clauses[i + 1].is_asked;
    }
  }
  return clauses;
}

}  // namespace evaluation
