#include "lm/tokenizer/steps/added_tokens.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "lm/tokenizer/text/character_class.h"

namespace lm {
namespace {

// Grows what a token takes over the white space beside it. Remembers the end of the last run, so that many tokens
// within one run do not each look through all of it.
class WhiteSpace {
 public:
  explicit WhiteSpace(absl::string_view text) : text_(text) {}

  size_t LeftOf(size_t begin, size_t limit) const {
    while (begin > limit) {
      const size_t size = TrailingSpaceSize(text_.substr(limit, begin - limit));
      if (size == 0) break;
      begin -= size;
    }
    return begin;
  }

  size_t RightOf(size_t end) {
    if (end >= run_begin_ && end <= run_end_) return run_end_;
    run_begin_ = run_end_ = end;
    while (const size_t size = LeadingSpaceSize(text_.substr(run_end_))) run_end_ += size;
    return run_end_;
  }

 private:
  absl::string_view text_;
  size_t run_begin_ = 1, run_end_ = 0;  // none
};

}  // namespace

AddedTokens::AddedTokens(const std::vector<AddedToken>& tokens) {
  for (const AddedToken& token : tokens) {
    SAMI_CHECK(!token.content.empty());
    if (!tokens_.try_emplace(token.content, token).second) continue;
    std::vector<size_t>& sizes = sizes_of_first_byte_[static_cast<uint8_t>(token.content[0])];
    if (sizes.empty()) first_bytes_ += token.content[0];
    const auto place = std::lower_bound(sizes.begin(), sizes.end(), token.content.size(), std::greater<>());
    if (place == sizes.end() || *place != token.content.size()) sizes.insert(place, token.content.size());
  }
}

size_t AddedTokens::NextCandidate(absl::string_view text, size_t from) const {
  if (first_bytes_.empty()) return text.size();
  if (first_bytes_.size() == 1) return std::min(text.find(first_bytes_[0], from), text.size());
  while (from < text.size() && sizes_of_first_byte_[static_cast<uint8_t>(text[from])].empty()) ++from;
  return from;
}

void AddedTokens::Split(absl::string_view text, absl::FunctionRef<bool(size_t, size_t)> is_meant,
                        absl::FunctionRef<void(const Part&)> use) const {
  WhiteSpace space(text);
  size_t done = 0;
  for (size_t at = NextCandidate(text, 0); at < text.size(); at = NextCandidate(text, at)) {
    const AddedToken* token = LongestAt(text.substr(at));
    if (token == nullptr) {
      ++at;
      continue;
    }
    size_t begin = at, end = at + token->content.size();
    at = end;
    if (token->special && !is_meant(begin, end)) continue;
    if (token->single_word && (EndsWithWord(text.substr(0, begin)) || StartsWithWord(text.substr(end)))) continue;
    if (token->lstrip) begin = space.LeftOf(begin, std::min(done, begin));
    if (token->rstrip) end = space.RightOf(end);
    if (begin > done) use({nullptr, done, begin});
    use({token, begin, end});
    done = end;
  }
  if (done < text.size()) use({nullptr, done, text.size()});
}

const AddedToken* AddedTokens::LongestAt(absl::string_view text) const {
  for (const size_t size : sizes_of_first_byte_[static_cast<uint8_t>(text[0])]) {
    if (size > text.size()) continue;
    const auto found = tokens_.find(text.substr(0, size));
    if (found != tokens_.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace lm
