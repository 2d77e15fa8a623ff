#define PCRE2_CODE_UNIT_WIDTH 8
#include "evaluation/python/regex.h"

#include <pcre2.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"

namespace ifeval {

bool IsExpression(View text) { return text.find_first_of(U"\\.^$*+?{}[]|()") != View::npos; }

absl::StatusOr<int64_t> CountMatches(View text, View expression, bool ignore_case) {
  const std::string pattern = Encode(expression), subject = Encode(text);
  const uint32_t options = PCRE2_UTF | PCRE2_UCP | (ignore_case ? PCRE2_CASELESS : 0);
  int error = 0;
  PCRE2_SIZE place = 0;
  const std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &place, nullptr),
      &pcre2_code_free);
  if (code == nullptr) {
    std::array<PCRE2_UCHAR, 200> message;
    pcre2_get_error_message(error, message.data(), message.size());
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", pattern, "\" is no regular expression: ", reinterpret_cast<const char*>(message.data()), " at ", place));
  }
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
      pcre2_match_data_create_from_pattern(code.get(), nullptr), &pcre2_match_data_free);
  int64_t count = 0;
  for (PCRE2_SIZE at = 0; at <= subject.size();) {
    const int found = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), at, 0,
                                  match.get(), nullptr);
    if (found == PCRE2_ERROR_NOMATCH) break;
    if (found < 0) {
      return absl::InvalidArgumentError(absl::StrCat("\"", pattern, "\" takes too long to match"));
    }
    ++count;
    const PCRE2_SIZE end = pcre2_get_ovector_pointer(match.get())[1];
    at = end;
    if (end > pcre2_get_ovector_pointer(match.get())[0]) continue;
    // An empty match: on by one character.
    do ++at;
    while (at < subject.size() && (static_cast<unsigned char>(subject[at]) & 0xC0) == 0x80);
  }
  return count;
}

absl::StatusOr<int64_t> CountKeyword(View text, View keyword, bool whole_words) {
  if (!IsExpression(keyword)) return CountLiteral(text, keyword, whole_words);
  Text expression(keyword);
  if (whole_words) expression = U"\\b" + expression + U"\\b";
  return CountMatches(text, expression, /*ignore_case=*/true);
}

}  // namespace ifeval
