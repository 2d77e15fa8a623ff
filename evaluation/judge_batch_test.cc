// The command `judge` without a server: what it would ask, as a batch's file, and the answers of one.
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int exit_code;
  std::string said;  // stdout and stderr
};

class JudgeBatchTest : public ::testing::Test {
 protected:
  JudgeBatchTest() {
    Write("q.jsonl", R"({"question_id": 81, "category": "writing", "turns": ["Why?"]})");
    for (const char* model : {"x", "y"}) {
      Write(absl::StrCat(model, ".jsonl"),
            absl::StrCat(R"({"question_id": 81, "answer_id": "a", "model_id": ")", model,
                         R"(", "choices": [{"index": 0, "turns": ["So says )", model, R"("]}], "tstamp": 0})"));
    }
    // A key that is not there, and a server that is not there: neither is needed.
    Write("judge.textproto",
          R"(judge { endpoint { model: "m" extra: '{"fold_system": true}' } max_attempts: 2 temperature: 0.5 }
        access { base_url: "http://127.0.0.1:1" key_variable: "NO_SUCH_KEY" prompt_price: 1 completion_price: 2 })");
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  void Write(const std::string& name, const std::string& text) {
    ASSERT_OK(base::WriteFileAtomically(Path(name), text + "\n"));
  }

  Outcome Judge(const std::string& flags) const {
    const std::string command = absl::StrCat(base::Runfile("evaluation/judge"), " --questions=", Path("q.jsonl"),
                                             " --answers=", Path("x.jsonl"), " --answers=", Path("y.jsonl"),
                                             " --judge=", Path("judge.textproto"), " --out=", Path("j.jsonl"), " ",
                                             flags, " >", Path("said"), " 2>&1");
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), base::ReadFile(Path("said")).value_or("")};
  }

  // The answer to line `i` of the requests.
  std::string Answer(int i, const std::string& text) const {
    const auto lines = base::ReadJsonLines(Path("requests.jsonl"));
    const base::Json body = {{"choices", {{{"message", {{"content", text}}}, {"finish_reason", "stop"}}}},
                             {"usage", {{"prompt_tokens", 1000}, {"completion_tokens", 500}}}};
    const base::Json response = {{"status_code", 200}, {"body", body}};
    return base::Json{{"custom_id", lines->at(i).value.at("custom_id")}, {"response", response}}.dump();
  }

  const std::string folder_ = base::TestFolder();
};

TEST_F(JudgeBatchTest, ADryRunSaysWhatItCostsAndWritesNothing) {
  const Outcome dry = Judge("--dry_run");
  EXPECT_EQ(dry.exit_code, 0) << dry.said;
  EXPECT_THAT(dry.said, HasSubstr("2 requests are open: about "));
  EXPECT_THAT(dry.said, HasSubstr("at most 2048 of replies, cost about 0.0"));
  EXPECT_FALSE(base::FileExists(Path("j.exchanges.jsonl")));
  EXPECT_FALSE(base::FileExists(Path("j.jsonl")));
}

TEST_F(JudgeBatchTest, AFileOfRequestsIsWrittenAndItsAnswersAreJudged) {
  Outcome outcome = Judge("--batch_out=" + Path("requests.jsonl"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.said;
  ASSERT_OK_AND_ASSIGN(const auto requests, base::ReadJsonLines(Path("requests.jsonl")));
  ASSERT_EQ(requests.size(), 2);
  EXPECT_EQ(requests[0].value["body"]["messages"].size(), 1);
  EXPECT_FALSE(base::FileExists(Path("j.jsonl")));

  // One is a verdict, one is none: that is asked for again, once.
  Write("answers.jsonl", Answer(0, "[[A]]") + "\n" + Answer(1, "Well."));
  outcome = Judge("--batch_in=" + Path("answers.jsonl"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.said;
  EXPECT_THAT(outcome.said, HasSubstr("2 replies of the batch are recorded now"));
  EXPECT_THAT(outcome.said, HasSubstr("1 requests are open"));
  EXPECT_FALSE(base::FileExists(Path("j.jsonl")));
  outcome = Judge("--batch_out=" + Path("requests.jsonl"));
  EXPECT_THAT(outcome.said, HasSubstr("2 replies were recorded before.\n1 requests are open"));
  Write("answers.jsonl", Answer(0, "[[B]]"));
  outcome = Judge("--batch_in=" + Path("answers.jsonl"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.said;
  ASSERT_OK_AND_ASSIGN(const auto judgments, base::ReadJsonLines(Path("j.jsonl")));
  ASSERT_EQ(judgments.size(), 1);
  EXPECT_EQ(judgments[0].value["g1_winner"], "model_1");
  EXPECT_EQ(judgments[0].value["g2_winner"], "model_1");
  ASSERT_OK_AND_ASSIGN(const std::string costs, base::ReadFile(Path("j.costs.json")));
  const base::Json all = base::Json::parse(costs)["all_recorded"];
  EXPECT_EQ(all["replies"], 3);
  EXPECT_NEAR(all["cost"].get<double>(), 3 * (1000 * 1 + 500 * 2) / 1e6, 1e-12);
}

TEST_F(JudgeBatchTest, AnswersThatAreNoRepliesAreSaid) {
  Judge("--batch_out=" + Path("requests.jsonl"));
  const auto requests = base::ReadJsonLines(Path("requests.jsonl"));
  Write("answers.jsonl", base::Json{{"custom_id", requests->at(0).value.at("custom_id")},
                                    {"response", nullptr},
                                    {"error", {{"code", "batch_expired"}, {"message", "It took too long."}}}}
                             .dump());
  const Outcome outcome = Judge("--batch_in=" + Path("answers.jsonl"));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.said, HasSubstr("The first that is none: batch: status 500: It took too long."));
  EXPECT_EQ(Judge("--batch_in=" + Path("requests.jsonl")).exit_code, 2);
  EXPECT_THAT(Judge("--batch_out=" + Path("q.jsonl")).said, HasSubstr("would replace what is read"));
}

}  // namespace
}  // namespace evaluation
