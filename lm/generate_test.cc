// The command `generate` on an endpoint, as a user runs it and as a machine kills it.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace lm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  bool killed = false;
  int exit_code = -1;
  std::string errors;  // stderr
};

// Kills the command as soon as `is_time`, if ever.
Outcome Generate(const std::vector<std::string>& flags, const std::function<bool()>& is_time = nullptr) {
  const std::string binary = base::Runfile("lm/generate"), log = base::TestFolder() + "/stderr";
  std::vector<std::string> arguments = {binary};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(&argument[0]);
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, binary.c_str(), &actions, nullptr, argv.data(), environ), 0) << binary;
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (is_time) {
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (is_time()) kill(child, SIGKILL);
      absl::SleepFor(absl::Milliseconds(2));
    }
  } else {
    waitpid(child, &status, 0);
  }
  Outcome outcome;
  outcome.killed = WIFSIGNALED(status);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  outcome.errors = base::ReadFile(log).value_or("");
  return outcome;
}

std::string Prompts(int n) {
  std::string prompts;
  for (int i = 0; i < n; ++i) absl::StrAppend(&prompts, "{\"id\": ", i, ", \"prompt\": \"Say, ", i, "\"}\n");
  return prompts;
}

TEST(Generate, GoesOnAfterAKillWithoutAskingAgain) {
  constexpr int kPrompts = 30, kConcurrency = 3;
  FakeEndpointOptions serving;
  // Of those beyond it none is answered: so the command cannot end before it is killed.
  std::atomic<int> answers = 0, most = 0;
  serving.responder = [&](const FakeRequest& request) {
    for (const int mine = ++answers; mine > most;) absl::SleepFor(absl::Milliseconds(1));
    return FakeReply{"I say: " + request.prompt};
  };
  serving.key = "sk-secret-789";
  ASSERT_OK_AND_ASSIGN(const auto server, FakeEndpoint::Start(serving));
  setenv("GENERATE_TEST_KEY", serving.key.c_str(), 1);
  const std::string prompts = base::WriteTestFile("prompts.jsonl", Prompts(kPrompts)), out = prompts + ".out";
  const std::vector<std::string> flags = {"--endpoint=" + server->url(),
                                          "--model=m",
                                          "--chat",
                                          "--key_env=GENERATE_TEST_KEY",
                                          absl::StrCat("--concurrency=", kConcurrency),
                                          "--prompts=" + prompts,
                                          "--out=" + out,
                                          "--num_samples=2",
                                          "--top_k=5",
                                          "--stop=[\", 1\", \"nothing\"]"};
  for (const int requests : {10, 25}) {
    most = requests;
    const Outcome outcome = Generate(flags, [&] { return server->seen().requests > requests; });
    ASSERT_TRUE(outcome.killed) << outcome.errors;
    EXPECT_FALSE(base::FileExists(out));
    EXPECT_THAT(*base::ReadFile(out + ".partial"), Not(HasSubstr("secret")));
  }
  // While somebody else records in the file, nothing is asked.
  const int file = open((out + ".partial").c_str(), O_RDONLY);
  ASSERT_EQ(flock(file, LOCK_EX | LOCK_NB), 0);
  const int64_t requests = server->seen().requests;
  EXPECT_THAT(Generate(flags).errors, HasSubstr("prompts.jsonl.out.partial: another process records in it"));
  EXPECT_EQ(server->seen().requests, requests);
  close(file);
  most = INT_MAX;
  const Outcome outcome = Generate(flags);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, Not(HasSubstr("secret")));
  ASSERT_OK_AND_ASSIGN(const std::vector<base::JsonLine> lines, base::ReadJsonLines(out));
  ASSERT_EQ(lines.size(), 2 * kPrompts);
  for (int i = 0; i < 2 * kPrompts; ++i) {
    const int prompt = i / 2;
    const bool is_cut = absl::StartsWith(absl::StrCat(prompt), "1");
    EXPECT_EQ(lines[i].value["id"], prompt);
    EXPECT_EQ(lines[i].value["sample"], i % 2);
    EXPECT_EQ(lines[i].value["text"], is_cut ? "I say: Say" : absl::StrCat("I say: Say, ", prompt));
    EXPECT_EQ(lines[i].value["tokens"], is_cut ? 3 : 4);
  }
  const FakeEndpoint::Seen seen = server->seen();
  // At each of two kills, what was on its way is lost, and no more.
  EXPECT_EQ(seen.bodies.size(), 2 * kPrompts);
  EXPECT_LE(seen.requests, 2 * kPrompts + 2 * kConcurrency);
  const base::Json body = base::Json::parse(seen.bodies.begin()->first);
  EXPECT_EQ(body["top_k"], 5);
  EXPECT_EQ(body["stop"], base::Json({", 1", "nothing"}));
  EXPECT_FALSE(body.contains("min_p") || body.contains("repetition_penalty"));
}

