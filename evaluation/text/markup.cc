#include "evaluation/text/markup.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/jsonl.h"
#include "evaluation/text/words.h"

namespace principles {
namespace {

size_t RunEnd(const Characters& text, size_t i) {
  const char32_t c = text.At(i);
  while (i < text.size() && text.At(i) == c) ++i;
  return i;
}

bool SaysSomething(const Characters& text, Span span) {
  for (size_t i = span.begin; i < span.end; ++i) {
    if (IsLetterOrDigit(text.At(i))) return true;
  }
  return false;
}

// A mark that may open bold text or mathematics, on the way through a text.
struct Opener {
  bool is_open = false;
  size_t begin = 0;
};

}  // namespace

Presence Bold(const Characters& text) {
  Presence presence = Presence::kAbsent;
  Opener open;
  char32_t mark = 0;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = text.At(i);
    if (c != '*' && c != '_') {
      if (c == '\n') open.is_open = false;
      ++i;
      continue;
    }
    const size_t end = RunEnd(text, i);
    const size_t length = end - i;
    if (length == 2 || length == 3) {
      if (presence == Presence::kAbsent) presence = Presence::kTraces;
      const char32_t before = text.At(i - 1);
      const char32_t after = text.At(end);
      if (open.is_open && mark == c && !IsSpace(before) && !IsLetterOrDigit(after) &&
          SaysSomething(text, {open.begin, i})) {
        return Presence::kPresent;
      }
      open = {!IsLetterOrDigit(before) && after != 0 && !IsSpace(after), end};
      mark = c;
    }
    i = end;
  }
  return presence;
}

Presence Latex(const Characters& text) {
  Presence presence = Presence::kAbsent;
  Opener single;
  Opener twice;
  bool in_parentheses = false;
  bool in_brackets = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.At(i);
    const char32_t after = text.At(i + 1);
    if (c == '\n') {
      single.is_open = false;
    } else if (c == '\\') {
      if ((in_parentheses && after == ')') || (in_brackets && after == ']')) return Presence::kPresent;
      in_parentheses = in_parentheses || after == '(';
      in_brackets = in_brackets || after == '[';
      if (IsLetter(after)) presence = Presence::kTraces;
      if (after == 'b' && text.Lower({i + 1, std::min(i + 7, text.size())}) == "begin{") return Presence::kPresent;
      ++i;
    } else if (c == '$' && after == '$') {
      if (twice.is_open && SaysSomething(text, {twice.begin, i})) return Presence::kPresent;
      twice = {!twice.is_open, i + 2};
      single.is_open = false;
      ++i;
    } else if (c == '$') {
      const bool closes = single.is_open && !IsSpace(text.At(i - 1)) && !IsDigit(after);
      if (closes && SaysSomething(text, {single.begin, i})) return Presence::kPresent;
      single = {after != 0 && !IsSpace(after), i + 1};
    }
  }
  return presence;
}

Presence Json(absl::string_view text) {
  absl::string_view document = absl::StripAsciiWhitespace(text);
  const bool fenced = absl::ConsumePrefix(&document, "```");
  const bool named = fenced && absl::StartsWithIgnoreCase(document, "json");
  if (named) document.remove_prefix(4);
  if (fenced) absl::ConsumeSuffix(&document, "```");
  document = absl::StripAsciiWhitespace(document);
  const bool begins = !document.empty() && (document[0] == '{' || document[0] == '[');
  if (begins && base::Json::accept(document.begin(), document.end())) return Presence::kPresent;
  return begins || named ? Presence::kTraces : Presence::kAbsent;
}

Presence AngularTitle(const Characters& text) {
  Presence presence = Presence::kAbsent;
  bool is_open = false;
  bool has_content = false;  // something between the first << and here
  bool content_at_last_end = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char32_t c = text.At(i);
    if (c == '\n' || i == text.size()) {
      if (content_at_last_end) return Presence::kPresent;
      is_open = has_content = content_at_last_end = false;
    } else if (c == '<' || c == '>') {
      const size_t end = RunEnd(text, i);
      if (end - i >= 2) {
        if (presence == Presence::kAbsent) presence = Presence::kTraces;
        if (c == '<') is_open = true;
        if (c == '>' && is_open && has_content) content_at_last_end = true;
      }
      i = end - 1;
    } else if (is_open && !IsSpace(c)) {
      has_content = true;
    }
  }
  return presence;
}

Presence Postscript(const Characters& text, const std::vector<Line>& lines) {
  bool is_first = true;
  for (const Line& line : lines) {
    size_t begin = line.content;
    while (begin < line.span.end && (text.At(begin) == '*' || text.At(begin) == '_')) ++begin;
    const std::string start = text.Lower({begin, std::min(begin + 8, line.span.end)});
    for (const char* mark : {"p.s", "p. s.", "p.p.s", "p. p. s", "ps:", "ps."}) {
      if (is_first || !absl::StartsWith(start, mark)) continue;
      const size_t mark_end = begin + std::string(mark).size();
      if (!IsLetter(text.At(mark_end)) && SaysSomething(text, {mark_end, text.size()})) return Presence::kPresent;
    }
    is_first = is_first && !SaysSomething(text, line.span);
  }
  return HasAnyWord(Words(text), {"p.s", "p.p.s"}) ? Presence::kTraces : Presence::kAbsent;
}

}  // namespace principles
