// What an instruct model replies when it is asked for principles, and the constitution file made of it.
//
// A reply is usable as far as its text holds, between the first '[' and the last ']', a JSON list of
//   {"name": "short_name", "principle": "...", "antithesis": "...", "relevant_for": ["category", ...]}
// "name" and "relevant_for" may be missing.
#ifndef SAMI_PRINCIPLES_WRITTEN_H_
#define SAMI_PRINCIPLES_WRITTEN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "datasets/constitutions/principle.h"

namespace sami {

struct PrincipleLimits {
  int64_t min_characters = 3;
  int64_t max_characters = 300;         // of a principle, and of an antithesis
  std::vector<std::string> categories;  // that may be in "relevant_for"; empty: any
};

// Adds the reply's principles to `principles`, none of which it repeats. An entry is left out when it
// - is no object, lacks a text, or has a text that is too short, too long, or holds control characters,
// - has a principle and an antithesis that are equal when normalised,
// - has a text that was there before, as a principle or an antithesis, when normalised,
// - names a category that is not among limits.categories, or the same one twice.
// Line breaks and runs of spaces become one space. Names are kept where they are letters, digits, '.', '_' and '-', at
// most 32, and new; others become "p1", "p2", ... by the place in the list.
// OK where all entries were added and there was one; else kInvalidArgument says in one line what was wrong with the
// reply, for whoever asks again.
absl::Status AddWrittenPrinciples(absl::string_view reply, const PrincipleLimits& limits,
                                  std::vector<datasets::Principle>* principles);

// Lower case, letters and digits of ASCII and all other UTF-8 characters; everything else is one space.
std::string NormalizedText(absl::string_view text);

// The file of these principles in the format of arXiv 2410.01704 (datasets/constitutions/constitutions.h), which
// DataSpec.constitutions reads: {"name": {"weak": ..., "antithesis": ..., "relevant_for": [...]}, ...}. CHECK-fails for
// a principle without an antithesis.
std::string ConstitutionFile(const std::vector<datasets::Principle>& principles);

}  // namespace sami

#endif  // SAMI_PRINCIPLES_WRITTEN_H_
