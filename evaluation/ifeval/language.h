// Which language a text is in, by CLD2, where the published scorer asks langdetect.
#ifndef EVALUATION_IFEVAL_LANGUAGE_H_
#define EVALUATION_IFEVAL_LANGUAGE_H_

#include "absl/strings/string_view.h"
#include "evaluation/python/text.h"

namespace ifeval {

// Whether it is in the language of a code of langdetect's ("en", "zh-cn"). True of a text without a letter outside of
// addresses of pages and mail, as langdetect has it. README.md has how often the two detectors differ.
bool IsInLanguage(View text, absl::string_view code);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_LANGUAGE_H_
