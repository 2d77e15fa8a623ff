#include "evaluation/replies/grammar.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "base/text.h"

namespace evaluation {
namespace {

using Form = Grammar::Form;
constexpr Verdict kFirst = Verdict::kFirst, kSecond = Verdict::kSecond, kTie = Verdict::kTie;

Grammar Make(const char* name, Form form, std::vector<Grammar::Word> words, const char* lead = "", int ratings = 1) {
  Grammar grammar;
  grammar.name = name;
  grammar.form = form;
  grammar.words = std::move(words);
  grammar.lead = lead;
  grammar.ratings = ratings;
  return grammar;
}

const std::vector<Grammar>& Grammars() {
  static const auto* const grammars = new std::vector<Grammar>{
      Make("fastchat-pair", Form::kWords, {{"[[A]]", kFirst}, {"[[B]]", kSecond}, {"[[C]]", kTie}}, "[["),
      Make("fastchat-single", Form::kNumbers, {}, "[["),
      Make("fastchat-two-ratings", Form::kNumbers, {}, "[[", 2),
      Make("final-response", Form::kLed, {{"A", kFirst}, {"B", kSecond}, {"C", kTie}}, "Final Response:"),
      Make("arena-hard", Form::kWords,
           {{"[[A>>B]]", kFirst, 2},
            {"[[A>B]]", kFirst},
            {"[[A=B]]", kTie},
            {"[[B=A]]", kTie},
            {"[[B>A]]", kSecond},
            {"[[B>>A]]", kSecond, 2},
            {"[[A<B]]", kSecond},
            {"[[A<<B]]", kSecond, 2},
            {"[[B<A]]", kFirst},
            {"[[B<<A]]", kFirst, 2}},
           "[["),
      Make("alpaca-ranking", Form::kRanking,
           {{"model_1", kFirst}, {"model_2", kSecond}, {"m", kFirst}, {"M", kSecond}}),
      Make("alpaca-token", Form::kWhole, {{"m", kFirst}, {"M", kSecond}}),
  };
  return *grammars;
}

// What prompts call them.
constexpr std::pair<absl::string_view, absl::string_view> kOutputFormats[] = {
    {"[[A]]", "fastchat-pair"},
    {"[[rating]]", "fastchat-single"},
    {"[[rating_a,rating_b]]", "fastchat-two-ratings"},
    {"Final Response: A", "final-response"},
    {"[[A>>B]]", "arena-hard"},
};

absl::StatusOr<Grammar> OwnGrammar(Form form, const OwnWords& own) {
  Grammar grammar;
  grammar.form = form;
  grammar.lowest = own.lowest;
  grammar.highest = own.highest;
  std::set<std::string> texts;
  for (const auto& [verdict, words] :
       {std::pair(kFirst, &own.first), std::pair(kSecond, &own.second), std::pair(kTie, &own.tie)}) {
    for (const std::string& word : *words) {
      if (base::IsBlank(word)) return absl::InvalidArgumentError("a word for a verdict must not be empty");
      if (!texts.insert(word).second) {
        return absl::InvalidArgumentError(absl::StrCat("the word \"", word, "\" stands for two verdicts"));
      }
      grammar.words.push_back({word, verdict});
    }
  }
  if (!grammar.words.empty() && (own.first.empty() || own.second.empty())) {
    return absl::InvalidArgumentError("`first` and `second` both need a word, or no verdict has one (then it rates)");
  }
  if (!(own.lowest < own.highest)) {
    return absl::InvalidArgumentError(
        absl::StrCat("ratings from ", own.lowest, " to ", own.highest, ": the lowest must be below the highest"));
  }
  return grammar;
}

}  // namespace

bool Grammar::GivesRatings() const {
  if (form == Form::kNumbers) return ratings == 1;
  return words.empty();
}

const Grammar* FindGrammar(absl::string_view name) {
  for (const auto& [format, grammar] : kOutputFormats) {
    if (name == format) name = grammar;
  }
  const auto found = std::find_if(Grammars().begin(), Grammars().end(), [&](const auto& g) { return g.name == name; });
  return found == Grammars().end() ? nullptr : &*found;
}

std::vector<std::string> GrammarNames() {
  std::vector<std::string> names;
  for (const Grammar& grammar : Grammars()) names.push_back(grammar.name);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<Grammar> JsonGrammar(absl::string_view key, const OwnWords& words) {
  for (const absl::string_view part : absl::StrSplit(key, '.')) {
    if (part.empty()) return absl::InvalidArgumentError("`key` must be the name of a member, as in \"result.winner\"");
  }
  ASSIGN_OR_RETURN(Grammar grammar, OwnGrammar(Form::kJson, words));
  grammar.name = "json";
  grammar.key = std::string(key);
  return grammar;
}

absl::StatusOr<Grammar> PatternGrammar(absl::string_view expression, const OwnWords& words) {
  if (expression.empty()) return absl::InvalidArgumentError("`pattern` must not be empty");
  ASSIGN_OR_RETURN(Grammar grammar, OwnGrammar(Form::kPattern, words));
  ASSIGN_OR_RETURN(Pattern pattern, Pattern::Compile(expression));
  grammar.name = "pattern";
  grammar.pattern = std::make_shared<const Pattern>(std::move(pattern));
  return grammar;
}

std::optional<double> TokenPreference(const Grammar& grammar, absl::Span<const TokenLogProb> first_token) {
  if (grammar.form != Form::kWhole) return std::nullopt;
  std::vector<std::pair<Verdict, double>> given;
  for (const Grammar::Word& word : grammar.words) {
    const auto last = std::find_if(first_token.rbegin(), first_token.rend(),
                                   [&word](const TokenLogProb& token) { return token.token == word.text; });
    if (last != first_token.rend()) given.emplace_back(word.verdict, last->log_prob);
  }
  if (given.empty()) return std::nullopt;
  double greatest = given[0].second;
  for (const auto& [verdict, log_prob] : given) greatest = std::max(greatest, log_prob);
  double first = 0, all = 0;
  for (const auto& [verdict, log_prob] : given) {
    const double share = std::exp(log_prob - greatest);
    all += share;
    if (verdict == kFirst) first += share;
  }
  return first / all;
}

absl::StatusOr<std::vector<std::string>> AllReplies(const Grammar& grammar) {
  std::vector<std::string> replies;
  if (grammar.form == Form::kNumbers && grammar.ratings == 1) {
    for (int rating = 1; rating <= 10; ++rating) replies.push_back(absl::StrCat("[[", rating, "]]"));
    return replies;
  }
  const bool of_words = grammar.form == Form::kWords || grammar.form == Form::kLed || grammar.form == Form::kWhole;
  if (!of_words) {
    return absl::InvalidArgumentError(
        absl::StrCat("the grammar \"", grammar.name, "\" has no end of replies to choose the most probable one from"));
  }
  for (const Grammar::Word& word : grammar.words) {
    replies.push_back(grammar.form == Form::kLed ? absl::StrCat(grammar.lead, " ", word.text) : word.text);
  }
  return replies;
}

}  // namespace evaluation
