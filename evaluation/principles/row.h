// A principle as it is written down: what is asked for beside what is checked.
#ifndef EVALUATION_PRINCIPLES_ROW_H_
#define EVALUATION_PRINCIPLES_ROW_H_

#include <array>
#include <initializer_list>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/principles/answer.h"
#include "evaluation/principles/suite.h"
#include "evaluation/text/markup.h"

namespace principles {

struct Row {
  const char* id;
  const char* kind;
  LengthEffect length_effect;
  std::array<const char*, 3> principle;   // the text and two paraphrases
  std::array<const char*, 3> antithesis;  // the same of the other side
  const char* reads;
  const char* fooled;
  Side (*check)(const Answer& answer);
  bool reads_code = false;  // asks also of an answer that is all in fenced code
};

// In the order of the suite.
std::vector<Row> LearnedFormRows();
std::vector<Row> LearnedWordRows();
std::vector<Row> HeldOutFormRows();
std::vector<Row> HeldOutWordRows();

inline Side Between(bool principle, bool antithesis) {
  return principle ? Side::kPrinciple : antithesis ? Side::kAntithesis : Side::kNeither;
}
inline Side Either(bool principle) { return Between(principle, true); }
inline Side OfPresence(Presence presence) {
  return Between(presence == Presence::kPresent, presence == Presence::kAbsent);
}
inline Side HasWords(const Answer& answer, std::initializer_list<absl::string_view> words) {
  return Either(HasAnyWord(answer.words, words));
}

}  // namespace principles

#endif  // EVALUATION_PRINCIPLES_ROW_H_
