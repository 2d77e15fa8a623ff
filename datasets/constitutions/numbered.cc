#include "datasets/constitutions/numbered.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "datasets/records/records.h"

namespace datasets {

absl::string_view TakeNumber(absl::string_view& line) {
  size_t digits = 0;
  while (digits < line.size() && absl::ascii_isdigit(line[digits])) ++digits;
  const absl::string_view rest = line.substr(digits);
  const bool numbered =
      digits > 0 && !rest.empty() && rest[0] == '.' && (rest.size() == 1 || absl::ascii_isspace(rest[1]));
  if (!numbered) return "";
  const absl::string_view number = line.substr(0, digits);
  line = absl::StripLeadingAsciiWhitespace(rest.substr(1));
  return number;
}

std::string NumberPrinciples(absl::Span<const std::string> principles) {
  std::string text;
  for (size_t i = 0; i < principles.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : "\n", i + 1, ". ", principles[i]);
  }
  return text;
}

absl::StatusOr<std::vector<std::string>> SplitPrinciples(absl::string_view text) {
  std::vector<std::string> principles;
  for (absl::string_view line : absl::StrSplit(absl::StripAsciiWhitespace(text), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    const absl::string_view number = TakeNumber(line);
    const std::string expected = absl::StrCat(principles.size() + 1);
    if (number.empty() && !principles.empty()) {
      absl::StrAppend(&principles.back(), "\n", line);
      continue;
    }
    if (number != expected) {
      return absl::InvalidArgumentError(
          absl::StrCat("principle ", expected, " must begin with \"", expected, ". \", and the line is \"",
                       Excerpt(number.empty() ? std::string(line) : absl::StrCat(number, ". ", line)), "\""));
    }
    principles.emplace_back(line);
  }
  for (size_t i = 0; i < principles.size(); ++i) {
    absl::StripAsciiWhitespace(&principles[i]);
    if (principles[i].empty()) return absl::InvalidArgumentError(absl::StrCat("principle ", i + 1, " is empty"));
  }
  return principles;
}

}  // namespace datasets
