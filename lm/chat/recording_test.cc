#include "lm/chat/recording.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/testing/scripted_model.h"

namespace lm {
namespace {

using ::base::IsOk;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Inquiry Ask(const std::string& text, int64_t repeat = 0) {
  Inquiry inquiry;
  inquiry.prompt_name = "pair";
  inquiry.request.messages = {{"system", "s"}, {"user", text}};
  inquiry.repeat = repeat;
  return inquiry;
}

absl::StatusOr<std::string> Echo(const ChatRequest& request) { return "said " + request.messages[1].content; }

std::vector<std::string> Texts(const absl::StatusOr<std::vector<absl::StatusOr<ChatReply>>>& replies) {
  std::vector<std::string> texts;
  if (!replies.ok()) return {std::string(replies.status().message())};
  for (const auto& reply : *replies) texts.push_back(reply.ok() ? reply->text : std::string(reply.status().message()));
  return texts;
}

TEST(ExchangeIdTest, IsOfAllThatAReplyDependsOn) {
  const std::string id = ExchangeId("m", Ask("x"));
  EXPECT_THAT(id, SizeIs(64));
  EXPECT_EQ(ExchangeId("m", Ask("x")), id);
  EXPECT_NE(ExchangeId("n", Ask("x")), id);
  const auto changed = [&](void (*change)(Inquiry&)) {
    Inquiry inquiry = Ask("x");
    change(inquiry);
    return ExchangeId("m", inquiry);
  };
  EXPECT_NE(changed([](Inquiry& i) { i.prompt_name = "other"; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.repeat = 1; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.round = 1; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.extra = "{}"; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.messages[0].content = "t"; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.messages[1].role = "assistant"; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.temperature = 1e-9; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.top_p = 0.5; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.max_tokens = 1; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.stop = {"x"}; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.seed = 0; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.top_k = 0; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.min_p = 0; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.repetition_penalty = 1; }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request.stream = ReplyStream(); }), id);
  EXPECT_NE(changed([](Inquiry& i) { i.request = {{}, {1, 2}}; }), changed([](Inquiry& i) { i.request = {{}, {12}}; }));
}

TEST(RecordingTest, OnlyWhatIsMissingIsAsked) {
  const std::string path = TestFolder() + "/deep/e.jsonl";
  ScriptedModel model(Echo);
  {
    ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
    EXPECT_THAT(Texts(recording->Ask({Ask("a"), Ask("b"), Ask("a")})), ElementsAre("said a", "said b", "said a"));
    EXPECT_THAT(model.asked(), SizeIs(2));
    EXPECT_THAT(Texts(recording->Ask({Ask("b"), Ask("c")})), ElementsAre("said b", "said c"));
    EXPECT_THAT(model.asked(), SizeIs(3));
    EXPECT_EQ(recording->counts().asked, 3);
    EXPECT_EQ(recording->counts().recorded, 1);
    EXPECT_EQ(recording->counts().completion_tokens, 6);
  }
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  EXPECT_THAT(Texts(recording->Ask({Ask("a"), Ask("c"), Ask("a", 1)})), ElementsAre("said a", "said c", "said a"));
  EXPECT_THAT(model.asked(), SizeIs(4));  // another repeat is another question
}

TEST(RecordingTest, ALineIsOnDiskBeforeTheNextReply) {
  const std::string path = TestFolder() + "/e.jsonl";
  std::vector<size_t> lines;
  ScriptedModel model([&](const ChatRequest& request) {
    const std::string text = *base::ReadFile(path);
    lines.push_back(std::count(text.begin(), text.end(), '\n'));
    return Echo(request);
  });
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  ASSERT_OK(recording->Ask({Ask("a"), Ask("b"), Ask("c")}));
  EXPECT_THAT(lines, ElementsAre(0, 1, 2));
}

TEST(RecordingTest, FailuresAreNotRecordedAndAreAskedAgain) {
  const std::string path = TestFolder() + "/e.jsonl";
  bool works = false;
  ScriptedModel model([&](const ChatRequest& request) -> absl::StatusOr<std::string> {
    if (!works && request.messages[1].content == "b") return absl::UnavailableError("key abc at host:1");
    return Echo(request);
  });
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  EXPECT_THAT(Texts(recording->Ask({Ask("a"), Ask("b")})), ElementsAre("said a", "key abc at host:1"));
  EXPECT_EQ(recording->counts().unanswered, 1);
  EXPECT_THAT(*base::ReadFile(path), Not(HasSubstr("abc")));
  works = true;
  EXPECT_THAT(Texts(recording->Ask({Ask("a"), Ask("b")})), ElementsAre("said a", "said b"));
  EXPECT_THAT(model.asked(), SizeIs(3));
}

TEST(RecordingTest, ALastLineThatWasBrokenOffIsCutAndAskedAgain) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK((*Recording::Open(path, &model))->Ask({Ask("b"), Ask("a")}));
  const std::string whole = *base::ReadFile(path);
  const size_t second = whole.find('\n') + 1;
  for (const size_t length : {second + 1, second + 20, whole.size() - 2}) {
    ASSERT_OK(base::WriteFileAtomically(path, whole.substr(0, length)));
    ASSERT_OK_AND_ASSIGN(const auto replay, Recording::Replay(path, ""));
    EXPECT_THAT(replay->note(), HasSubstr("e.jsonl:2: the last line was broken off and is passed over; 1 lines"));
    EXPECT_EQ(*base::ReadFile(path), whole.substr(0, length));
    ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
    EXPECT_THAT(recording->note(), HasSubstr("e.jsonl:2: the last line was broken off and is cut; 1 lines are kept"));
    EXPECT_EQ(*base::ReadFile(path), whole.substr(0, second));
    EXPECT_THAT(Texts(recording->Ask({Ask("a"), Ask("b")})), ElementsAre("said a", "said b"));
    EXPECT_EQ(recording->counts().asked, 1);
    EXPECT_EQ(*base::ReadFile(path), whole);
  }
  // Without its line break only: nothing is lost.
  ASSERT_OK(base::WriteFileAtomically(path, whole.substr(0, whole.size() - 1)));
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  EXPECT_THAT(recording->note(), IsEmpty());
  EXPECT_EQ(*base::ReadFile(path), whole);
  ASSERT_OK(recording->Ask({Ask("a"), Ask("b")}));
  EXPECT_EQ(recording->counts().asked, 0);
}

