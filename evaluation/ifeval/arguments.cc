#include "evaluation/ifeval/arguments.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace ifeval {

absl::Status Arguments::Missing(const char* name, const char* type) const {
  return absl::InvalidArgumentError(
      absl::StrCat("instruction ", instruction_.id, " needs \"", name, "\", ", type,
                   instruction_.kwargs.contains(name) ? ", and has " : "",
                   instruction_.kwargs.contains(name) ? instruction_.kwargs.at(name).dump() : ""));
}

absl::StatusOr<int64_t> Arguments::Number(const char* name) const {
  const auto found = instruction_.kwargs.find(name);
  if (found == instruction_.kwargs.end() || !found->is_number() || found->get<double>() != found->get<int64_t>() ||
      found->get<int64_t>() == 0) {
    return Missing(name, "a whole number that is not 0");
  }
  return found->get<int64_t>();
}

absl::StatusOr<Text> Arguments::String(const char* name) const {
  const auto found = instruction_.kwargs.find(name);
  if (found == instruction_.kwargs.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    return Missing(name, "a text");
  }
  return Decode(found->get_ref<const std::string&>());
}

absl::StatusOr<std::vector<Text>> Arguments::Strings(const char* name) const {
  const auto found = instruction_.kwargs.find(name);
  if (found == instruction_.kwargs.end() || !found->is_array() || found->empty()) return Missing(name, "texts");
  std::vector<Text> texts;
  for (const base::Json& text : *found) {
    if (!text.is_string()) return Missing(name, "texts");
    texts.push_back(Decode(text.get_ref<const std::string&>()));
  }
  return texts;
}

absl::StatusOr<bool> Arguments::Compare(int64_t actual, const char* relation, const char* number) const {
  ASSIGN_OR_RETURN(const Text word, String(relation));
  ASSIGN_OR_RETURN(const int64_t wanted, Number(number));
  if (word == U"less than") return actual < wanted;
  if (word == U"at least") return actual >= wanted;
  return Missing(relation, "\"less than\" or \"at least\"");
}

}  // namespace ifeval
