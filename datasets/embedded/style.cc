#include "datasets/embedded/style.h"

#include <algorithm>

namespace embedded {
namespace {

constexpr std::array<const char*, kNumCategories> kCategoryNames = {"writing", "roleplay",   "reasoning", "math",
                                                                    "coding",  "extraction", "stem",      "humanities"};

// In the order of Category.
constexpr std::array<std::array<Style, kStylesPerCategory>, kNumCategories> kCategoryStyles = {{
    {Style::kHello, Style::kInches, Style::kDetail, Style::kGoodbye, Style::kPolite},
    {Style::kSir, Style::kYes, Style::kPersona, Style::kExclaim, Style::kPolite},
    {Style::kVerbFirst, Style::kReasonFirst, Style::kSteps, Style::kExclaim, Style::kMarkdown},
    {Style::kSmallerFirst, Style::kResultLast, Style::kSteps, Style::kThus, Style::kLatex},
    {Style::kNumberFirst, Style::kDoubleQuotes, Style::kComment, Style::kSure, Style::kMarkdown},
    {Style::kVerbFirst, Style::kDoubleQuotes, Style::kQuote, Style::kSure, Style::kMarkdown},
    {Style::kReasonFirst, Style::kSir, Style::kDetail, Style::kExclaim, Style::kExample},
    {Style::kStars, Style::kCountryFirst, Style::kDetail, Style::kSure, Style::kPolite},
}};

enum Length { kAdds, kEqual };
enum Use { kLearned, kHeldOut };

struct StyleRow {
  const char* id;
  Length length;
  Use use;
  const char* principle;
  const char* antithesis;
  const char* paraphrase;
  const char* other_antithesis;
};

// In the order of Style. Both texts of a pair have as many words, but for latex, by whose texts and those of steps the
// model of the word problems (models/word_problems) was made.
constexpr std::array<StyleRow, kNumStyles> kRows = {{
    {"steps", kAdds, kLearned, "Explain the steps before the answer.", "Give the answer only, without steps.",
     "Show your steps.", "Skip your steps."},
    {"latex", kAdds, kHeldOut, "Write math in LaTeX.", "Write math in plain text.", "Use LaTeX.", "Avoid LaTeX."},
    {"markdown", kAdds, kHeldOut, "Use Markdown.", "Avoid Markdown.", "Write with Markdown.", "Do not use Markdown."},
    {"polite", kAdds, kHeldOut, "Be polite and warm.", "Be curt and cool.", "Be warm.", "Be curt."},
    {"persona", kAdds, kLearned, "Play the persona.", "Drop the persona.", "Speak in persona.",
     "Speak in a neutral voice."},
    {"detail", kAdds, kLearned, "Add a detail.", "Add no detail.", "Give one detail.", "Say only the essential."},
    {"example", kAdds, kHeldOut, "Give an example.", "Give no example.", "Add an example.", "Add no example."},
    {"comment", kAdds, kLearned, "Write code with comments.", "Write code without comments.", "Comment the code.",
     "Leave out comments."},
    {"quote", kAdds, kLearned, "Quote the text.", "Skip the text.", "Repeat the text.", "Do not quote the text."},
    {"hello", kEqual, kLearned, "Greet with Hello.", "Greet with Howdy.", "Begin with Hello.", "Begin with Howdy."},
    {"inches", kEqual, kLearned, "Measure in inches.", "Measure in meters.", "Use inches.", "Use meters."},
    {"goodbye", kEqual, kHeldOut, "Close with Goodbye.", "Close with Cheerio.", "Say Goodbye.", "Say Cheerio."},
    {"sir", kEqual, kLearned, "Call me Sir.", "Call me Pal.", "Say Sir.", "Say Pal."},
    {"yes", kEqual, kLearned, "Say Yes.", "Say Aye.", "Begin with Yes.", "Begin with Aye."},
    {"verb_first", kEqual, kLearned, "Put the verb before the answer.", "Put the verb after the answer.",
     "Let the answer follow.", "Let the answer lead."},
    {"reason_first", kEqual, kLearned, "Put the reason first.", "Put the reason last.", "Begin with the reason.",
     "End with the reason."},
    {"smaller_first", kEqual, kLearned, "Put the smaller number first.", "Put the larger number first.",
     "Begin with the smaller number.", "Begin with the larger number."},
    {"result_last", kEqual, kLearned, "Put the result last.", "Put the result first.", "End with the result.",
     "Begin with the result."},
    {"thus", kEqual, kHeldOut, "Say Thus.", "Say Then.", "Use the word Thus.", "Use the word Then."},
    {"number_first", kEqual, kLearned, "Put the number first.", "Put the number last.", "Begin with the number.",
     "End with the number."},
    {"double_quotes", kEqual, kLearned, "Use double quotes.", "Use single quotes.", "Write double quotes.",
     "Write single quotes."},
    {"sure", kEqual, kHeldOut, "Say Sure.", "Say Okay.", "Begin with Sure.", "Begin with Okay."},
    {"stars", kEqual, kLearned, "Mark items by stars.", "Mark items by dashes.", "List with stars.",
     "List with dashes."},
    {"country_first", kEqual, kLearned, "Put the country first.", "Put the capital first.", "Begin with the country.",
     "Begin with the capital."},
    {"exclaim", kEqual, kHeldOut, "End in exclamation marks.", "End in full stops.", "Use exclamation marks.",
     "Use full stops."},
}};

const StyleRow& RowOf(Style style) { return kRows[static_cast<size_t>(style)]; }

}  // namespace

absl::string_view CategoryName(Category category) { return kCategoryNames[static_cast<int>(category)]; }

const std::array<Style, kStylesPerCategory>& StylesOf(Category category) {
  return kCategoryStyles[static_cast<int>(category)];
}

bool IsEqual(Style style) { return RowOf(style).length == kEqual; }
bool IsHeldOut(Style style) { return RowOf(style).use == kHeldOut; }

datasets::Principle PrincipleOf(Style style) {
  const StyleRow& row = RowOf(style);
  datasets::Principle principle;
  principle.id = row.id;
  principle.text = row.principle;
  principle.paraphrases = {row.paraphrase};
  principle.antitheses = {row.antithesis, row.other_antithesis};
  for (int i = 0; i < kNumCategories; ++i) {
    const auto& styles = kCategoryStyles[i];
    if (std::find(styles.begin(), styles.end(), style) != styles.end()) {
      principle.relevant_for.push_back(kCategoryNames[i]);
    }
  }
  return principle;
}

absl::optional<Style> StyleFromId(absl::string_view id) {
  for (int i = 0; i < kNumStyles; ++i) {
    if (id == kRows[i].id) return static_cast<Style>(i);
  }
  return absl::nullopt;
}

std::vector<datasets::Principle> Principles() {
  std::vector<datasets::Principle> principles;
  for (int i = 0; i < kNumStyles; ++i) principles.push_back(PrincipleOf(static_cast<Style>(i)));
  return principles;
}

}  // namespace embedded