TEST(RecordingTest, OtherBrokenOrChangedLinesAreRefusedWithTheirPlace) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK((*Recording::Open(path, &model))->Ask({Ask("b"), Ask("a")}));
  const std::string whole = *base::ReadFile(path);
  const auto open = [&](const std::string& from, const std::string& to) {
    return Recording::Open(WriteTestFile("f.jsonl", absl::StrReplaceAll(whole, {{from, to}})), &model).status();
  };
  constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(open("", ""), IsOk());
  EXPECT_THAT(open("\"content\":\"a\"", "\"content\":\"z\""),
              StatusIs(kInvalid, HasSubstr("f.jsonl:1: the exchange does not fit its id")));
  EXPECT_THAT(open("\"repeat\":0", "\"repeat\":1"), StatusIs(kInvalid, HasSubstr("does not fit its id")));
  EXPECT_THAT(open("\"reply\":{", "\"reply\":{{"), StatusIs(kInvalid, HasSubstr("f.jsonl:1: not valid JSON")));
  EXPECT_THAT(open("\"text\"", "\"txt\""), StatusIs(kInvalid, HasSubstr("\"text\" is missing")));
}

// A file that was never ours stays as it is, though its last line has no end.
TEST(RecordingTest, AFileOfSomebodyElseIsNotCut) {
  ScriptedModel model(Echo);
  for (const char* text : {"mine", "mine\n", "{\"id\": \"mine", "[1]\n", "\n{}"}) {
    const std::string path = WriteTestFile("mine", text);
    EXPECT_THAT(Recording::Open(path, &model), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("mine:")))
        << text;
    EXPECT_EQ(*base::ReadFile(path), text);
  }
}

TEST(RecordingTest, RepliesToOtherRequestsAreNamedWhereTheyMustNotBe) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  Inquiry warm = Ask("a");
  warm.request.temperature = 0.5;
  ASSERT_OK(recording->Ask({Ask("b"), Ask("a"), warm}));
  EXPECT_OK(recording->CheckHoldsOnly({warm, Ask("a"), Ask("b"), Ask("c")}));
  const auto refused = [](const char* text) {
    return StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(text));
  };
  // The last was answered first.
  EXPECT_THAT(recording->CheckHoldsOnly({Ask("a"), Ask("b")}),
              refused("e.jsonl:1: is the reply to another request: temperature was 0.5 and is 0.0"));
  EXPECT_THAT(recording->CheckHoldsOnly({Ask("a"), warm}),
              refused("e.jsonl:3: is the reply to another request; go on"));
}

