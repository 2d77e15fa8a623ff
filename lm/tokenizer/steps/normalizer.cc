#include "lm/tokenizer/steps/normalizer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lm/tokenizer/text/nfc.h"

namespace lm {
namespace {

std::string Apply(const NormalizerStep& step, absl::string_view text) {
  switch (step.kind) {
    case NormalizerStep::Kind::kNfc:
      return ToNfc(text);
    case NormalizerStep::Kind::kPrepend:
      return text.empty() ? "" : absl::StrCat(step.content, text);
    case NormalizerStep::Kind::kReplace:
      return absl::StrReplaceAll(text, {{step.pattern, step.content}});
  }
  return std::string(text);
}

}  // namespace

std::string Normalizer::Normalize(absl::string_view text) const {
  if (steps_.empty()) return std::string(text);
  std::string result = Apply(steps_[0], text);
  for (size_t i = 1; i < steps_.size(); ++i) result = Apply(steps_[i], result);
  return result;
}

}  // namespace lm
