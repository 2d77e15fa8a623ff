// A suite of principles for real text: what each asks for, and what its antithesis does, is read from the answer alone,
// whatever the question and whoever wrote the answer. docs/principles.md is the table of all.
#ifndef EVALUATION_PRINCIPLES_SUITE_H_
#define EVALUATION_PRINCIPLES_SUITE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "datasets/constitutions/principle.h"

namespace principles {

// What an answer follows. Between many pairs there is a middle ("one sentence" / "three sentences or more"), and an
// answer without a letter or digit follows nothing.
enum class Side { kPrinciple, kAntithesis, kNeither };

// What obeying the principle does to an answer's length, compared with its antithesis: longer where the principle's
// side alone takes text that the antithesis' does without (a list, a heading, an offer), shorter the other way round,
// neutral where words or marks are exchanged.
enum class LengthEffect { kLonger, kShorter, kNeutral };
absl::string_view LengthEffectName(LengthEffect effect);

struct SuitePrinciple {
  // Two paraphrases and three antitheses, of which the first belongs to the text; relevant for all categories.
  datasets::Principle principle;
  // What it is about: "lists", "endings", ... All principles of a kind are learned, or all are held out, so that no
  // held-out principle is near a learned one.
  std::string kind;
  // Kept for evaluation where a model learns from the others. A convention for experiments: nothing here depends on it.
  bool held_out = false;
  LengthEffect length_effect = LengthEffect::kNeutral;
  std::string reads;   // what the checker takes for either side, in words
  std::string fooled;  // what it takes wrongly
};

// All of the suite, the learned half first; the halves have the same number of each length effect.
const std::vector<SuitePrinciple>& Suite();
std::vector<datasets::Principle> Principles();

// null: the suite has no such principle.
const SuitePrinciple* FindPrinciple(absl::string_view id);

// Whether `text` is the principle's text or one of its paraphrases.
bool IsWording(const datasets::Principle& principle, absl::string_view text);

// The side of principle `id` that the answer follows, never both; absent: the suite has no such principle. UTF-8, in
// which broken bytes are characters like others; ASCII white space at the end changes nothing. O(length).
absl::optional<Side> Follows(absl::string_view id, absl::string_view answer);

// The sides of all principles, in the order of Suite(). O(length) for all.
std::vector<Side> Sides(absl::string_view answer);

// Whether the answer has a letter or digit: without, it follows nothing.
bool SaysSomething(absl::string_view answer);

}  // namespace principles

#endif  // EVALUATION_PRINCIPLES_SUITE_H_