TEST(RecordingTest, OneAtATimeRecordsInAFile) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  {
    ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
    ASSERT_OK(recording->Ask({Ask("a")}));
    EXPECT_THAT(Recording::Open(path, &model),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("e.jsonl: another process records in it")));
    EXPECT_OK(Recording::Replay(path, ""));
  }
  EXPECT_OK(Recording::Open(path, &model));
}

// Who waits has what the other recorded.
TEST(RecordingTest, TheNextOneWaitsWhereItIsTold) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK_AND_ASSIGN(auto first, Recording::Open(path, &model));
  std::atomic<bool> is_open = false;
  std::thread next([&] {
    ASSERT_OK_AND_ASSIGN(const auto second, Recording::Open(path, &model, Recording::Busy::kWait));
    is_open = true;
    EXPECT_TRUE(second->Holds(Ask("a")));
  });
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_FALSE(is_open);
  ASSERT_OK(first->Ask({Ask("a")}));
  first.reset();
  next.join();
  EXPECT_TRUE(is_open);
}

TEST(RecordingTest, RepeatedLinesAreTakenOnceTheFirstCounts) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK((*Recording::Open(path, &model))->Ask({Ask("a")}));
  const std::string line = *base::ReadFile(path);
  const std::string other = absl::StrReplaceAll(line, {{"said a", "said later"}});
  ASSERT_OK(base::WriteFileAtomically(path, absl::StrCat(line, "\n", other, line)));
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Replay(path, ""));
  EXPECT_THAT(Texts(recording->Ask({Ask("a")})), ElementsAre("said a"));
}

TEST(ReplayTest, SaysWhatWasRecordedAndNamesWhatItLacks) {
  const std::string path = TestFolder() + "/e.jsonl";
  // Bytes that no JSON file can hold are the same when they are first heard.
  ScriptedModel model([](const ChatRequest& request) { return *Echo(request) + "\xff\x01\xE2\x82\xAC\n"; });
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(path, &model));
  const std::vector<std::string> live = Texts(recording->Ask({Ask("a"), Ask("b", 2)}));
  const std::string recorded = *base::ReadFile(path);
  ASSERT_OK_AND_ASSIGN(const auto replay, Recording::Replay(path, ""));
  EXPECT_EQ(replay->model(), "scripted");
  EXPECT_EQ(Texts(replay->Ask({Ask("a"), Ask("b", 2)})), live);
  const std::vector<std::string> lacking = Texts(replay->Ask({Ask("c")}));
  EXPECT_THAT(lacking[0], HasSubstr(absl::StrCat("lacks the exchange ", ExchangeId("scripted", Ask("c")))));
  EXPECT_EQ(replay->counts().unanswered, 1);
  EXPECT_EQ(*base::ReadFile(path), recorded);
  EXPECT_THAT(Recording::Replay(path + "x", ""), StatusIs(absl::StatusCode::kNotFound, HasSubstr("e.jsonlx")));
  EXPECT_THAT(Recording::Replay(WriteTestFile("empty.jsonl", ""), ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has no exchange")));
}

// Lets files grow no further than `bytes`, as a full disk does.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_;
};

TEST(RecordingTest, AFullDiskIsAnErrorOfAllAndWhatWasWrittenStays) {
  const std::string path = TestFolder() + "/e.jsonl";
  ScriptedModel model(Echo);
  ASSERT_OK_AND_ASSIGN(auto recording, Recording::Open(path, &model));
  ASSERT_OK(recording->Ask({Ask("a")}));
  const std::string first = *base::ReadFile(path);
  absl::Status status;
  {
    const FullDisk full(first.size() + 10);
    status = recording->Ask({Ask("b"), Ask("c")}).status();
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("e.jsonl: cannot be written")));
  EXPECT_THAT(model.asked(), SizeIs(2));  // nothing more was paid for
  recording = nullptr;
  ASSERT_OK_AND_ASSIGN(const auto again, Recording::Open(path, &model));
  EXPECT_EQ(*base::ReadFile(path), first);
  EXPECT_THAT(Texts(again->Ask({Ask("a")})), ElementsAre("said a"));
}

}  // namespace
}  // namespace lm
