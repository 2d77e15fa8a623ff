#include "experiments/inputs/queries.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/word_problems.h"
#include "datasets/gsm8k/gsm8k.h"
#include "datasets/hh_rlhf/dialogue.h"
#include "datasets/queries/queries.h"
#include "datasets/queries/query.h"
#include "datasets/queries/sources.h"
#include "datasets/queries/tldr.h"
#include "datasets/records/skip_and_take.h"
#include "datasets/sources/find_input.h"
#include "datasets/sources/pinned.h"

namespace experiments {
namespace {

using ::sami_harness::EmbeddedQueries;
using ::sami_harness::Gsm8kQueries;
using ::sami_harness::Queries;
using ::sami_harness::TldrQueries;

constexpr char kMath[] = "math";
// Its questions are the posts on which the first paper's arms are compared.
constexpr char kTldrTestPosts[] = "sami_tldr/responses/base-mistral-opus-constitution-temperature-0.0.json";

embedded::Split SplitOf(const EmbeddedQueries& source) {
  switch (source.split()) {
    case EmbeddedQueries::TRAIN:
      return embedded::Split::kTrain;
    case EmbeddedQueries::HELD_OUT:
      return embedded::Split::kHeldOut;
    case EmbeddedQueries::TEST:
      return embedded::Split::kTest;
  }
  return embedded::Split::kTrain;
}

// As many as skip and take need.
int64_t NumDrawn(const Queries& set) { return set.skip() + set.take(); }

absl::StatusOr<std::vector<embedded::Question>> DrawEmbedded(const Queries& set) {
  return embedded::DrawQuestions(SplitOf(set.embedded()), NumDrawn(set), set.embedded().seed());
}

// The user's file, or a pinned one.
absl::StatusOr<std::string> FindFile(const Queries& set, const std::string& file, const char* pinned) {
  if (file.empty()) return datasets::PinnedFile(pinned);
  return datasets::FindInput(absl::StrCat("queries \"", set.name(), "\": file"), file);
}

// A source's id where it is a number, else a stable one.
int64_t NumberOf(const std::string& id) {
  int64_t number;
  if (absl::SimpleAtoi(id, &number) && absl::StrCat(number) == id) return number;
  // What JSON's readers keep of a number: 53 bits.
  return static_cast<int64_t>(base::Id64(id) >> 11);
}

// A dialogue as plain text, each turn with who speaks; a single turn without.
std::string DialogueText(const datasets::Query& query) {
  if (datasets::IsSingleTurn(query)) return datasets::TextOf(query);
  std::string text;
  for (const datasets::Message& message : query.messages) {
    const char* const speaker = message.role == "user" ? "Human: " : message.role == "assistant" ? "Assistant: " : "";
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", speaker, message.content);
  }
  return text;
}

std::vector<Query> FromReader(std::vector<datasets::Query> read) {
  std::vector<Query> queries;
  for (datasets::Query& query : read) {
    const std::string answer = query.answer.has_value() ? absl::StrCat("#### ", *query.answer) : "";
    queries.push_back({NumberOf(query.id), query.id, query.category, DialogueText(query), answer});
  }
  return queries;
}

absl::StatusOr<std::vector<Query>> ReadGsm8k(const Queries& set) {
  const Gsm8kQueries& source = set.gsm8k();
  ASSIGN_OR_RETURN(
      const std::string path,
      FindFile(set, source.file(), source.split() == Gsm8kQueries::TEST ? "gsm8k/test.jsonl" : "gsm8k/train.jsonl"));
  // Whole solutions, which the extraction rules read.
  ASSIGN_OR_RETURN(auto problems, datasets::ReadGsm8k(path));
  std::vector<Query> queries;
  for (datasets::Gsm8kProblem& problem : problems) {
    const int64_t id = static_cast<int64_t>(queries.size());
    queries.push_back({id, absl::StrCat(id), kMath, std::move(problem.question), std::move(problem.answer)});
  }
  return queries;
}

absl::StatusOr<std::vector<Query>> ReadSource(const Queries& set, datasets::Notes& notes) {
  std::vector<Query> queries;
  std::string path;
  switch (set.source_case()) {
    case Queries::kEmbedded: {
      ASSIGN_OR_RETURN(const auto drawn, DrawEmbedded(set));
      for (const embedded::Question& question : drawn) {
        queries.push_back({question.id, absl::StrCat(question.id),
                           std::string(embedded::CategoryName(question.category)), question.text, ""});
      }
      return queries;
    }
    case Queries::kWordProblems: {
      const EmbeddedQueries& source = set.word_problems();
      ASSIGN_OR_RETURN(const auto drawn, embedded::DrawWordProblems(SplitOf(source), NumDrawn(set), source.seed()));
      for (const embedded::WordProblem& problem : drawn) {
        queries.push_back({problem.id, absl::StrCat(problem.id), kMath, problem.question, problem.answer});
      }
      return queries;
    }
    case Queries::kGsm8K:
      return ReadGsm8k(set);
    case Queries::kMtBench: {
      ASSIGN_OR_RETURN(path, FindFile(set, set.mt_bench().file(), "mt_bench/question.jsonl"));
      ASSIGN_OR_RETURN(auto read, datasets::ReadMtBenchQueries(path));
      return FromReader(std::move(read));
    }
    case Queries::kHhRlhf: {
      const sami_harness::HhRlhfQueries& source = set.hh_rlhf();
      if (source.folder().empty()) {
        ASSIGN_OR_RETURN(path, FindFile(set, source.file(), "hh_rlhf/harmless-base/test.jsonl.gz"));
      } else {
        ASSIGN_OR_RETURN(const std::string folder, FindFile(set, source.folder(), ""));
        ASSIGN_OR_RETURN(path,
                         datasets::FindHhRlhf(folder, source.subset(),
                                              source.split() == sami_harness::HhRlhfQueries::TEST ? "test" : "train"));
      }
      ASSIGN_OR_RETURN(auto read, datasets::ReadHhRlhfQueries(path, notes));
      if (source.single_turn()) datasets::KeepSingleTurns(&read, notes);
      return FromReader(std::move(read));
    }
    case Queries::kTldr: {
      ASSIGN_OR_RETURN(path, FindFile(set, set.tldr().file(), kTldrTestPosts));
      const auto form =
          set.tldr().form() == TldrQueries::POST ? datasets::TldrForm::kPost : datasets::TldrForm::kAllParts;
      ASSIGN_OR_RETURN(auto read, datasets::ReadTldrQueries(path, form, notes));
      return FromReader(std::move(read));
    }
    case Queries::kIfeval: {
      ASSIGN_OR_RETURN(path, FindFile(set, set.ifeval().file(), "ifeval/input_data.jsonl"));
      ASSIGN_OR_RETURN(auto read, datasets::ReadIfEvalQueries(path));
      return FromReader(std::move(read));
    }
    case Queries::kJsonl: {
      ASSIGN_OR_RETURN(path, FindFile(set, set.jsonl().file(), ""));
      ASSIGN_OR_RETURN(auto read, datasets::ReadQueries(path, notes));
      return FromReader(std::move(read));
    }
    case Queries::kMixed: {
      int number = 0;
      for (const sami_harness::MixedQueries::Part& part : set.mixed().parts()) {
        ++number;
        ASSIGN_OR_RETURN(path, FindFile(set, part.file(), ""));
        ASSIGN_OR_RETURN(auto read, datasets::ReadQueries(path, notes));
        if (part.has_at_most()) read.resize(std::min<size_t>(read.size(), part.at_most()));
        for (datasets::Query& query : read) {
          query.id = absl::StrCat(number, "/", query.id);
          if (query.category.empty()) query.category = part.category();
        }
        for (Query& query : FromReader(std::move(read))) queries.push_back(std::move(query));
      }
      return queries;
    }
    case Queries::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(absl::StrCat("queries \"", set.name(), "\" has no source"));
}

}  // namespace

absl::StatusOr<std::vector<Query>> LoadQueries(const Queries& set) {
  datasets::Notes notes;
  ASSIGN_OR_RETURN(std::vector<Query> queries, ReadSource(set, notes));
  for (const std::string& line : notes.Lines()) {
    std::fprintf(stderr, "queries %s: %s\n", set.name().c_str(), line.c_str());
  }
  if (set.has_shuffle_seed()) base::RandomStream(set.shuffle_seed(), "queries/order").Shuffle(queries);
  RETURN_IF_ERROR(datasets::SkipAndTake(set.skip(), set.has_take() ? std::optional(set.take()) : std::nullopt,
                                        absl::StrCat("queries \"", set.name(), "\""), queries));
  for (Query& query : queries) {
    if (query.category.empty()) query.category = set.category();
  }
  return queries;
}

std::string QueriesHash(const std::vector<Query>& queries) {
  std::string text;
  for (const Query& query : queries) {
    // Lengths, for texts may hold anything.
    absl::StrAppend(&text, query.id, " ", query.category.size(), " ", query.text.size(), " ", query.answer.size(), "\n",
                    query.category, query.text, query.answer);
  }
  return base::Sha256Hex(text);
}

absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> AnswerKeys(const Queries& set) {
  std::map<int64_t, embedded::AnswerKey> keys;
  if (!set.has_embedded()) return keys;
  ASSIGN_OR_RETURN(const auto drawn, DrawEmbedded(set));
  for (const embedded::Question& question : drawn) keys[question.id] = question.answer;
  return keys;
}

}  // namespace experiments