TEST(Generate, SaysWhatIsWrongAndLosesNothing) {
  FakeEndpointOptions serving;
  ASSERT_OK_AND_ASSIGN(serving.responder,
                       Script(R"({"contains": "Say, 1", "reply": "No.", "status": 500})", "script", Echo()));
  ASSERT_OK_AND_ASSIGN(const auto server, FakeEndpoint::Start(serving));
  const std::string prompts = base::WriteTestFile("prompts.jsonl", Prompts(4)), out = prompts + ".out";
  std::vector<std::string> flags = {"--endpoint=http://127.0.0.1:1", "--model=m", "--max_tries=1",
                                    "--prompts=" + prompts, "--out=" + out};
  Outcome outcome = Generate(flags);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("4 of 4 texts are missing"));
  EXPECT_THAT(outcome.errors, HasSubstr("http://127.0.0.1:1/v1/completions: cannot be reached"));
  flags[0] = "--endpoint=" + server->url();
  outcome = Generate(flags);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("1 of 4 texts are missing"));
  EXPECT_THAT(outcome.errors,
              HasSubstr("prompts.jsonl:2, sample 0: " + server->url() + "/completions: status 500: No."));
  FakeEndpointOptions sound;
  ASSERT_OK_AND_ASSIGN(const auto other, FakeEndpoint::Start(sound));
  flags[0] = "--endpoint=" + other->url();
  outcome = Generate(flags);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(other->seen().requests, 1);
  ASSERT_OK_AND_ASSIGN(const std::vector<base::JsonLine> lines, base::ReadJsonLines(out));
  EXPECT_EQ(lines.size(), 4);
}

TEST(Generate, RefusesWrongUse) {
  const auto run = [](std::vector<std::string> flags) { return Generate(flags); };
  const Outcome both = run({"--endpoint=http://h", "--model=m", "--model_dir=d", "--prompts=p", "--out=o"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.errors, HasSubstr("--model_dir or --endpoint, not both"));
  const Outcome key = run({"--endpoint=http://h", "--model=m", "--key_env=NOT_SET_HERE", "--prompts=p", "--out=o"});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_THAT(key.errors, HasSubstr("the environment has no variable NOT_SET_HERE"));
  const Outcome extra = run({"--endpoint=http://h", "--model=m", "--prompts=p", "--out=o", "--extra_body=3"});
  EXPECT_EQ(extra.exit_code, 2);
  EXPECT_THAT(extra.errors, HasSubstr("--extra_body must be a JSON object"));
}

TEST(Generate, AsksByTheFilesOfABatch) {
  const std::string out = base::TestFolder() + "/out.jsonl", requests = base::TestFolder() + "/requests.jsonl";
  const std::vector<std::string> flags = {"--endpoint=http://127.0.0.1:1", "--model=m", "--chat", "--out=" + out,
                                          "--prompts=" + base::WriteTestFile("prompts.jsonl", Prompts(2))};
  const auto with = [&](const std::string& flag) {
    std::vector<std::string> all = flags;
    all.push_back(flag);
    return Generate(all);
  };
  EXPECT_EQ(with("--batch_out=" + requests).exit_code, 0);
  ASSERT_OK_AND_ASSIGN(const auto lines, base::ReadJsonLines(requests));
  ASSERT_EQ(lines.size(), 2);
  std::string answers;
  for (const base::JsonLine& line : lines) {
    const base::Json choice = {{"message", {{"content", "It is so."}}}, {"finish_reason", "stop"}};
    const base::Json body = {{"choices", base::Json::array({choice})}};
    answers += base::Json{{"custom_id", line.value["custom_id"]}, {"response", {{"status_code", 200}, {"body", body}}}}
                   .dump() +
               "\n";
  }
  EXPECT_EQ(with("--batch_in=" + base::WriteTestFile("answers.jsonl", answers)).exit_code, 0);
  ASSERT_OK_AND_ASSIGN(const auto texts, base::ReadJsonLines(out));
  ASSERT_EQ(texts.size(), 2);
  EXPECT_EQ(texts[1].value["text"], "It is so.");
  EXPECT_EQ(with("--batch_out=" + base::TestFolder() + "/prompts.jsonl").exit_code, 2);
}

}  // namespace
}  // namespace lm
