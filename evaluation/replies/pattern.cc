#include "evaluation/replies/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <utf8proc.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr uint32_t kHeapKibibytes = 64 << 10;

std::string ErrorMessage(int error) {
  PCRE2_UCHAR message[256];
  pcre2_get_error_message(error, message, sizeof(message));
  return reinterpret_cast<const char*>(message);
}

// What matching has done so far. Perl's expressions may backtrack without end, and PCRE2 counts its steps anew at each
// place that it begins at: this count goes on.
struct Work {
  int64_t done = 0, most = 0;
  size_t at = 0;
};

// Called before each item of the expression.
int CountWork(pcre2_callout_block* block, void* data) {
  Work& work = *static_cast<Work*>(data);
  const size_t at = block->current_position;
  work.done += 1 + (at > work.at ? at - work.at : 0);
  work.at = at;
  return work.done > work.most ? PCRE2_ERROR_CALLOUT : 0;
}

// The text, with a control character in place of each byte that is no UTF-8: PCRE2 would look for such bytes anew at
// each match.
std::string WellFormed(string_view text) {
  constexpr char kNoCharacter = '\x1a';
  std::string result(text);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c;
    const utf8proc_ssize_t size = utf8proc_iterate(bytes + at, text.size() - at, &c);
    if (size < 1) result[at] = kNoCharacter;
    at += size < 1 ? 1 : size;
  }
  return result;
}

}  // namespace

absl::StatusOr<Pattern> Pattern::Compile(string_view pattern) {
  int error = 0;
  PCRE2_SIZE where = 0;
  constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), kOptions, &error, &where, nullptr);
  if (code == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("the regular expression ", base::Excerpt(pattern, 100),
                                                   " has an error at byte ", where, ": ", ErrorMessage(error)));
  }
  Pattern result;
  result.code_ =
      std::shared_ptr<const pcre2_code>(code, [](const pcre2_code* c) { pcre2_code_free(const_cast<pcre2_code*>(c)); });
  uint32_t groups = 0;
  pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
  const int named = pcre2_substring_number_from_name(code, reinterpret_cast<PCRE2_SPTR>("verdict"));
  result.group_ = named > 0 ? named : groups > 0 ? 1 : 0;
  return result;
}

absl::StatusOr<std::vector<Pattern::Match>> Pattern::All(string_view text, int64_t* work) const {
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(code_.get(), nullptr), pcre2_match_data_free);
  const std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
      pcre2_match_context_create(nullptr), pcre2_match_context_free);
  Work done;
  done.most = MaxWork(text.size());
  pcre2_set_callout(context.get(), CountWork, &done);
  pcre2_set_heap_limit(context.get(), kHeapKibibytes);
  const std::string subject = WellFormed(text);
  std::vector<Match> matches;
  for (size_t from = 0; from <= text.size();) {
    done.at = from;
    const int result = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), from,
                                   PCRE2_NO_JIT | PCRE2_NO_UTF_CHECK, data.get(), context.get());
    if (work != nullptr) *work = done.done;
    if (result == PCRE2_ERROR_NOMATCH) break;
    if (result < 0) {
      return absl::ResourceExhaustedError(absl::StrCat("the regular expression takes too many steps on a reply of ",
                                                       text.size(), " bytes, or fails there (", ErrorMessage(result),
                                                       "); repeat less in it"));
    }
    const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data.get());
    Match match = {places[0], places[1], places[0], places[1]};
    const bool has_group = result > static_cast<int>(group_) && places[2 * group_] != PCRE2_UNSET;
    if (has_group) {
      match.group_begin = places[2 * group_];
      match.group_end = places[2 * group_ + 1];
    }
    // \K in a lookahead may put the beginning behind the end.
    if (has_group && match.begin <= match.end && match.group_begin <= match.group_end) matches.push_back(match);
    if (matches.size() > kMaxMatches) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the regular expression matches more than ", kMaxMatches, " times in a reply"));
    }
    from = places[1] > from ? places[1] : from + 1;
    while (from < subject.size() && (subject[from] & '\xc0') == '\x80') ++from;
    done.done += 1;
  }
  return matches;
}

}  // namespace evaluation
