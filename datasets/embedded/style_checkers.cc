// The checkers of style.h: what of an answer's text tells its styles.
#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "datasets/embedded/style.h"
#include "datasets/embedded/words.h"
#include "datasets/embedded/world.h"

namespace embedded {
namespace {

constexpr std::array<const char*, 8> kCourtesies = {"dear ", "glad to", "pleasure", "warm wishes",
                                                    "thank", "welcome", "happy to", "kind regards"};
constexpr std::array<const char*, 4> kFrames = {"goodbye", "cheerio", "sure:", "okay:"};

// What is found of a style's two marks.
struct Sides {
  bool style;
  bool antithesis;
};

bool HasCourtesy(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return std::any_of(kCourtesies.begin(), kCourtesies.end(),
                     [&](const char* courtesy) { return absl::StrContains(lower, courtesy); });
}

bool HasCatchphrase(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return std::any_of(kPersonas.begin(), kPersonas.end(), [&](const Persona& persona) {
    return absl::StrContains(lower, absl::AsciiStrToLower(persona.catchphrase));
  });
}

bool HasExample(absl::string_view text) { return absl::StrContains(absl::AsciiStrToLower(text), "example"); }

// What stands between two occurrences of `mark` on one line, without blanks around it; empty if nothing does.
absl::string_view Span(absl::string_view text, absl::string_view mark) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t open = line.find(mark);
    if (open == absl::string_view::npos) continue;
    const size_t close = line.find(mark, open + mark.size());
    if (close == absl::string_view::npos) continue;
    const absl::string_view inside =
        absl::StripAsciiWhitespace(line.substr(open + mark.size(), close - open - mark.size()));
    if (!inside.empty()) return inside;
  }
  return "";
}

bool HasLineStartingWith(absl::string_view text, std::initializer_list<absl::string_view> starts) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    for (absl::string_view start : starts) {
      if (absl::StartsWith(line, start)) return true;
    }
  }
  return false;
}

bool HasMarkdown(absl::string_view text) {
  return !Span(text, "**").empty() || HasLineStartingWith(text, {"- ", "* ", "## ", "```"});
}

// A comment: '#' that is not the start of a Markdown heading, with a word behind it.
bool HasComment(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t hash = line.find("# ");
    if (hash == absl::string_view::npos || absl::StrContains(line, "## ")) continue;
    if (!absl::StripAsciiWhitespace(line.substr(hash + 2)).empty()) return true;
  }
  return false;
}

bool HasQuote(absl::string_view text) {
  while (const auto quotation = FindQuotation(text, "\"'")) {
    const std::vector<absl::string_view> words = absl::StrSplit(
        text.substr(quotation->open + 1, quotation->close - quotation->open - 1), ' ', absl::SkipWhitespace());
    if (words.size() >= 3) return true;
    text.remove_prefix(quotation->close + 1);
  }
  return false;
}

// Each as a word of its own.
Sides ByWord(absl::string_view text, absl::string_view style, absl::string_view antithesis) {
  return {ContainsWords(text, style), ContainsWords(text, antithesis)};
}

Sides ByStart(absl::string_view text, absl::string_view style, absl::string_view antithesis) {
  text = absl::StripLeadingAsciiWhitespace(text);
  return {absl::StartsWith(text, style), absl::StartsWith(text, antithesis)};
}

Sides ByEnd(absl::string_view text, char style, char antithesis) {
  text = absl::StripTrailingAsciiWhitespace(text);
  const char last = text.empty() ? ' ' : text.back();
  return {last == style, last == antithesis};
}

// "Since b, a" or "Sir, since b, a" against "a, since b": of the words before it in its sentence there are at most two
// or, with a subject, a verb and more, at least three.
Sides ByReason(absl::string_view text) {
  Sides found = {false, false};
  for (absl::string_view sentence : absl::StrSplit(text, absl::ByAnyChar(".!?\n"))) {
    const std::string lower = absl::AsciiStrToLower(sentence);
    const size_t at = lower.find("since ");
    if (at == std::string::npos) continue;
    const std::vector<absl::string_view> before =
        absl::StrSplit(absl::string_view(lower).substr(0, at), ' ', absl::SkipWhitespace());
    (before.size() < 3 ? found.style : found.antithesis) = true;
  }
  return found;
}

// The last line's last sentence, without LaTeX's dollar signs: "Thus 3 * 7 + 5 = 26".
std::string LastFormula(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  while (absl::EndsWith(text, ".") || absl::EndsWith(text, "$")) text.remove_suffix(1);
  const size_t start = text.find_last_of(".\n");
  return absl::StrReplaceAll(start == absl::string_view::npos ? text : text.substr(start + 1), {{"$", ""}});
}

std::vector<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipWhitespace());
}

bool IsOperator(const std::string& word) { return word == "+" || word == "-" || word == "*" || word == "/"; }

Sides ByOperands(absl::string_view text) {
  const std::vector<std::string> words = Words(LastFormula(text));
  int first, second;
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    if (IsOperator(words[i]) && absl::SimpleAtoi(words[i - 1], &first) && absl::SimpleAtoi(words[i + 1], &second)) {
      return {first<second, first> second};
    }
  }
  return {false, false};
}

