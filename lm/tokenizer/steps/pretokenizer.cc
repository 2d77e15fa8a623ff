#include "lm/tokenizer/steps/pretokenizer.h"

#include "lm/tokenizer/text/utf8.h"

namespace lm {

void PreTokenizer::ForEachWord(absl::string_view text, bool at_start,
                               absl::FunctionRef<void(absl::string_view)> use) const {
  if (splits_.empty()) return Split(0, text, at_start, use);
  const char* const begin = text.data();
  while (!text.empty()) {
    const absl::string_view well_formed = text.substr(0, WellFormedPrefixSize(text));
    Split(0, well_formed, at_start && well_formed.data() == begin, use);
    text.remove_prefix(well_formed.size());
    const size_t broken = BrokenPrefixSize(text);
    if (broken > 0) use(text.substr(0, broken));
    text.remove_prefix(broken);
  }
}

void PreTokenizer::Split(size_t stage, absl::string_view text, bool at_start,
                         absl::FunctionRef<void(absl::string_view)> use) const {
  if (text.empty()) return;
  if (stage < splits_.size()) {
    const auto split_further = [&](absl::string_view piece) {
      Split(stage + 1, piece, at_start && piece.data() == text.data(), use);
    };
    splits_[stage].ForEachPiece(text, split_further);
  } else if (metaspace_) {
    metaspace_->ForEachWord(text, at_start, use);
  } else {
    use(text);
  }
}

}  // namespace lm
