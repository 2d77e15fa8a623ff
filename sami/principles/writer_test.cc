#include "sami/principles/writer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "datasets/constitutions/constitutions.h"
#include "lm/chat/recording.h"
#include "lm/testing/scripted_model.h"
#include "sami/principles/written.h"

namespace sami {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Entry(const std::string& name, const std::string& principle, const std::string& antithesis) {
  return absl::StrCat(R"({"name": ")", name, R"(", "principle": ")", principle, R"(", "antithesis": ")", antithesis,
                      R"(", "relevant_for": ["math"]})");
}

// A model that replies in turn, and the recording through which it is asked.
class Scripted {
 public:
  explicit Scripted(std::vector<absl::StatusOr<std::string>> replies)
      : replies_(std::move(replies)),
        model_([this](const lm::ChatRequest&) { return replies_.at(model_.asked().size() - 1); }),
        path_(base::WriteTestFile(absl::StrCat("replies", ++count_, ".jsonl"), "")),
        recording_(*lm::Recording::Open(path_, &model_)) {}

  const std::vector<lm::ChatRequest>& asked() const { return model_.asked(); }
  lm::Recording& recording() { return *recording_; }
  const std::string& path() const { return path_; }

 private:
  static int count_;

  const std::vector<absl::StatusOr<std::string>> replies_;
  lm::ScriptedModel model_;
  const std::string path_;
  const std::unique_ptr<lm::Recording> recording_;
};

int Scripted::count_ = 0;

WriterOptions Options(int64_t count) {
  WriterOptions options;
  options.task = "Answer questions about numbers.";
  options.count = count;
  options.limits.categories = {"math", "coding"};
  return options;
}

TEST(WrittenTest, ListsAreFoundInWhateverIsAroundThem) {
  std::vector<datasets::Principle> principles;
  EXPECT_OK(AddWrittenPrinciples("Sure! Here they are:\n```json\n[" +
                                     Entry("steps", "Show\\n  the steps.", "Hide them.") + "]\n```\nAnything else?",
                                 {}, &principles));
  ASSERT_THAT(principles, SizeIs(1));
  EXPECT_EQ(principles[0].id, "steps");
  EXPECT_EQ(principles[0].text, "Show the steps.");
  EXPECT_THAT(principles[0].antitheses, ElementsAre("Hide them."));
  EXPECT_THAT(principles[0].relevant_for, ElementsAre("math"));
}

TEST(WrittenTest, WhatIsUnusableIsLeftOutAndSaid) {
  PrincipleLimits limits;
  limits.categories = {"math"};
  limits.max_characters = 20;
  const std::string good = Entry("good", "Show the steps.", "Hide them.");
  const auto expect_out = [&](const std::string& entry, const std::string& problem) {
    std::vector<datasets::Principle> principles;
    EXPECT_THAT(AddWrittenPrinciples(absl::StrCat("[", good, ", ", entry, "]"), limits, &principles),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("entry 2"), HasSubstr(problem))));
    EXPECT_THAT(principles, SizeIs(1)) << entry;
  };
  expect_out("7", "is no object");
  expect_out(R"({"principle": "Be brief."})", "no text \"antithesis\"");
  expect_out(R"({"principle": 1, "antithesis": "Be long."})", "no text \"principle\"");
  expect_out(Entry("a", "", "Be long."), "of 0 characters");
  expect_out(Entry("a", "...", "Be long."), "letters");
  expect_out(Entry("a", "Be brief.", "Be as long as you possibly can."), "of 31 characters");
  expect_out(Entry("a", "Be \\u0007 brief.", "Be long."), "control characters");
  expect_out(Entry("a", "Be brief.", "be BRIEF!"), "what its principle says");
  expect_out(Entry("a", "hide   them", "Show more."), "repeats");
  expect_out(good, "repeats");
  expect_out(absl::StrReplaceAll(Entry("a", "Be brief.", "Be long."), {{"math", "maths"}}), "unknown category");
  expect_out(absl::StrReplaceAll(Entry("a", "Be brief.", "Be long."), {{"[\"math\"]", "\"math\""}}), "no list");

  std::vector<datasets::Principle> principles;
  for (const char* reply : {"", "no list", "] [", "[", "[{]", "[]", "[\xff]"}) {
    EXPECT_THAT(AddWrittenPrinciples(reply, limits, &principles), StatusIs(absl::StatusCode::kInvalidArgument, Not("")))
        << reply;
  }
  EXPECT_THAT(principles, IsEmpty());
}

TEST(WrittenTest, NamesAreUniqueAndPlain) {
  std::vector<datasets::Principle> principles;
  EXPECT_OK(AddWrittenPrinciples(
      absl::StrCat("[", Entry("a", "Do a.", "Don't a."), ",", Entry("a", "Do b.", "Don't b."), ",",
                   Entry("p 3", "Do c.", "Don't c."), ",", R"({"principle": "Do d.", "antithesis": "Don't d."})", "]"),
      {}, &principles));
  std::vector<std::string> names;
  for (const auto& principle : principles) names.push_back(principle.id);
  EXPECT_THAT(names, ElementsAre("a", "p2", "p3", "p4"));
}

TEST(WrittenTest, TheFileIsReadByTheDataStage) {
  std::vector<datasets::Principle> principles;
  ASSERT_OK(AddWrittenPrinciples(absl::StrCat("[", Entry("z", "Say \\\"why\\\".", "Don't \\u2013 ever."), ",",
                                              R"({"name": "a", "principle": "Do d.", "antithesis": "Don't d."})", "]"),
                                 {}, &principles));
  const std::string path = base::WriteTestFile("constitution.json", ConstitutionFile(principles));
  ASSERT_OK_AND_ASSIGN(const std::vector<datasets::Principle> read, datasets::ReadPrinciples(path));
  ASSERT_THAT(read, SizeIs(2));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].id, principles[i].id);
    EXPECT_EQ(read[i].text, principles[i].text);
    EXPECT_EQ(read[i].antitheses, principles[i].antitheses);
    EXPECT_EQ(read[i].relevant_for, principles[i].relevant_for);
  }
}

