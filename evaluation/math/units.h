// Words behind a number: units, which may be left out, and words that say what the number is.
#ifndef EVALUATION_MATH_UNITS_H_
#define EVALUATION_MATH_UNITS_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// What "thousand" multiplies a number by, 12 of "dozen".
absl::optional<int64_t> ScaleOf(absl::string_view word);

// Whether a word may be left out behind a number: any but scales, number words ("half", "pair"), constants, functions,
// words of comparison and negation ("or", "more", "not"), and letters that are no unit's.
bool MayBeUnit(absl::string_view word);

// Whether it is the name or the abbreviation of a usual unit.
bool IsKnownUnit(absl::string_view word);

// Adds the names of a unit's word: in lower case, one of several and spelled out, "mile", "per" and "hour" of "mph";
// none of words that tell no units apart ("units", "of").
void AddUnit(absl::string_view word, std::set<std::string>* units);

// Of the units' names beside two answers: one has none, or one's are among the other's and both or
// neither are "per" something.
bool UnitsAgree(const std::set<std::string>& a, const std::set<std::string>& b);

}  // namespace evaluation

#endif  // EVALUATION_MATH_UNITS_H_
