#include "lm/pretokenizer.h"

#include "lm/utf8.h"

namespace lm {

void PreTokenizer::ForEachWord(absl::string_view text, absl::FunctionRef<void(absl::string_view)> use) const {
  while (!text.empty()) {
    const size_t well_formed = WellFormedPrefixSize(text);
    Split(0, text.substr(0, well_formed), use);
    text.remove_prefix(well_formed);
    size_t broken = 0;
    while (broken < text.size() && LeadingCharacterSize(text.substr(broken)) == 0) ++broken;
    if (broken > 0) use(text.substr(0, broken));
    text.remove_prefix(broken);
  }
}

void PreTokenizer::Split(size_t stage, absl::string_view text, absl::FunctionRef<void(absl::string_view)> use) const {
  if (text.empty()) return;
  if (stage == splits_.size()) return use(text);
  splits_[stage].ForEachPiece(text, [&](absl::string_view piece) { Split(stage + 1, piece, use); });
}

}  // namespace lm
