#include "lm/added_tokens.h"

#include <algorithm>
#include <functional>

#include "base/check.h"

namespace lm {

AddedTokens::AddedTokens(const std::vector<AddedToken>& tokens) {
  for (const AddedToken& token : tokens) {
    SAMI_CHECK(!token.content.empty());
    ids_[token.content] = token.id;
    std::vector<size_t>& sizes = sizes_of_first_byte_[static_cast<uint8_t>(token.content[0])];
    const auto place = std::lower_bound(sizes.begin(), sizes.end(), token.content.size(), std::greater<>());
    if (place == sizes.end() || *place != token.content.size()) sizes.insert(place, token.content.size());
  }
}

void AddedTokens::Split(absl::string_view text, absl::FunctionRef<void(absl::string_view)> use_text,
                        absl::FunctionRef<void(int32_t)> use_token) const {
  size_t done = 0;
  for (size_t at = 0; at < text.size();) {
    const std::optional<Found> found = LongestAt(text.substr(at));
    if (!found) {
      ++at;
      continue;
    }
    if (at > done) use_text(text.substr(done, at - done));
    use_token(found->id);
    done = at += found->size;
  }
  if (done < text.size()) use_text(text.substr(done));
}

std::optional<AddedTokens::Found> AddedTokens::LongestAt(absl::string_view text) const {
  for (const size_t size : sizes_of_first_byte_[static_cast<uint8_t>(text[0])]) {
    if (size > text.size()) continue;
    const auto found = ids_.find(text.substr(0, size));
    if (found != ids_.end()) return Found{size, found->second};
  }
  return std::nullopt;
}

}  // namespace lm
