// The digits of one number, without its sign. Use number.h.
#ifndef EVALUATION_NUMBERS_NUMBER_READER_H_
#define EVALUATION_NUMBERS_NUMBER_READER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

// What stands directly before the number.
struct NumberContext {
  bool behind_slash = false;  // so it has no denominator of its own
  bool in_list = false;       // behind "(" or ",": "(3,4" is two numbers
  bool dollars = false;
  bool money = false;  // a currency sign other than the dollar's
};

// Reads a number of plain text at the beginning of `text`: a digit, a point or kFractionMark. Gives how many bytes it
// takes, 0 where there is none. Looks no further than a fixed number of groups of digits behind it.
size_t ReadUnsignedNumber(absl::string_view text, const NumberContext& context, double* value);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_NUMBER_READER_H_
