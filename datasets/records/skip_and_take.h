// A part of a data set: the items after the first `skip`, `take` of them.
#ifndef DATASETS_RECORDS_SKIP_AND_TAKE_H_
#define DATASETS_RECORDS_SKIP_AND_TAKE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace datasets {

// Keeps items skip ... skip + take - 1 of `items`, or all from `skip` on where `take` is not given. kInvalidArgument
// "<where>: ..." when a number is negative, take is 0, or fewer items than asked for are there: who asks for 250 and
// gets 100 would report other numbers than meant.
template <typename T>
absl::Status SkipAndTake(int64_t skip, std::optional<int64_t> take, absl::string_view where, std::vector<T>& items) {
  if (skip < 0 || (take.has_value() && *take < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": skip must be at least 0, and take at least 1; they are ",
                                                   skip, " and ", take.value_or(1)));
  }
  const int64_t size = static_cast<int64_t>(items.size());
  const int64_t left = std::max<int64_t>(size - skip, 0);
  if (left == 0 || left < take.value_or(0)) {
    if (!take.has_value()) {
      return absl::InvalidArgumentError(size == 0 ? absl::StrCat(where, ": there are none")
                                                  : absl::StrCat(where, ": skip ", skip, " leaves none of the ", size,
                                                                 " that there are; lower skip"));
    }
    return absl::InvalidArgumentError(absl::StrCat(where, ": take ", *take, " of ", left, " left after skip ", skip,
                                                   ": there are ", size, "; lower skip or take"));
  }
  items.erase(items.begin(), items.begin() + skip);
  if (take.has_value()) items.erase(items.begin() + *take, items.end());
  return absl::OkStatus();
}

}  // namespace datasets

#endif  // DATASETS_RECORDS_SKIP_AND_TAKE_H_
