#include "datasets/fuzz/readers.h"

#include <functional>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "base/text.h"
#include "datasets/constitutions/constitution_files.h"
#include "datasets/gsm8k/gsm8k.h"
#include "datasets/mt_bench/judge_prompts.h"
#include "datasets/mt_bench/questions.h"
#include "datasets/overlap/overlap.h"
#include "datasets/preference/demonstrations.h"
#include "datasets/preference/preference.h"
#include "datasets/queries/queries.h"
#include "datasets/queries/sources.h"
#include "datasets/queries/tldr.h"
#include "datasets/records/text_file.h"
#include "datasets/released/released.h"

namespace datasets {
namespace {

void CheckPassages(const Passage& prompt, const Passage& reply) {
  SAMI_CHECK(IsChat(prompt) == IsChat(reply));
  SAMI_CHECK(!IsBlank(prompt));
  if (!IsChat(prompt)) return;
  SAMI_CHECK(CheckPromptMessages(std::get<std::vector<Message>>(prompt), "prompt").ok());
  SAMI_CHECK(CheckReplyMessages(std::get<std::vector<Message>>(reply), "reply").ok());
}

void CheckQueries(const std::vector<Query>& queries) {
  std::set<std::string> ids;
  std::vector<std::string> texts;
  for (const Query& query : queries) {
    SAMI_CHECK(ids.insert(query.id).second) << query.id;
    SAMI_CHECK(CheckPromptMessages(query.messages, query.id).ok());
    texts.push_back(TextOf(query));
  }
  SAMI_CHECK_EQ(CountOverlap(texts, texts).exact, static_cast<int64_t>(texts.size()));
}

void CheckPrinciples(const std::vector<Principle>& principles) {
  std::set<std::string> ids;
  for (const Principle& principle : principles) {
    SAMI_CHECK(ids.insert(principle.id).second) << principle.id;
    SAMI_CHECK(!base::IsBlank(principle.text));
    SAMI_CHECK(!principle.antitheses.empty());
  }
}

// The reader's status, and what it promises of what it read.
template <typename Rows, typename Check>
absl::Status Checked(const absl::StatusOr<Rows>& rows, Check check) {
  if (!rows.ok()) return rows.status();
  check(*rows);
  return absl::OkStatus();
}

template <typename Row>
void CheckReplies(const std::vector<Row>& rows) {
  SAMI_CHECK(!rows.empty());
  for (const Row& row : rows) CheckPassages(row.prompt, row.completion);
}

using Reader = std::function<absl::Status(const std::string& path, Notes& notes)>;

const std::vector<Reader>& Readers() {
  const auto nonempty = [](const auto& rows) { SAMI_CHECK(!rows.empty()); };
  static const auto* const readers = new std::vector<Reader>{
      [](const std::string& path, Notes& notes) { return Checked(ReadQueries(path, notes), CheckQueries); },
      [](const std::string& path, Notes& notes) { return Checked(ReadHhRlhfQueries(path, notes), CheckQueries); },
      [](const std::string& path, Notes& notes) {
        return Checked(ReadTldrQueries(path, TldrForm::kAllParts, notes), CheckQueries);
      },
      [](const std::string& path, Notes&) { return Checked(ReadIfEvalQueries(path), CheckQueries); },
      [](const std::string& path, Notes&) { return Checked(ReadMtBenchQueries(path), CheckQueries); },
      [](const std::string& path, Notes& notes) {
        return Checked(ReadPreferencePairs(path, notes), [](const std::vector<PreferencePair>& pairs) {
          for (const PreferencePair& pair : pairs) {
            SAMI_CHECK(pair.chosen != pair.rejected);
            CheckPassages(pair.prompt, pair.chosen);
            CheckPassages(pair.prompt, pair.rejected);
          }
        });
      },
      [](const std::string& path, Notes& notes) {
        return Checked(ReadDemonstrations(path, notes), CheckReplies<Demonstration>);
      },
      [](const std::string& path, Notes& notes) {
        return Checked(ReadLabelledCompletions(path, notes), CheckReplies<LabelledCompletion>);
      },
      [](const std::string& path, Notes&) {
        return Checked(ReadConstitutions(path), [](const Constitutions& constitutions) {
          SAMI_CHECK(constitutions.principles.empty() != constitutions.pairs.empty());
          CheckPrinciples(constitutions.principles);
        });
      },
      [=](const std::string& path, Notes&) { return Checked(ReadGsm8k(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadMtBenchReferenceAnswers(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadJudgePrompts(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadReleasedAnswers(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadReleasedVerdicts(path), nonempty); },
  };
  return *readers;
}

}  // namespace

int NumReaders() { return static_cast<int>(Readers().size()); }

bool ReadAndCheck(int reader, const std::string& path) {
  Notes notes;
  const absl::Status status = Readers()[reader](path, notes);
  if (!status.ok()) base::CheckOneLineError(status, path);
  for (const std::string& line : notes.Lines()) base::CheckOneLineError(absl::InvalidArgumentError(line), path);
  return status.ok();
}

}  // namespace datasets
