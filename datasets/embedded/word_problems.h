// Arithmetic word problems in GSM-8K's form: a story of two to five events, a question, and a gold answer whose lines
// are steps with calculator notes and whose last line is "#### N" (Cobbe et al. 2021, arXiv:2110.14168).
//
// Their answers have or lack two styles of the math category (datasets/embedded/style.h): an explanation of the
// steps, and LaTeX. An answer without steps has to find in one go what the other reaches in two to eight, so it is
// wrong more often: this is what makes "explain the steps" worth following.
#ifndef DATASETS_EMBEDDED_WORD_PROBLEMS_H_
#define DATASETS_EMBEDDED_WORD_PROBLEMS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/random.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"

namespace embedded {

constexpr std::array<Style, 2> kWordProblemStyles = {Style::kSteps, Style::kLatex};

struct WordProblem {
  int64_t id = 0;        // unique over splits and suites: see FirstWordProblemId()
  std::string key;       // the numbers and what is done with them, without names, goods and wording: decides the split
  std::string question;  // "Ann has 12 pens. She ... How many pens does Ann have?"
  std::string answer;    // gold, in GSM-8K's format
  std::string gold;      // the number of its last line: a whole number from 1 to 99
  // A right answer that explains its steps or not, in LaTeX or not; its last line is "#### N" in any case.
  std::function<std::string(bool steps, bool latex)> respond;
};

// Train 4,000,000, held-out 5,000,000, test 6,000,000.
int64_t FirstWordProblemId(Split split);

// One problem of the split with `fewest_events` (2 to 5) to five events; its id is 0. May give the same problem again.
WordProblem DrawWordProblem(Split split, int fewest_events, base::RandomStream& stream);

// `count` different problems of the split with four or five events, the suite's questions; the first ones stay the same
// when more are asked for. A pure function of its arguments. kOutOfRange when the split has too few.
absl::StatusOr<std::vector<WordProblem>> DrawWordProblems(Split split, int64_t count, uint64_t seed);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_WORD_PROBLEMS_H_
