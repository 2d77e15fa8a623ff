// Commands that pay for replies, killed at every record of their journal: in its place, and in the midst of it. Nothing
// that was written is asked for again, and the same command ends with the same bytes.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/crash/crash_testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;

struct Command {
  std::string program;
  std::vector<std::string> flags;  // without those that name an output
  std::string journal;             // in the folder
  std::vector<std::string> products;
};

std::string Content(const std::string& folder, const std::string& name) {
  return base::ReadFile(absl::StrCat(folder, "/", name)).value_or(absl::StrCat("no ", name));
}

void KillAtEveryRecord(const Command& command, const lm::FakeEndpoint& server) {
  const auto run = [&](const std::string& folder, const std::map<std::string, std::string>& environment) {
    EXPECT_OK(base::MakeFolders(folder));
    std::vector<std::string> flags = command.flags;
    flags.push_back(absl::StrCat("--out=", folder, "/out.jsonl"));
    return Ended(StartProgram(command.program, flags, environment));
  };
  const auto contents = [&](const std::string& folder) {
    std::vector<std::string> all;
    for (const std::string& product : command.products) all.push_back(Content(folder, product));
    return all;
  };
  FaultKind writes;
  writes.calls = "write";
  const std::string whole = base::TestFolder() + "/whole", log = base::TestFolder() + "/calls";
  const Outcome unkilled = run(whole, FaultVariables(writes, 0, absl::StrCat(whole, "/", command.journal), log));
  ASSERT_EQ(unkilled.exit_code, 0) << unkilled.errors;
  const int records = CountCalls(writes, base::ReadFile(log).value_or(""));
  ASSERT_EQ(records, server.seen().requests);  // one at a time
  ASSERT_GE(records, 6);
  const std::vector<std::string> expected = contents(whole);
  for (const char* kind : {"kill", "torn"}) {
    writes.kind = kind;
    for (int n = 1; n <= records; ++n) {
      SCOPED_TRACE(absl::StrCat(command.program, ", ", kind, " at ", n, " of ", records));
      const std::string folder = base::TestFolder() + "/killed", journal = absl::StrCat(folder, "/", command.journal);
      EXPECT_TRUE(run(folder, FaultVariables(writes, n, journal)).killed);
      const std::string left = Content(folder, command.journal);
      EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), n - 1);
      EXPECT_EQ(absl::EndsWith(left, "\n") || left.empty(), writes.kind == "kill");
      EXPECT_FALSE(base::FileExists(folder + "/out.jsonl"));
      const int64_t before = server.seen().requests;
      const Outcome again = run(folder, {});
      EXPECT_EQ(again.exit_code, 0) << again.errors;
      EXPECT_EQ(server.seen().requests - before, records - (n - 1));
      EXPECT_EQ(contents(folder), expected);
      fs::remove_all(folder);
    }
  }
}

TEST(JournalCrashTest, Generate) {
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start({}));
  const std::string prompts =
      base::WriteTestFile("prompts.jsonl",
                          "{\"id\": 1, \"prompt\": \"Say, a\"}\n{\"id\": 2, \"prompt\": \"Say \\u00e9\"}\n{\"id\": 3, "
                          "\"prompt\": \"And what?\"}\n");
  KillAtEveryRecord({"lm/generate",
                     {"--endpoint=" + server->url(), "--model=m", "--chat", "--concurrency=1", "--prompts=" + prompts,
                      "--num_samples=2"},
                     "out.jsonl.partial",
                     {"out.jsonl"}},
                    *server);
}

TEST(JournalCrashTest, Judge) {
  lm::FakeEndpointOptions serving;
  serving.responder = lm::MarkJudge();
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(serving));
  std::string questions, a, b;
  for (int id = 1; id <= 3; ++id) {
    absl::StrAppend(&questions, "{\"question_id\": ", id, ", \"category\": \"math\", \"turns\": [\"q", id, "\"]}\n");
    for (auto& [model, text] : {std::pair("A", &a), std::pair("B", &b)}) {
      absl::StrAppend(text, "{\"question_id\": ", id, ", \"answer_id\": \"a\", \"model_id\": \"", model,
                      "\", \"choices\": [{\"index\": 0, \"turns\": [\"quality=", id * model[0] % 7,
                      "\"]}], \"tstamp\": 0.0}\n");
    }
  }
  const std::string judge = base::WriteTestFile(
      "judge.textproto",
      absl::StrCat("judge { endpoint { model: 'm' } } access { base_url: '", server->url(), "' concurrency: 1 }"));
  KillAtEveryRecord(
      {"evaluation/judge",
       {"--questions=" + base::WriteTestFile("q.jsonl", questions), "--answers=" + base::WriteTestFile("A.jsonl", a),
        "--answers=" + base::WriteTestFile("B.jsonl", b), "--judge=" + judge},
       "out.exchanges.jsonl",
       {"out.jsonl", "out.exchanges.jsonl", "out.annotations.json"}},
      *server);
}

}  // namespace
}  // namespace experiments
