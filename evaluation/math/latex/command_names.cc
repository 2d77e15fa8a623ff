#include "evaluation/math/latex/command_names.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

namespace evaluation {
namespace {

using ::absl::string_view;

bool IsAnyOf(string_view word, std::initializer_list<string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::pair<string_view, string_view> kUsual[] = {{"dfrac", "frac"},
                                                          {"tfrac", "frac"},
                                                          {"cfrac", "frac"},
                                                          {"geq", "ge"},
                                                          {"geqslant", "ge"},
                                                          {"leq", "le"},
                                                          {"leqslant", "le"},
                                                          {"neq", "ne"},
                                                          {"rightarrow", "to"},
                                                          {"varnothing", "emptyset"},
                                                          {"dbinom", "binom"},
                                                          {"tbinom", "binom"},
                                                          {"ldots", "dots"},
                                                          {"cdots", "dots"},
                                                          {"dotsc", "dots"},
                                                          {"infin", "infty"},
                                                          {"varepsilon", "epsilon"},
                                                          {"implies", "Rightarrow"},
                                                          {"bar", "overline"},
                                                          {"varphi", "phi"},
                                                          {"lnot", "neg"},
                                                          {"wedge", "land"},
                                                          {"vee", "lor"},
                                                          {"Bbb", "mathbb"}};

constexpr std::pair<string_view, string_view> kCharacters[] = {
    {"\xE2\x88\x92", "-"},     {"\xCF\x80", "\\pi"},       {"\xC3\x97", "\\times"},        {"\xC3\xB7", "\\div"},
    {"\xC2\xB7", "\\cdot"},    {"\xE2\x8B\x85", "\\cdot"}, {"\xE2\x88\x9E", "\\infty"},    {"\xE2\x88\xAA", "\\cup"},
    {"\xE2\x88\xA9", "\\cap"}, {"\xE2\x88\x88", "\\in"},   {"\xE2\x88\x85", "\\emptyset"}, {"\xE2\x89\xA4", "\\le"},
    {"\xE2\x89\xA5", "\\ge"},  {"\xE2\x89\xA0", "\\ne"},   {"\xC2\xB1", "\\pm"},           {"\xE2\x88\x9A", "\\sqrt"},
    {"\xCE\xB8", "\\theta"},   {"\xCE\xB1", "\\alpha"},    {"\xCE\xB2", "\\beta"},         {"\xCF\x86", "\\phi"}};

}  // namespace

CommandKind KindOfCommand(string_view name) {
  if (IsAnyOf(name, {"text", "mbox", "mathrm", "textbf", "textrm", "textit", "mathbf", "operatorname", "hbox", "textsf",
                     "texttt", "mathit", "mathsf", "textnormal", "boldsymbol", "emph"})) {
    return CommandKind::kText;
  }
  if (IsAnyOf(name, {"left", "right", "middle"})) return CommandKind::kFence;
  if (IsAnyOf(name, {"displaystyle", "textstyle", "scriptstyle", "limits",   "big",   "Big",   "bigl",  "bigr",
                     "Bigl",         "Bigr",      "bigg",        "Bigg",     "biggl", "biggr", "Biggl", "Biggr",
                     "boxed",        "fbox",      "mathstrut",   "nolimits", "rm",    "bf"})) {
    return CommandKind::kNothing;
  }
  if (IsAnyOf(name, {"quad", "qquad", "enspace", "thinspace", "space"})) return CommandKind::kSpace;
  if (IsAnyOf(name, {"hspace", "vspace", "hskip"})) return CommandKind::kLength;
  if (name == "degree") return CommandKind::kDegree;
  return CommandKind::kSymbol;
}

string_view UsualName(string_view name) {
  const auto found =
      std::find_if(std::begin(kUsual), std::end(kUsual), [&](const auto& pair) { return pair.first == name; });
  return found == std::end(kUsual) ? name : found->second;
}

string_view SignOfCommand(string_view name) {
  static constexpr std::pair<string_view, string_view> kSigns[] = {
      {"lt", "<"},    {"gt", ">"},    {"mid", "|"},      {"vert", "|"},     {"lvert", "|"},
      {"rvert", "|"}, {"colon", ":"}, {"lbrace", "\\{"}, {"rbrace", "\\}"}, {"ast", "\\cdot"}};
  for (const auto& [command, sign] : kSigns) {
    if (name == command) return sign;
  }
  return "";
}

int ArgumentsOf(string_view name) {
  if (name == "frac" || name == "binom") return 2;
  return IsAnyOf(name, {"sqrt", "overline", "hat", "vec", "tilde", "dot", "mathbb", "mathcal", "underline", "widehat",
                        "overrightarrow", "overset"})
             ? 1
             : 0;
}

bool IsNameOfCommand(string_view letters) {
  return IsAnyOf(letters, {"pi", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh",
                           "tanh", "log", "ln", "exp", "sqrt"});
}

string_view UsualEnvironment(string_view name) {
  return IsAnyOf(name, {"pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "psmallmatrix", "bsmallmatrix"})
             ? string_view("matrix")
             : name;
}

string_view CommandOfCharacter(string_view text, size_t* size) {
  for (const auto& [character, command] : kCharacters) {
    if (!absl::StartsWith(text, character)) continue;
    *size = character.size();
    return command;
  }
  return "";
}

}  // namespace evaluation
