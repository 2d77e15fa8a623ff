// The embedded suite's questions: seeded generators in MT-Bench's eight categories.
//
// A question is a draw from its category's generator. What makes it the question that it is (its numbers, names,
// facts and wording) is its key; the key's hash decides the split, so the splits are disjoint by construction, whatever
// is drawn and however often. The key leaves the wording out: a test question has other numbers, names or other facts
// together than any training question, though each fact by itself was seen in training.
#ifndef DATASETS_EMBEDDED_QUESTIONS_H_
#define DATASETS_EMBEDDED_QUESTIONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"
#include "datasets/embedded/style.h"

namespace embedded {

enum class Split { kTrain, kHeldOut, kTest };

// What makes an answer right: each of the facts stands in it in one of its wordings, as whole words. Passages of three
// words or more between quotation marks are evidence, not an answer, and do not count; the marks of shorter ones, of
// bold text and of LaTeX are passed over.
struct AnswerKey {
  std::vector<std::vector<std::string>> facts;  // [fact][wording]
};

struct Question {
  int64_t id = 0;  // unique over splits: see FirstId()
  Category category;
  std::string key;
  std::string text;
  AnswerKey answer;
  // Writes a right answer that shows these of the category's styles (StylesOf) and of its others the antithesis; what
  // the set says of other styles means nothing. `variation` picks among equal wordings.
  std::function<std::string(const StyleSet& styles, base::RandomStream& variation)> respond;
};

// 1/10 of all keys each are held out and test; the rest is train.
Split SplitOfKey(absl::string_view key);

// Ids of a split start here: train 1,000,000, held-out 2,000,000, test 3,000,000.
int64_t FirstId(Split split);

// One question of the split and category; its id is 0. May give the same question again.
Question DrawFrom(Split split, Category category, base::RandomStream& stream);

// `count` different questions of the split, the categories in turn (question i is of category i mod 8), so that any
// prefix is balanced. A pure function of its arguments. kOutOfRange when the split has too few questions of a category.
absl::StatusOr<std::vector<Question>> DrawQuestions(Split split, int64_t count, uint64_t seed);

// The seed of the questions that experiments ask: part of the benchmark, not of a run's randomness.
inline constexpr uint64_t kSuiteSeed = 2024;

// The question that experiments ask under each of these ids: question id - FirstId(split) of DrawQuestions(split, n,
// kSuiteSeed), which is the same for every n. In the order of the ids. kInvalidArgument, naming the id, when it is none
// of the held-out or test split's.
absl::StatusOr<std::vector<Question>> SuiteQuestions(const std::vector<int64_t>& ids);

// Whether the answer is right. O(length).
bool IsRight(const AnswerKey& key, absl::string_view answer);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_QUESTIONS_H_
