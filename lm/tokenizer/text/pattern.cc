#include "lm/tokenizer/text/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

std::string ErrorMessage(int error) {
  PCRE2_UCHAR message[256];
  pcre2_get_error_message(error, message, sizeof(message));
  return reinterpret_cast<const char*>(message);
}

absl::StatusOr<std::shared_ptr<const pcre2_code>> CompileCode(absl::string_view pattern, uint32_t options) {
  int error = 0;
  PCRE2_SIZE where = 0;
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &where, nullptr);
  if (code == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the pattern ", pattern, " has an error at byte ", where, ": ", ErrorMessage(error)));
  }
  // Without JIT (another processor, a refused mapping) matching is slower and gives the same.
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
  return std::shared_ptr<const pcre2_code>(code,
                                           [](const pcre2_code* c) { pcre2_code_free(const_cast<pcre2_code*>(c)); });
}

// One thread's scratch space for one text.
class Matcher {
 public:
  Matcher(const pcre2_code* code, absl::string_view text)
      : code_(code),
        text_(text),
        data_(pcre2_match_data_create(1, nullptr), pcre2_match_data_free),
        context_(pcre2_match_context_create(nullptr), pcre2_match_context_free) {
    // The default of 10^7 steps is too few for long runs of one character, on which the interpreter backtracks.
    pcre2_set_match_limit(context_.get(), std::numeric_limits<uint32_t>::max());
  }

  // The first match at or after `from`; false when there is none.
  bool Find(size_t from, size_t* begin, size_t* end) {
    int result = Match(from, PCRE2_NO_UTF_CHECK);
    // The interpreter takes its memory from the heap.
    if (result == PCRE2_ERROR_JIT_STACKLIMIT) result = Match(from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT);
    if (result == PCRE2_ERROR_NOMATCH) return false;
    SAMI_CHECK(result >= 0) << "matching a tokenizer's pattern: " << ErrorMessage(result);
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(data_.get());
    *begin = offsets[0];
    *end = offsets[1];
    return true;
  }

 private:
  int Match(size_t from, uint32_t options) {
    return pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(), from, options, data_.get(),
                       context_.get());
  }

  const pcre2_code* code_;
  absl::string_view text_;
  std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data_;
  std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context_;
};

// Of the library at hand, times ten.
int UnicodeVersion() {
  static const int version = [] {
    char text[32] = "";
    pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, text);
    int major = 0, minor = 0;
    SAMI_CHECK(std::sscanf(text, "%d.%d", &major, &minor) == 2) << "PCRE2 knows no Unicode version: " << text;
    return 10 * major + minor;
  }();
  return version;
}

// `text`, or a copy in `copy` in which the characters that PCRE2 does not know yet are older ones of the same size.
absl::string_view InOlderCharacters(absl::string_view text, std::string& copy) {
  const int version = UnicodeVersion();
  for (size_t at = 0; at < text.size();) {
    const uint8_t lead = text[at];
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // Those are the only bytes that characters of the table begin with.
    if (lead == 0xF0 || lead == 0xEA || (lead >= 0xE0 && lead <= 0xE3)) {
      const NewCharacters* row = FindNewCharacter(CodePoint(text.data() + at, size));
      if (row != nullptr && row->version > version) {
        if (copy.empty()) copy = std::string(text);
        std::string older;
        AppendUtf8(row->older, older);
        SAMI_CHECK(older.size() == size);
        copy.replace(at, size, older);
      }
    }
    at += size;
  }
  return copy.empty() ? text : copy;
}

}  // namespace

bool IsPcre2Property(absl::string_view name) { return CompileCode(absl::StrCat("\\p{", name, "}"), PCRE2_UTF).ok(); }

absl::StatusOr<SplitPattern> SplitPattern::Compile(absl::string_view pattern) {
  ASSIGN_OR_RETURN(const std::string translated, OnigurumaToPcre2(pattern));
  SplitPattern result;
  // In Ruby's syntax ^ and $ are a line's.
  ASSIGN_OR_RETURN(result.code_, CompileCode(translated, PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE));
  return result;
}

SplitPattern SplitPattern::Literal(absl::string_view text) {
  SAMI_CHECK(!text.empty());
  SplitPattern result;
  result.literal_ = std::string(text);
  return result;
}

void SplitPattern::ForEachMatch(absl::string_view text, absl::FunctionRef<void(size_t, size_t)> use) const {
  if (!literal_.empty()) {
    for (size_t at = text.find(literal_); at != absl::string_view::npos; at = text.find(literal_, at)) {
      use(at, at + literal_.size());
      at += literal_.size();
    }
    return;
  }
  if (text.empty()) return;
  std::string copy;
  Matcher matcher(code_.get(), InOlderCharacters(text, copy));
  size_t from = 0, begin, end;
  size_t last_end = absl::string_view::npos;
  while (from <= text.size() && matcher.Find(from, &begin, &end)) {
    if (end > begin || begin != last_end) use(begin, end);
    last_end = end;
    from = end > begin ? end : end + std::max<size_t>(1, LeadingCharacterSize(text.substr(end)));
  }
}

}  // namespace lm
