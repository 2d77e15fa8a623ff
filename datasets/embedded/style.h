// Styles of answers: the categories and principles of the embedded suite, and a checker for each principle.
//
// A style is a property that any answer either has or lacks. Its principle asks for it, the antithesis asks for its
// absence. Checkers read the text alone, so that they serve answers of any model.
#ifndef DATASETS_EMBEDDED_STYLE_H_
#define DATASETS_EMBEDDED_STYLE_H_

#include <array>
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
  kSteps,     // leads to the answer in at least one sentence of its own
  kLatex,     // has mathematics between dollar signs
  kMarkdown,  // has bold text, a list, a heading or a code fence
  kPolite,    // has a courtesy
  kPersona,   // speaks as a character: has one of the personas' catchphrases
  kDetail,    // says more than one sentence about the matter
  kExample,   // gives an example
  kComment,   // has a comment in its code
  kQuote,     // quotes at least three words
};
constexpr int kNumStyles = 9;

// The two styles that a category's principles are about.
std::array<Style, 2> StylesOf(Category category);

// The principle of a style; it is relevant for the categories whose StylesOf has it.
datasets::Principle PrincipleOf(Style style);
// The style of a principle's id.
absl::optional<Style> StyleFromId(absl::string_view id);

// Every principle of the suite.
std::vector<datasets::Principle> Principles();

// Whether the answer has the style. O(length).
bool HasStyle(Style style, absl::string_view answer);

// Sentences about the matter: courtesies, catchphrases, examples and code fences do not count.
int CountSentences(absl::string_view text);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_STYLE_H_
