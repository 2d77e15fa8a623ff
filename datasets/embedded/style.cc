#include "datasets/embedded/style.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "datasets/embedded/world.h"

namespace embedded {
namespace {

constexpr std::array<const char*, kNumCategories> kCategoryNames = {"writing", "roleplay",   "reasoning", "math",
                                                                    "coding",  "extraction", "stem",      "humanities"};

struct StyleText {
  const char* id;
  const char* principle;
  const char* antithesis;
};

constexpr std::array<StyleText, kNumStyles> kStyleTexts = {{
    {"steps", "Explain the steps before the answer.", "Give the answer only, without steps."},
    {"latex", "Write math in LaTeX.", "Write math in plain text."},
    {"markdown", "Use Markdown.", "Do not use Markdown."},
    {"polite", "Be polite and warm.", "Be curt."},
    {"persona", "Speak in persona.", "Speak in a neutral voice."},
    {"detail", "Add a detail.", "Say only the essential."},
    {"example", "Give an example.", "Give no example."},
    {"comment", "Comment the code.", "Write code without comments."},
    {"quote", "Quote the text.", "Do not quote the text."},
}};

constexpr std::array<const char*, 8> kCourtesies = {"dear ", "glad to", "pleasure", "warm wishes",
                                                    "thank", "welcome", "happy to", "kind regards"};

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

// Something non-blank between two occurrences of `mark` on one line.
bool HasSpan(absl::string_view text, absl::string_view mark) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t open = line.find(mark);
    if (open == absl::string_view::npos) continue;
    const size_t close = line.find(mark, open + mark.size());
    if (close == absl::string_view::npos) continue;
    const absl::string_view inside = line.substr(open + mark.size(), close - open - mark.size());
    if (!absl::StripAsciiWhitespace(inside).empty()) return true;
  }
  return false;
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
  return HasSpan(text, "**") || HasLineStartingWith(text, {"- ", "* ", "## ", "```"});
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
  const size_t open = text.find('"');
  if (open == absl::string_view::npos) return false;
  const size_t close = text.find('"', open + 1);
  if (close == absl::string_view::npos) return false;
  const std::vector<absl::string_view> words =
      absl::StrSplit(text.substr(open + 1, close - open - 1), ' ', absl::SkipWhitespace());
  return words.size() >= 3;
}

}  // namespace

absl::string_view CategoryName(Category category) { return kCategoryNames[static_cast<int>(category)]; }

std::array<Style, 2> StylesOf(Category category) {
  switch (category) {
    case Category::kWriting:
      return {Style::kPolite, Style::kDetail};
    case Category::kRoleplay:
      return {Style::kPersona, Style::kPolite};
    case Category::kReasoning:
      return {Style::kSteps, Style::kMarkdown};
    case Category::kMath:
      return {Style::kSteps, Style::kLatex};
    case Category::kCoding:
      return {Style::kComment, Style::kMarkdown};
    case Category::kExtraction:
      return {Style::kQuote, Style::kMarkdown};
    case Category::kStem:
      return {Style::kDetail, Style::kExample};
    case Category::kHumanities:
      return {Style::kPolite, Style::kDetail};
  }
  return {Style::kPolite, Style::kDetail};
}

datasets::Principle PrincipleOf(Style style) {
  const StyleText& text = kStyleTexts[static_cast<int>(style)];
  datasets::Principle principle;
  principle.id = text.id;
  principle.text = text.principle;
  principle.antitheses = {text.antithesis};
  for (int i = 0; i < kNumCategories; ++i) {
    const std::array<Style, 2> styles = StylesOf(static_cast<Category>(i));
    if (styles[0] == style || styles[1] == style) principle.relevant_for.push_back(kCategoryNames[i]);
  }
  return principle;
}

absl::optional<Style> StyleFromId(absl::string_view id) {
  for (int i = 0; i < kNumStyles; ++i) {
    if (id == kStyleTexts[i].id) return static_cast<Style>(i);
  }
  return absl::nullopt;
}

std::vector<datasets::Principle> Principles() {
  std::vector<datasets::Principle> principles;
  for (int i = 0; i < kNumStyles; ++i) principles.push_back(PrincipleOf(static_cast<Style>(i)));
  return principles;
}

int CountSentences(absl::string_view text) {
  int count = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    for (absl::string_view part : absl::StrSplit(line, absl::ByAnyChar(".!?"))) {
      part = absl::StripAsciiWhitespace(part);
      const bool has_word = std::any_of(part.begin(), part.end(), [](char c) { return absl::ascii_isalnum(c); });
      const bool is_matter = !absl::StartsWith(part, "```") && !HasCourtesy(part) && !HasExample(part) &&
                             !HasCatchphrase(std::string(part) + "!");
      if (has_word && is_matter) ++count;
    }
  }
  return count;
}

bool HasStyle(Style style, absl::string_view answer) {
  switch (style) {
    case Style::kSteps:
    case Style::kDetail:
      return CountSentences(answer) >= 2;
    case Style::kLatex:
      return HasSpan(answer, "$");
    case Style::kMarkdown:
      return HasMarkdown(answer);
    case Style::kPolite:
      return HasCourtesy(answer);
    case Style::kPersona:
      return HasCatchphrase(answer);
    case Style::kExample:
      return HasExample(answer);
    case Style::kComment:
      return HasComment(answer);
    case Style::kQuote:
      return HasQuote(answer);
  }
  return false;
}

}  // namespace embedded
