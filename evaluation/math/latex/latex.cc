#include "evaluation/math/latex/latex.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "evaluation/math/latex/braces.h"
#include "evaluation/math/latex/lexer.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kBoxes[] = {"\\boxed", "\\fbox"};

}  // namespace

absl::optional<std::string> LastBoxed(string_view text) {
  const std::vector<size_t> closing = ClosingBraces(text);
  for (size_t at = text.rfind('\\'); at != string_view::npos;
       at = at == 0 ? string_view::npos : text.rfind('\\', at - 1)) {
    for (const string_view box : kBoxes) {
      if (!absl::StartsWith(text.substr(at), box)) continue;
      size_t begin = at + box.size();
      const bool spaced = begin < text.size() && text[begin] == ' ';
      if (spaced) ++begin;
      if (begin >= text.size()) continue;
      if (text[begin] == '{') {
        if (closing[begin] != string_view::npos) return std::string(text.substr(begin + 1, closing[begin] - begin - 1));
      } else if (spaced) {
        return std::string(text.substr(begin, std::min(text.size(), text.find_first_of(" $\n", begin)) - begin));
      }
    }
  }
  return absl::nullopt;
}

std::vector<LatexToken> ReadLatex(string_view text) {
  std::vector<LatexToken> tokens = LexLatex(text);
  DropBracketsOfMatrices(&tokens);
  DropBracesOfOne(&tokens);
  return tokens;
}

}  // namespace evaluation
