// Awkward and mutated files for every reader: refused in one readable line that names the file, or read as promised.
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/testing.h"
#include "base/text.h"
#include "datasets/constitutions/constitution_files.h"
#include "datasets/fuzz/files.h"
#include "datasets/mt_bench/judge_prompts.h"
#include "datasets/mt_bench/questions.h"
#include "datasets/overlap/overlap.h"
#include "datasets/preference/demonstrations.h"
#include "datasets/preference/preference.h"
#include "datasets/queries/queries.h"
#include "datasets/queries/sources.h"
#include "datasets/queries/tldr.h"
#include "datasets/records/records.h"
#include "datasets/records/text_file.h"
#include "datasets/released/released.h"

namespace datasets {
namespace {

using ::testing::Each;
using ::testing::Gt;

void CheckPassages(const Passage& prompt, const Passage& reply) {
  EXPECT_EQ(IsChat(prompt), IsChat(reply));
  EXPECT_FALSE(IsBlank(prompt));
  if (!IsChat(prompt)) return;
  EXPECT_OK(CheckPromptMessages(std::get<std::vector<Message>>(prompt), "prompt"));
  EXPECT_OK(CheckReplyMessages(std::get<std::vector<Message>>(reply), "reply"));
}

void CheckQueries(const std::vector<Query>& queries) {
  std::set<std::string> ids;
  std::vector<std::string> texts;
  for (const Query& query : queries) {
    EXPECT_TRUE(ids.insert(query.id).second) << query.id;
    EXPECT_OK(CheckPromptMessages(query.messages, query.id));
    texts.push_back(TextOf(query));
  }
  EXPECT_EQ(CountOverlap(texts, texts).exact, static_cast<int64_t>(texts.size()));
}

void CheckPrinciples(const std::vector<Principle>& principles) {
  std::set<std::string> ids;
  for (const Principle& principle : principles) {
    EXPECT_TRUE(ids.insert(principle.id).second) << principle.id;
    EXPECT_FALSE(base::IsBlank(principle.text));
    ASSERT_FALSE(principle.antitheses.empty());
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
  EXPECT_FALSE(rows.empty());
  for (const Row& row : rows) CheckPassages(row.prompt, row.completion);
}

using Reader = std::function<absl::Status(const std::string& path, Notes& notes)>;

std::vector<Reader> Readers() {
  const auto nonempty = [](const auto& rows) { EXPECT_FALSE(rows.empty()); };
  return {
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
            EXPECT_NE(pair.chosen, pair.rejected);
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
          EXPECT_NE(constitutions.principles.empty(), constitutions.pairs.empty());
          CheckPrinciples(constitutions.principles);
        });
      },
      [=](const std::string& path, Notes&) { return Checked(ReadMtBenchReferenceAnswers(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadJudgePrompts(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadReleasedAnswers(path), nonempty); },
      [=](const std::string& path, Notes&) { return Checked(ReadReleasedVerdicts(path), nonempty); },
  };
}

void CheckLine(const std::string& line, const std::string& path) {
  EXPECT_TRUE(absl::StrContains(line, path)) << line;
  EXPECT_LT(line.size(), 2000);
  for (const char c : line) EXPECT_FALSE(static_cast<unsigned char>(c) < ' ' || c == '\x7f') << base::Printable(line);
}

class ReadersFuzzTest : public ::testing::Test {
 protected:
  // Has every reader read the file; how many took it.
  int Read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    int taken = 0;
    for (size_t i = 0; i < readers_.size(); ++i) {
      Notes notes;
      const absl::Status status = readers_[i](path_, notes);
      taken += status.ok();
      taken_[i] += status.ok();
      if (!status.ok()) {
        EXPECT_TRUE(absl::IsInvalidArgument(status)) << status.ToString();
        CheckLine(std::string(status.message()), path_);
      }
      for (const std::string& line : notes.Lines()) CheckLine(line, path_);
    }
    return taken;
  }

  const std::string path_ = base::TestFolder() + "/file";
  const std::vector<Reader> readers_ = Readers();
  std::vector<int> taken_ = std::vector<int>(readers_.size(), 0);  // files that each reader took
};

TEST_F(ReadersFuzzTest, EverySeedIsReadBySomebody) {
  for (const std::string& seed : SeedFiles()) EXPECT_GE(Read(seed), 1) << seed;
}

TEST_F(ReadersFuzzTest, AwkwardFiles) {
  for (const std::string& content : AwkwardFiles()) {
    SCOPED_TRACE(base::Printable(content.substr(0, 100)));
    Read(content);
  }
}

// Always the same files.
TEST_F(ReadersFuzzTest, MutatedFiles) {
  for (uint64_t i = 0; i < 2000 && !HasFailure(); ++i) {
    base::RandomStream stream(1, "datasets/fuzz", i);
    const std::string content = Mutated(SeedFiles()[i % SeedFiles().size()], stream);
    SCOPED_TRACE(absl::StrCat("file ", i, ": ", base::Printable(content.substr(0, 1000))));
    Read(content);
  }
  // Some mutations change a text alone, so that what each reader promises of what it takes is tried as well.
  EXPECT_THAT(taken_, Each(Gt(0)));
}

}  // namespace
}  // namespace datasets
