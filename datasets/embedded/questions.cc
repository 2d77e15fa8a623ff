#include "datasets/embedded/questions.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "datasets/embedded/categories.h"

namespace embedded {
namespace {

// Draws of a category in a row that give nothing new before its split counts as used up.
constexpr int kPatience = 2000;

bool IsWordByte(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The last occurrence of `word` in `text` with no letter or digit at its sides, or npos.
size_t FindLastWord(absl::string_view text, absl::string_view word) {
  for (size_t at = text.rfind(word); at != absl::string_view::npos; at = at == 0 ? at - 1 : text.rfind(word, at - 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordByte(text[at - 1]) || !IsWordByte(word.front())) &&
        (end == text.size() || !IsWordByte(text[end]) || !IsWordByte(word.back()))) {
      return at;
    }
    if (at == 0) break;
  }
  return absl::string_view::npos;
}

// The text without what stands between quotation marks: a quoted sentence is evidence, not an answer.
std::string WithoutQuotes(absl::string_view text) {
  std::string rest;
  bool inside = false;
  for (char c : text) {
    if (c == '"') inside = !inside;
    if (!inside) rest.push_back(c);
  }
  return rest;
}

std::string LastNumber(absl::string_view text) {
  size_t end = text.size();
  while (end > 0 && !absl::ascii_isdigit(text[end - 1])) --end;
  size_t begin = end;
  while (begin > 0 && absl::ascii_isdigit(text[begin - 1])) --begin;
  return std::string(text.substr(begin, end - begin));
}

}  // namespace

Split SplitOfKey(absl::string_view key) {
  switch (base::Id64(absl::StrCat("embedded/split/", key)) % 10) {
    case 0:
      return Split::kTest;
    case 1:
      return Split::kHeldOut;
    default:
      return Split::kTrain;
  }
}

int64_t FirstId(Split split) { return 1000000 * (1 + static_cast<int64_t>(split)); }

Question DrawFrom(Split split, Category category, base::RandomStream& stream) {
  while (true) {
    Question question = DrawQuestion(category, stream);
    if (SplitOfKey(question.key) == split) return question;
  }
}

absl::StatusOr<std::vector<Question>> DrawQuestions(Split split, int64_t count, uint64_t seed) {
  std::vector<base::RandomStream> streams;
  for (int c = 0; c < kNumCategories; ++c) {
    streams.emplace_back(seed, absl::StrCat("embedded/questions/", CategoryName(static_cast<Category>(c))),
                         static_cast<uint64_t>(split));
  }
  std::set<std::string> seen;
  std::vector<Question> questions;
  for (int64_t i = 0; i < count; ++i) {
    const Category category = static_cast<Category>(i % kNumCategories);
    for (int tries = 0;; ++tries) {
      if (tries == kPatience) {
        return absl::OutOfRangeError(absl::StrCat("the embedded suite has only about ", i / kNumCategories,
                                                  " different ", CategoryName(category),
                                                  " questions in this split; ask for fewer than ", i, " in all"));
      }
      Question question = DrawFrom(split, category, streams[i % kNumCategories]);
      if (!seen.insert(question.text).second) continue;
      question.id = FirstId(split) + i;
      questions.push_back(std::move(question));
      break;
    }
  }
  return questions;
}

absl::StatusOr<std::vector<Question>> SuiteQuestions(const std::vector<int64_t>& ids) {
  std::map<int64_t, Question> known;
  for (const Split split : {Split::kHeldOut, Split::kTest}) {
    int64_t count = 0;
    for (const int64_t id : ids) {
      const int64_t first = FirstId(split), end = first + FirstId(Split::kHeldOut) - FirstId(Split::kTrain);
      if (id >= first && id < end) count = std::max(count, id - first + 1);
    }
    absl::StatusOr<std::vector<Question>> drawn = DrawQuestions(split, count, kSuiteSeed);
    if (!drawn.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("question ", FirstId(split) + count - 1, ": ", drawn.status().message()));
    }
    for (Question& question : *drawn) known.emplace(question.id, std::move(question));
  }
  std::vector<Question> questions;
  for (const int64_t id : ids) {
    const auto found = known.find(id);
    if (found == known.end()) {
      return absl::InvalidArgumentError(absl::StrCat("question ", id, " is none of the embedded suite's"));
    }
    questions.push_back(found->second);
  }
  return questions;
}

bool IsRight(const AnswerKey& key, absl::string_view answer) {
  switch (key.rule) {
    case AnswerKey::Rule::kContainsAll: {
      const std::string text = WithoutQuotes(answer);
      return std::all_of(key.expected.begin(), key.expected.end(),
                         [&](const std::string& word) { return FindLastWord(text, word) != absl::string_view::npos; });
    }
    case AnswerKey::Rule::kLastNumber:
      return LastNumber(answer) == key.expected[0];
    case AnswerKey::Rule::kLastOf: {
      const size_t at = FindLastWord(answer, key.expected[0]);
      if (at == absl::string_view::npos) return false;
      return std::all_of(key.candidates.begin(), key.candidates.end(), [&](const std::string& candidate) {
        const size_t other = FindLastWord(answer, candidate);
        return other == absl::string_view::npos || other <= at;
      });
    }
  }
  return false;
}

}  // namespace embedded
