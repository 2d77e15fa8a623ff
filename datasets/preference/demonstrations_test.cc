#include "datasets/preference/demonstrations.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
using Messages = std::vector<Message>;

const char kUser[] = R"({"role": "user", "content": "a"})";
const char kReply[] = R"({"role": "assistant", "content": "b"})";

absl::StatusOr<std::vector<Demonstration>> Demonstrations(const std::string& lines, Notes* notes = nullptr) {
  Notes unseen;
  return ReadDemonstrations(WriteTestFile("d.jsonl", lines), notes != nullptr ? *notes : unseen);
}

absl::StatusOr<std::vector<LabelledCompletion>> Labelled(const std::string& lines) {
  Notes notes;
  return ReadLabelledCompletions(WriteTestFile("k.jsonl", lines), notes);
}

TEST(DemonstrationsTest, Texts) {
  ASSERT_OK_AND_ASSIGN(const auto rows, Demonstrations(R"({"completion": " blue.", "prompt": "The sky is"})"));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].prompt, Passage("The sky is"));
  EXPECT_EQ(rows[0].completion, Passage(" blue."));
}

TEST(DemonstrationsTest, MessagesInEachForm) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(
      const auto rows,
      Demonstrations(absl::StrCat("{\"prompt\": [", kUser, "], \"completion\": [", kReply, "]}\n",  //
                                  "{\"prompt\": \"a\", \"completion\": [", kReply, "], \"messages\": null}\n",
                                  "{\"messages\": [", kUser, ", ", kReply, "], \"source\": 1}\n"),
                     &notes));
  ASSERT_THAT(rows, SizeIs(3));
  for (const Demonstration& row : rows) {
    EXPECT_EQ(row.prompt, Passage(Messages{{"user", "a"}}));
    EXPECT_EQ(row.completion, Passage(Messages{{"assistant", "b"}}));
  }
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("d.jsonl:3: the key \"source\" is passed over")));
}

TEST(DemonstrationsTest, OfADialogueTheLastAnswerIsLearned) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       Demonstrations(absl::StrCat("{\"messages\": [", kUser, ", ", kReply, ", ", kUser, ", ",
                                                   R"({"role": "assistant", "content": "c"})", "]}"),
                                      &notes));
  EXPECT_EQ(rows[0].prompt, Passage(Messages{{"user", "a"}, {"assistant", "b"}, {"user", "a"}}));
  EXPECT_EQ(rows[0].completion, Passage(Messages{{"assistant", "c"}}));
  EXPECT_EQ(notes.Count(kEarlierAnswers), 1);
}

TEST(DemonstrationsTest, BadRowsAreRefused) {
  const std::string good = R"({"prompt": "p", "completion": "c"})";
  const auto read = [&](const std::string& line) { return Demonstrations(good + "\n" + line); };
  EXPECT_THAT(read(R"({"text": "p c"})"),
              StatusIs(kInvalid, HasSubstr("d.jsonl:2: neither of \"messages\" and \"prompt\" with \"completion\": a "
                                           "row has one of the two; of a \"text\" it must be said")));
  EXPECT_THAT(read(absl::StrCat("{\"prompt\": \"p\", \"messages\": [", kUser, "]}")),
              StatusIs(kInvalid, HasSubstr("d.jsonl:2: both")));
  EXPECT_THAT(read(R"({"prompt": "p"})"), StatusIs(kInvalid, HasSubstr("the key \"completion\" is missing")));
  EXPECT_THAT(read(R"({"prompt": "p", "completions": "c"})"), StatusIs(kInvalid, HasSubstr("is it \"completion\"?")));
  EXPECT_THAT(read(R"({"prompt": "p", "completion": " "})"), StatusIs(kInvalid, HasSubstr("nothing to learn")));
  EXPECT_THAT(read(R"({"prompt": " ", "completion": "c"})"), StatusIs(kInvalid, HasSubstr("\"prompt\" must not be")));
  EXPECT_THAT(read(absl::StrCat("{\"prompt\": [", kUser, "], \"completion\": \"c\"}")),
              StatusIs(kInvalid, HasSubstr("\"prompt\" is messages, and what is said")));
  EXPECT_THAT(read(absl::StrCat("{\"messages\": [", kUser, "]}")),
              StatusIs(kInvalid, HasSubstr("the last of \"messages\" must be the assistant's")));
  EXPECT_THAT(read(absl::StrCat("{\"messages\": [", kReply, "]}")),
              StatusIs(kInvalid, HasSubstr("the last message must be the user's, and there is none")));
  EXPECT_THAT(read(absl::StrCat("{\"messages\": [", kUser, ", ", kReply, "]}")),
              StatusIs(kInvalid, HasSubstr("d.jsonl:2: this row is messages, and ")));
  EXPECT_THAT(Demonstrations("\n"), StatusIs(kInvalid, HasSubstr("the file is empty")));
}

TEST(LabelledCompletionsTest, AreRead) {
  ASSERT_OK_AND_ASSIGN(const auto rows, Labelled("{\"prompt\": \"p\", \"completion\": \"\", \"label\": false}\n"
                                                 "{\"prompt\": \"p\", \"completion\": \" c\", \"label\": true}\n"));
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_FALSE(rows[0].desirable);
  EXPECT_TRUE(rows[1].desirable);
  EXPECT_EQ(rows[1].completion, Passage(" c"));
}

TEST(LabelledCompletionsTest, BadRowsAreRefused) {
  EXPECT_THAT(Labelled(R"({"prompt": "p", "completion": "c", "label": 1})"),
              StatusIs(kInvalid, HasSubstr("k.jsonl:1: \"label\" must be true")));
  EXPECT_THAT(Labelled(R"({"prompt": "p", "completion": "c"})"), StatusIs(kInvalid, HasSubstr("\"label\" must be")));
  EXPECT_THAT(Labelled(R"({"prompt": "p", "completion": ["c"], "label": true})"),
              StatusIs(kInvalid, HasSubstr("k.jsonl:1: completion[0]: a message must be")));
}

}  // namespace
}  // namespace datasets
