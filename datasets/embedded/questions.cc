#include "datasets/embedded/questions.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/hash.h"
#include "datasets/embedded/categories.h"
#include "datasets/embedded/words.h"

namespace embedded {
namespace {

// Draws of a category in a row that give nothing new before its split counts as used up.
constexpr int kPatience = 2000;

// Words of a quotation that is a passage.
constexpr size_t kPassageWords = 3;

// The text without quoted passages and without the marks of shorter quotations, bold text and LaTeX.
std::string Plain(absl::string_view text) {
  std::string rest;
  while (const auto quotation = FindQuotation(text, "\"'")) {
    const absl::string_view inside = text.substr(quotation->open + 1, quotation->close - quotation->open - 1);
    const std::vector<absl::string_view> words = absl::StrSplit(inside, ' ', absl::SkipWhitespace());
    absl::StrAppend(&rest, text.substr(0, quotation->open), words.size() < kPassageWords ? inside : "");
    text.remove_prefix(quotation->close + 1);
  }
  absl::StrAppend(&rest, text);
  return absl::StrReplaceAll(rest, {{"**", ""}, {"$", ""}});
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
  const std::string text = Plain(answer);
  return absl::c_all_of(key.facts, [&](const std::vector<std::string>& wordings) {
    return absl::c_any_of(wordings, [&](const std::string& wording) { return ContainsWords(text, wording); });
  });
}

}  // namespace embedded
