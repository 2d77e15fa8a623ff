// Parts of answers that show a style or its antithesis, for the suite's question generators. Private to them.
#ifndef DATASETS_EMBEDDED_WORDING_H_
#define DATASETS_EMBEDDED_WORDING_H_

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "datasets/embedded/draw.h"
#include "datasets/embedded/style.h"

namespace embedded {

inline std::string Capitalized(std::string text) {
  text[0] = absl::ascii_toupper(text[0]);
  return text;
}

inline std::string Courtesy(base::RandomStream& variation) {
  return PickText({"I am glad to help", "It is my pleasure"}, variation);
}

// "So, since b, a" / "So, a, since b".
inline std::string WithReason(const StyleSet& styles, const std::string& claim, const std::string& reason) {
  return Has(styles, Style::kReasonFirst) ? absl::StrCat("since ", reason, ", ", claim)
                                          : absl::StrCat(claim, ", since ", reason);
}

inline const char* Sure(const StyleSet& styles) { return Has(styles, Style::kSure) ? "Sure:" : "Okay:"; }
inline const char* Address(const StyleSet& styles) { return Has(styles, Style::kSir) ? "Sir, " : "Pal, "; }
inline const char* End(const StyleSet& styles) { return Has(styles, Style::kExclaim) ? "!" : "."; }

inline std::string Bold(const StyleSet& styles, const std::string& text) {
  return Has(styles, Style::kMarkdown) ? absl::StrCat("**", text, "**") : text;
}

inline std::string InQuotes(const StyleSet& styles, const std::string& text) {
  const char* mark = Has(styles, Style::kDoubleQuotes) ? "\"" : "'";
  return absl::StrCat(mark, text, mark);
}

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_WORDING_H_
