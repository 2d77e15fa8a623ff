#include "lm/tokenizer/steps/post_processor.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/character_class.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

// Characters at the front, or the end, that are white space or the symbol of a space.
size_t CountSpaces(absl::string_view token, bool at_end) {
  const std::string& symbol = ByteSymbol(' ');
  for (size_t count = 0;; ++count) {
    if (at_end ? absl::ConsumeSuffix(&token, symbol) : absl::ConsumePrefix(&token, symbol)) continue;
    const size_t size = at_end ? TrailingSpaceSize(token) : LeadingSpaceSize(token);
    if (size == 0) return count;
    at_end ? token.remove_suffix(size) : token.remove_prefix(size);
  }
}

}  // namespace

void ToCharacters(absl::string_view text, std::vector<TextSpan>& spans) {
  std::vector<size_t> character_of(text.size() + 1);
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    const size_t size = std::max<size_t>(1, LeadingCharacterSize(text.substr(at)));
    std::fill_n(character_of.begin() + at, size, count);
    at += size;
  }
  character_of[text.size()] = count;
  for (TextSpan& span : spans) span = {character_of[span.begin], character_of[span.end]};
}

void TrimOffsets(const PostProcessor& processor, const std::vector<std::string>& tokens, std::vector<TextSpan>& spans) {
  for (size_t i = 0; i < spans.size(); ++i) {
    auto& [begin, end] = spans[i];
    size_t leading = CountSpaces(tokens[i], false);
    const size_t trailing = CountSpaces(tokens[i], true);
    if (leading == 1 && processor.add_prefix_space && (i == 0 || begin == 0)) leading = 0;
    begin = std::min(begin + leading, end);
    if (end >= trailing) end = std::max(end - trailing, begin);
  }
}

}  // namespace lm
