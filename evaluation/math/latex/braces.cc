#include "evaluation/math/latex/braces.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "evaluation/math/latex/command_names.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Kind = LatexToken::Kind;

void Keep(const std::vector<bool>& dropped, std::vector<LatexToken>* tokens) {
  size_t kept = 0;
  for (size_t i = 0; i < tokens->size(); ++i) {
    if (dropped[i]) continue;
    if (kept != i) (*tokens)[kept] = std::move((*tokens)[i]);
    ++kept;
  }
  tokens->resize(kept);
}

bool MayStandAlone(const LatexToken& token) {
  switch (token.kind) {
    case Kind::kNumber:
    case Kind::kLetter:
      return true;
    case Kind::kCommand:
      return ArgumentsOf(string_view(token.text).substr(1)) == 0 && !absl::EndsWith(token.text, "}");
    case Kind::kSymbol:
      return token.text == "+" || token.text == "-" || token.text == "," || token.text == "'" || token.text == "=";
    case Kind::kWord:
      return token.text.size() == 1;
    case Kind::kUnit:
      break;
  }
  return false;
}

}  // namespace

std::vector<size_t> ClosingBraces(string_view text) {
  std::vector<size_t> closing(text.size(), string_view::npos), open;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;  // "\{" opens nothing
    } else if (text[at] == '{') {
      open.push_back(at);
    } else if (text[at] == '}' && !open.empty()) {
      closing[open.back()] = at;
      open.pop_back();
    }
  }
  return closing;
}

void DropBracesOfOne(std::vector<LatexToken>* tokens) {
  struct Open {
    size_t at, kept;  // its place, and the tokens that were kept before it
  };
  std::vector<bool> dropped(tokens->size());
  std::vector<Open> open;
  size_t kept = 0, last = 0;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const LatexToken& token = (*tokens)[i];
    if (token.Is("{")) open.push_back({i, kept});
    if (token.Is("}") && !open.empty()) {
      const Open brace = open.back();
      open.pop_back();
      if (kept == brace.kept + 2 && MayStandAlone((*tokens)[last])) {
        (*tokens)[last].spaced = (*tokens)[last].spaced || (*tokens)[brace.at].spaced;
        dropped[brace.at] = dropped[i] = true;
        --kept;
        continue;
      }
    }
    ++kept;
    last = i;
  }
  Keep(dropped, tokens);
}

void DropBracketsOfMatrices(std::vector<LatexToken>* tokens) {
  std::vector<bool> dropped(tokens->size());
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens->size(); ++i) {
    if ((*tokens)[i].Is("\\begin{matrix}")) open.push_back(i);
    if (!(*tokens)[i].Is("\\end{matrix}") || open.empty()) continue;
    const size_t begin = open.back();
    open.pop_back();
    if ((*tokens)[i - 1].Is("\\\\")) dropped[i - 1] = true;
    if (begin == 0 || i + 1 == tokens->size()) continue;
    const LatexToken &before = (*tokens)[begin - 1], &behind = (*tokens)[i + 1];
    const bool is_matrix = (before.Is("(") && behind.Is(")")) || (before.Is("[") && behind.Is("]"));
    const bool is_determinant = before.Is("|") && behind.Is("|");
    if (!is_matrix && !is_determinant) continue;
    dropped[begin - 1] = dropped[i + 1] = true;
    if (is_determinant) {
      (*tokens)[begin].text = "\\begin{vmatrix}";
      (*tokens)[i].text = "\\end{vmatrix}";
    }
  }
  Keep(dropped, tokens);
}

}  // namespace evaluation
