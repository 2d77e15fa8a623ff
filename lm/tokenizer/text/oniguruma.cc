#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {
namespace {

// Unicode's White_Space and Oniguruma's word characters, as parts of a class. PCRE2's own \s has U+180E besides; its \w
// lacks marks and has other numbers. Oniguruma's has letter-like numbers and symbols (Alphabetic), and where it does
// not stand in a class, Latin-1's other numbers as well.
constexpr absl::string_view kSpaces = R"(\t-\r\x{85}\p{Z})";
constexpr absl::string_view kWordCharacters = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24B6}-\x{24E9}\x{1F130}-\x{1F149})"
                                              R"(\x{1F150}-\x{1F169}\x{1F170}-\x{1F189})";
constexpr absl::string_view kLatin1Numbers = R"(\x{B2}\x{B3}\x{B9}\x{BC}-\x{BE})";

// Letters and digits after a backslash that mean the same to both.
constexpr absl::string_view kSharedEscapes = "nrtfdDpPx";
constexpr absl::string_view kSharedGroups[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:"};

class Translator {
 public:
  explicit Translator(absl::string_view pattern) : rest_(pattern) {}

  absl::StatusOr<std::string> Translate() {
    while (!rest_.empty()) RETURN_IF_ERROR(TranslateNext());
    return result_;
  }

 private:
  void Copy(size_t count) {
    result_.append(rest_.data(), count);
    rest_.remove_prefix(count);
  }

  static absl::Status Unsupported(absl::string_view construct) {
    return absl::UnimplementedError(absl::StrCat("the construct ", construct, " is not supported in patterns"));
  }

  absl::Status TranslateNext() {
    if (rest_[0] == '\\') return TranslateEscape();
    if (in_class_) return TranslateInClass();
    if (rest_[0] == '[') {
      in_class_ = true;
      Copy(absl::StartsWith(rest_, "[^") ? 2 : 1);
      if (absl::StartsWith(rest_, "]")) return Unsupported("[]...]");
      return absl::OkStatus();
    }
    if (absl::StartsWith(rest_, "(?")) return TranslateGroup();
    if (absl::StartsWith(rest_, "(*")) return Unsupported("(*...)");
    // After a counted repeat, Ruby's "+" repeats again where PCRE2's gives nothing back.
    if (absl::StartsWith(rest_, "}+")) return Unsupported("{...}+");
    Copy(1);
    return absl::OkStatus();
  }

  absl::Status TranslateInClass() {
    if (rest_[0] == '[') return Unsupported("[...[...]...]");
    if (absl::StartsWith(rest_, "&&")) return Unsupported("[...&&...]");
    in_class_ = rest_[0] != ']';
    Copy(1);
    return absl::OkStatus();
  }

  absl::Status TranslateGroup() {
    for (const absl::string_view group : kSharedGroups) {
      if (absl::StartsWith(rest_, group)) {
        Copy(group.size());
        return absl::OkStatus();
      }
    }
    return Unsupported(rest_.substr(0, 4));
  }

  absl::Status TranslateEscape() {
    if (rest_.size() < 2) return absl::InvalidArgumentError("the pattern ends with a backslash");
    const char name = rest_[1];
    const char lower = absl::ascii_tolower(name);
    if (lower == 's' || lower == 'w') {
      const bool negated = name != lower;
      if (negated && in_class_) return Unsupported(absl::StrCat("[...", rest_.substr(0, 2), "...]"));
      const absl::string_view members = lower == 's' ? kSpaces : kWordCharacters;
      absl::StrAppend(&result_,
                      in_class_ ? ""
                      : negated ? "[^"
                                : "[",
                      members, lower == 'w' && !in_class_ ? kLatin1Numbers : "", in_class_ ? "" : "]");
      rest_.remove_prefix(2);
      return absl::OkStatus();
    }
    if (absl::ascii_isalnum(name) && !absl::StrContains(kSharedEscapes, name)) return Unsupported(rest_.substr(0, 2));
    // \p{...} and \x{...} are one escape.
    const size_t end = lower == 'p' || lower == 'x' ? rest_.find('}') : absl::string_view::npos;
    const bool has_braces = rest_.substr(2, 1) == "{" && end != absl::string_view::npos;
    if (lower == 'p' && has_braces) {
      // To PCRE2 the characters of a script are also those that it shares with others, if it is not told otherwise.
      absl::string_view property = rest_.substr(3, end - 3);
      const bool is_negated = absl::ConsumePrefix(&property, "^");
      if (IsPcre2Property(absl::StrCat("sc:", property))) {
        absl::StrAppend(&result_, rest_.substr(0, 3), is_negated ? "^" : "", "sc:", property, "}");
        rest_.remove_prefix(end + 1);
        return absl::OkStatus();
      }
    }
    Copy(has_braces ? end + 1 : 2);
    return absl::OkStatus();
  }

  absl::string_view rest_;
  std::string result_;
  bool in_class_ = false;
};

}  // namespace

absl::StatusOr<std::string> OnigurumaToPcre2(absl::string_view pattern) { return Translator(pattern).Translate(); }

}  // namespace lm
