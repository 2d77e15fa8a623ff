// Styles of answers: what the embedded suite's principles ask for, and checkers that read a text alone.
//
// A style has two sides, its principle's and its antithesis'. Of an equal style both sides have the same number of
// characters in any answer ("Yes, ..." / "Aye, ..."), so that no length tells which was asked for, and each has a mark
// of its own: a text can show neither. Of the others the principle's side adds text and the antithesis' is to lack it.
#ifndef DATASETS_EMBEDDED_STYLE_H_
#define DATASETS_EMBEDDED_STYLE_H_

#include <array>
#include <bitset>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "datasets/constitutions/principle.h"

namespace embedded {

// MT-Bench's categories, in its order.
enum class Category { kWriting, kRoleplay, kReasoning, kMath, kCoding, kExtraction, kStem, kHumanities };
constexpr int kNumCategories = 8;
absl::string_view CategoryName(Category category);

enum class Style {
  // These add text.
  kSteps,     // leads to the answer in at least one sentence of its own
  kLatex,     // has mathematics between dollar signs
  kMarkdown,  // has bold text, a list, a heading or a code fence
  kPolite,    // has a courtesy
  kPersona,   // speaks as a character: has one of the personas' catchphrases
  kDetail,    // says more than one sentence about the matter
  kExample,   // gives an example
  kComment,   // has a comment in its code
  kQuote,     // quotes at least three words
  // These are equal: the principle's side / the antithesis'.
  kHello,         // greets with Hello / Howdy
  kInches,        // measures in inches / meters
  kGoodbye,       // closes with Goodbye / Cheerio
  kSir,           // calls its reader Sir / Pal
  kYes,           // says Yes / Aye
  kVerbFirst,     // the tallest is Ann / Ann is the tallest
  kReasonFirst,   // a clause with "since" stands before / after the main clause
  kSmallerFirst,  // 3 * 7 / 7 * 3, in the last formula
  kResultLast,    // 3 * 7 = 21 / 21 = 3 * 7, in the last formula
  kThus,          // says Thus / Then
  kNumberFirst,   // returns 3 + x / x + 3
  kDoubleQuotes,  // has double / single quotation marks
  kSure,          // begins with Sure / Okay
  kStars,         // list items are marked by stars / dashes
  kCountryFirst,  // Peru: Lima / Lima: Peru
  kExclaim,       // ends in an exclamation mark / a full stop
};
constexpr int kNumStyles = 25;

// Which styles an answer shows the principle's side of.
using StyleSet = std::bitset<kNumStyles>;
inline bool Has(const StyleSet& styles, Style style) { return styles[static_cast<size_t>(style)]; }

// Those that an answer of the category has a side of: two that are learned and equal, one that is learned and adds
// text, one that is held out and equal, one that is held out and adds text, in an order that means nothing.
constexpr int kStylesPerCategory = 5;
const std::array<Style, kStylesPerCategory>& StylesOf(Category category);

// Whether both sides have the same length in any answer.
bool IsEqual(Style style);
// Whether the style is held out: kept for evaluation where a model learns from the others' principles. A category has
// 3 that are learned and 2 that are held out, and no style is both. A convention of the suite for experiments
// (constitutions { only: ... }, by the table of datasets/README.md): its own models have seen all.
bool IsHeldOut(Style style);

// The principle of a style; it is relevant for the categories whose StylesOf has it. Paraphrase k and antithesis k + 1
// are another wording of principle and first antithesis.
datasets::Principle PrincipleOf(Style style);
// The style of a principle's id.
absl::optional<Style> StyleFromId(absl::string_view id);

// Every principle of the suite.
std::vector<datasets::Principle> Principles();

// Whether the answer shows the principle's side, or the antithesis': never both; of equal styles perhaps neither, of
// others always one. O(length).
bool HasStyle(Style style, absl::string_view answer);
bool HasAntithesis(Style style, absl::string_view answer);

// Sentences about the matter: courtesies, catchphrases, examples, greetings and code fences do not count. The items of
// a list count as one.
int CountSentences(absl::string_view text);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_STYLE_H_
