// Repeated flags: a flag that may be given several times, --set a=1 --set b=2.
#ifndef BASE_FLAGS_REPEATED_FLAG_H_
#define BASE_FLAGS_REPEATED_FLAG_H_

#include <string>
#include <vector>

#include "absl/flags/marshalling.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace base {

// The values in their order; empty ones are not counted. Each flag of a program needs a tag of its own: absl hands over
// a new value each time and keeps the last one only, so all of them are kept here, by type.
//   struct SetTag;
//   ABSL_FLAG(base::RepeatedFlag<SetTag>, set, {}, "field.path=value; may be given several times");
template <typename Tag>
struct RepeatedFlag {
  std::vector<std::string> values;
};

template <typename Tag>
bool AbslParseFlag(absl::string_view text, RepeatedFlag<Tag>* flag, std::string*) {
  static auto* given = new std::vector<std::string>;
  if (!text.empty()) given->emplace_back(text);
  flag->values = *given;
  return true;
}

template <typename Tag>
std::string AbslUnparseFlag(const RepeatedFlag<Tag>& flag) {
  return absl::StrJoin(flag.values, " ");
}

}  // namespace base

#endif  // BASE_FLAGS_REPEATED_FLAG_H_