TEST(WriterTest, AsksForWhatIsMissingAndSaysWhy) {
  Scripted model({"I would rather not.",
                  absl::StrCat("[", Entry("a", "Do a.", "Don't a."), ",", Entry("b", "Do a!", "Do b."), "]"),
                  absl::StrCat("[", Entry("b", "Do b.", "Don't b."), ",", Entry("c", "Do c.", "Don't c."), ",",
                               Entry("d", "Do d.", "Don't d."), "]")});
  std::vector<std::string> problems;
  ASSERT_OK_AND_ASSIGN(const auto principles, WritePrinciples(Options(3), model.recording(), &problems));
  ASSERT_THAT(principles, SizeIs(3));
  EXPECT_EQ(principles[2].id, "c");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("holds no JSON list"), HasSubstr("entry 2 repeats")));
  ASSERT_THAT(model.asked(), SizeIs(3));
  const auto asked = [&](size_t i) { return model.asked()[i].messages[0].content; };
  EXPECT_THAT(asked(0), AllOf(HasSubstr("Write 3 principles"), HasSubstr("about numbers."), HasSubstr("math, coding"),
                              Not(HasSubstr("earlier reply"))));
  EXPECT_THAT(asked(1), AllOf(HasSubstr("Write 3 principles"), HasSubstr("holds no JSON list")));
  EXPECT_THAT(asked(2), AllOf(HasSubstr("Write 2 principles"), HasSubstr("- Do a. / Don't a."), HasSubstr("repeats")));
  EXPECT_EQ(model.asked()[2].seed, 2);
}

TEST(WriterTest, GivesUp) {
  std::vector<std::string> problems;
  WriterOptions options = Options(2);
  options.replies = 2;
  Scripted silent({"no", "[" + Entry("a", "Do a.", "Don't a.") + "]"});
  EXPECT_THAT(
      WritePrinciples(options, silent.recording(), &problems),
      StatusIs(absl::StatusCode::kUnavailable, AllOf(HasSubstr("1 usable principles of 2 in 2 replies"),
                                                     HasSubstr("; it said \""), HasSubstr("give another seed"))));
  EXPECT_THAT(silent.asked(), SizeIs(2));
  Scripted broken({absl::DeadlineExceededError("no answer for a minute")});
  EXPECT_THAT(WritePrinciples(options, broken.recording(), &problems),
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasSubstr("a minute")));
  for (const auto& spoil : std::vector<std::function<void(WriterOptions&)>>{[](WriterOptions& o) { o.task = " \n"; },
                                                                            [](WriterOptions& o) { o.count = 0; },
                                                                            [](WriterOptions& o) { o.replies = 0; }}) {
    WriterOptions bad = Options(2);
    spoil(bad);
    EXPECT_THAT(WritePrinciples(bad, silent.recording(), &problems).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, Not("")));
  }
}

// Each reply is on disk before the next question: whatever ends the writer, it asks only for what is missing.
TEST(WriterTest, GoesOnWithTheRepliesThatAreThere) {
  const std::string usable = "[" + Entry("a", "Do a.", "Don't \\u2028 a.") + "]";
  Scripted whole({"nothing", usable});
  std::vector<std::string> problems;
  ASSERT_OK_AND_ASSIGN(const auto principles, WritePrinciples(Options(1), whole.recording(), &problems));
  ASSERT_OK_AND_ASSIGN(const std::string recorded, base::ReadFile(whole.path()));

  Scripted cut({"nothing", absl::UnavailableError("the line is dead")});
  EXPECT_FALSE(WritePrinciples(Options(1), cut.recording(), &problems).ok());
  const std::string torn = absl::StrCat(*base::ReadFile(cut.path()), "{\"id\":\"12");
  int asked = 0;
  lm::ScriptedModel model([&](const lm::ChatRequest&) {
    ++asked;
    return usable;
  });
  const std::string path = base::WriteTestFile("torn.jsonl", torn);
  {
    ASSERT_OK_AND_ASSIGN(const auto recording, lm::Recording::Open(path, &model));
    ASSERT_OK_AND_ASSIGN(const auto again, WritePrinciples(Options(1), *recording, &problems));
    EXPECT_EQ(ConstitutionFile(again), ConstitutionFile(principles));
    EXPECT_EQ(asked, 1);
  }
  EXPECT_EQ(*base::ReadFile(path), recorded);

  // The recording says it all again, but to other options nothing.
  ASSERT_OK_AND_ASSIGN(const auto replay, lm::Recording::Replay(path, ""));
  ASSERT_OK_AND_ASSIGN(const auto replayed, WritePrinciples(Options(1), *replay, &problems));
  EXPECT_EQ(ConstitutionFile(replayed), ConstitutionFile(principles));
  WriterOptions other = Options(1);
  other.seed = 1;
  EXPECT_THAT(WritePrinciples(other, *replay, &problems),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("torn.jsonl: lacks the exchange")));
}

}  // namespace
}  // namespace sami
