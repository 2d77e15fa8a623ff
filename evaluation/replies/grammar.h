// Verdict grammars as data: in which words a judge's reply gives its verdict.
//
//   name                   words                                         from
//   fastchat-pair          [[A]], [[B]], [[C]] (a tie)                   FastChat's pairs, reference-guided ones too
//   fastchat-single        [[8]], [[7.5]]: a rating from 1 to 10         FastChat's single answers
//   fastchat-two-ratings   [[8,7]]: two ratings                          FastChat's old prompts
//   final-response         Final Response: A, B or C, a line's end       both papers (arXiv 2404.14313, 2410.01704)
//   arena-hard             [[A>>B]], [[A>B]], [[A=B]], [[B>A]], [[B>>A]] Arena-Hard
//   alpaca-ranking         [{'model': 'model_1', 'rank': 1}, ...]        AlpacaEval's ranking; also models m and M
//   alpaca-token           m or M, the whole reply, or how probable      AlpacaEval's weighted annotators
//                          they were as its first token
//
// A prompt's `output_format` is a name of these, or FastChat's word for one: "[[A]]", "[[rating]]",
// "[[rating_a,rating_b]]", "[[A>>B]]", "Final Response: A". A member of a JSON object and a user's own regular
// expression are grammars too.
#ifndef EVALUATION_REPLIES_GRAMMAR_H_
#define EVALUATION_REPLIES_GRAMMAR_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "evaluation/replies/pattern.h"
#include "evaluation/replies/verdict.h"

namespace evaluation {

struct Grammar {
  enum class Form {
    kWords,    // one of `words`, anywhere
    kLed,      // `lead` and one of `words`, with which a line ends
    kWhole,    // one of `words`, which is all that is said
    kNumbers,  // `ratings` numbers between [[ and ]]
    kRanking,  // a list of two objects with "model", one of `words`, and "rank"
    kJson,     // an object with the member `key`: one of `words`, or a rating
    kPattern,  // what a match of `pattern` holds: one of `words`, or a rating
  };
  struct Word {
    std::string text;
    Verdict verdict;
    int strength = 1;
  };

  std::string name;
  Form form = Form::kWords;
  std::vector<Word> words;  // of kJson and kPattern, none where they give ratings
  std::string lead;
  int ratings = 1;                  // 1: of one answer; 2: of two, of which the higher rated wins
  double lowest = 1, highest = 10;  // ratings that are allowed
  std::string key;                  // of an object in an object with a point between: "result.winner"
  std::shared_ptr<const Pattern> pattern;

  // Whether it rates one answer, instead of comparing two.
  bool GivesRatings() const;
};

// By its name or a prompt's output_format; nullptr where there is none.
const Grammar* FindGrammar(absl::string_view name);
// The names, sorted.
std::vector<std::string> GrammarNames();

// Grammars of a user's own. kInvalidArgument, naming the field of judge.proto's VerdictWords, where a word stands for
// two verdicts or is empty, only one side has words, or key or expression are no such thing.
struct OwnWords {
  std::vector<std::string> first, second, tie;  // all empty: ratings
  double lowest = 1, highest = 10;
};
absl::StatusOr<Grammar> JsonGrammar(absl::string_view key, const OwnWords& words);
absl::StatusOr<Grammar> PatternGrammar(absl::string_view expression, const OwnWords& words);

// How probable it is that the answer shown first is better, by AlpacaEval's weighted annotators: P(m) / (P(m) + P(M))
// of the reply's first token, a token that is not among `words` having probability 0. None where the grammar's form is
// not kWhole or no token is of it. O(tokens x words).
struct TokenLogProb {
  absl::string_view token;
  double log_prob = 0;  // nats, finite
};
std::optional<double> TokenPreference(const Grammar& grammar, absl::Span<const TokenLogProb> first_token);

// All that a model may say in a grammar of few words, for a judge that is asked for the most probable one: "[[A]]",
// "[[B]]", "[[C]]". kInvalidArgument for the forms that have no end of them.
absl::StatusOr<std::vector<std::string>> AllReplies(const Grammar& grammar);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_GRAMMAR_H_