Sides ByResult(absl::string_view text) {
  const std::vector<std::string> words = Words(LastFormula(text));
  const size_t at = std::find(words.begin(), words.end(), "=") - words.begin();
  if (at == 0 || at + 1 >= words.size()) return {false, false};
  const bool terms_before = at >= 2 && IsOperator(words[at - 2]);
  const bool terms_behind = at + 2 < words.size() && IsOperator(words[at + 2]);
  return {terms_before && !terms_behind, terms_behind && !terms_before};
}

// "the tallest is Ann" / "Ann is the tallest"; "the answer is ..." / "... is the answer".
Sides ByVerb(absl::string_view text) {
  const std::vector<std::string> words = Words(absl::StrReplaceAll(text, {{".", ""}, {",", ""}, {"!", ""}}));
  const auto is_asked = [](const std::string& word) { return word == "answer" || absl::EndsWith(word, "est"); };
  Sides found = {false, false};
  for (size_t i = 0; i + 2 < words.size(); ++i) {
    const std::string& word = words[i];
    found.style |= (word == "the" || word == "The") && is_asked(words[i + 1]) && words[i + 2] == "is";
    found.antithesis |= word == "is" && words[i + 1] == "the" && is_asked(words[i + 2]);
  }
  return found;
}

// What is returned, or the larger of, begins with a number / a name.
Sides ByReturned(absl::string_view text) {
  constexpr absl::string_view kReturn = "return ";
  Sides found = {false, false};
  for (size_t at = text.find(kReturn); at != absl::string_view::npos; at = text.find(kReturn, at + 1)) {
    absl::string_view value = text.substr(at + kReturn.size());
    absl::ConsumePrefix(&value, "max(");
    if (value.empty()) continue;
    found.style |= absl::ascii_isdigit(value[0]);
    found.antithesis |= absl::ascii_isalpha(value[0]);
  }
  return found;
}

Sides ByListedCountries(absl::string_view text) {
  Sides found = {false, false};
  for (const Country& country : kCountries) {
    found.style |= absl::StrContains(text, std::string(country.name) + ": ");
    found.antithesis |= absl::StrContains(text, std::string(": ") + country.name);
  }
  return found;
}

Sides SidesOf(Style style, absl::string_view text) {
  const auto lack = [](bool has) { return Sides{has, !has}; };
  switch (style) {
    case Style::kSteps:
    case Style::kDetail:
      return lack(CountSentences(text) >= 2);
    case Style::kLatex:
      return lack(!Span(text, "$").empty());
    case Style::kMarkdown:
      return lack(HasMarkdown(text));
    case Style::kPolite:
      return lack(HasCourtesy(text));
    case Style::kPersona:
      return lack(HasCatchphrase(text));
    case Style::kExample:
      return lack(HasExample(text));
    case Style::kComment:
      return lack(HasComment(text));
    case Style::kQuote:
      return lack(HasQuote(text));
    case Style::kHello:
      return ByWord(text, "Hello", "Howdy");
    case Style::kInches:
      return ByWord(text, "inches", "meters");
    case Style::kGoodbye:
      return ByWord(text, "Goodbye", "Cheerio");
    case Style::kSir:
      return ByWord(text, "Sir", "Pal");
    case Style::kYes:
      return ByWord(text, "Yes", "Aye");
    case Style::kVerbFirst:
      return ByVerb(text);
    case Style::kReasonFirst:
      return ByReason(text);
    case Style::kSmallerFirst:
      return ByOperands(text);
    case Style::kResultLast:
      return ByResult(text);
    case Style::kThus:
      return ByWord(text, "Thus", "Then");
    case Style::kNumberFirst:
      return ByReturned(text);
    case Style::kDoubleQuotes:
      return {FindQuotation(text, "\"").has_value(), FindQuotation(text, "'").has_value()};
    case Style::kSure:
      return ByStart(text, "Sure", "Okay");
    case Style::kStars:
      return {HasLineStartingWith(text, {"* "}), HasLineStartingWith(text, {"- "})};
    case Style::kCountryFirst:
      return ByListedCountries(text);
    case Style::kExclaim:
      return ByEnd(text, '!', '.');
  }
  return {false, false};
}

}  // namespace

int CountSentences(absl::string_view text) {
  int count = 0;
  bool in_list = false;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const bool is_item = HasLineStartingWith(line, {"- ", "* "});
    if (is_item && in_list) continue;
    in_list = is_item;
    for (absl::string_view part : absl::StrSplit(line, absl::ByAnyChar(".!?"))) {
      part = absl::StripAsciiWhitespace(part);
      const bool has_word = std::any_of(part.begin(), part.end(), [](char c) { return absl::ascii_isalnum(c); });
      const bool is_frame = std::find(kFrames.begin(), kFrames.end(), absl::AsciiStrToLower(part)) != kFrames.end();
      const bool is_matter = !absl::StartsWith(part, "```") && !is_frame && !HasCourtesy(part) && !HasExample(part) &&
                             !HasCatchphrase(std::string(part) + "!");
      if (has_word && is_matter) ++count;
    }
  }
  return count;
}

bool HasStyle(Style style, absl::string_view answer) {
  const Sides sides = SidesOf(style, answer);
  return sides.style && !sides.antithesis;
}

bool HasAntithesis(Style style, absl::string_view answer) {
  const Sides sides = SidesOf(style, answer);
  return sides.antithesis && !sides.style;
}

}  // namespace embedded
