#include "datasets/preference/preference.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
using Messages = std::vector<Message>;

// [{"role": ..., "content": ...}, ...]: one word a message, "u:sky" the user's, "a:blue" the assistant's, "s:"
// system's.
std::string List(const std::vector<std::string>& words) {
  std::string list = "[";
  for (const std::string& word : words) {
    const char* role = word[0] == 'u' ? "user" : word[0] == 'a' ? "assistant" : "system";
    absl::StrAppend(&list, list == "[" ? "" : ", ", "{\"role\": \"", role, "\", \"content\": \"", word.substr(2),
                    "\"}");
  }
  return list + "]";
}

std::string Row(const std::string& prompt, const std::string& chosen, const std::string& rejected) {
  return absl::StrCat("{", prompt.empty() ? "" : absl::StrCat("\"prompt\": ", prompt, ", "), "\"chosen\": ", chosen,
                      ", \"rejected\": ", rejected, "}\n");
}

absl::StatusOr<std::vector<PreferencePair>> Pairs(const std::string& lines, Notes* notes = nullptr) {
  Notes unseen;
  return ReadPreferencePairs(WriteTestFile("p.jsonl", lines), notes != nullptr ? *notes : unseen);
}

TEST(PreferenceTest, WhatIsWrittenIsReadAgain) {
  const std::vector<PreferencePair> texts = {{"The sky is", " blue.", " green."},
                                             {"Quotes \" and\nlines \xE2\x82\xAC", "", " \t"}};
  const std::vector<PreferencePair> chats = {
      {Messages{{"user", "Sky?"}}, Messages{{"assistant", "Blue \"\n."}}, Messages{{"assistant", ""}}},
      {Messages{{"system", "Be brief."}, {"user", "Sky?"}, {"assistant", "Yes."}, {"user", "So?"}},
       Messages{{"assistant", "Blue."}}, Messages{{"assistant", "Red."}, {"user", "No!"}, {"assistant", "Blue."}}}};
  const std::string path = TestFolder() + "/pairs.jsonl";
  for (const auto& pairs : {texts, chats}) {
    ASSERT_OK(WritePreferencePairs(path, pairs));
    Notes notes;
    ASSERT_OK_AND_ASSIGN(const auto read, ReadPreferencePairs(path, notes));
    EXPECT_THAT(notes.all(), IsEmpty());
    ASSERT_THAT(read, SizeIs(2));
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(read[i].prompt, pairs[i].prompt);
      EXPECT_EQ(read[i].chosen, pairs[i].chosen);
      EXPECT_EQ(read[i].rejected, pairs[i].rejected);
    }
  }
  ASSERT_OK(WritePreferencePairs(path, texts));
  EXPECT_THAT(base::ReadFile(path),
              IsOkAnd(HasSubstr("{\"prompt\":\"The sky is\",\"chosen\":\" blue.\",\"rejected\":\" green.\"}\n")));
}

TEST(PreferenceTest, BadPairsAreNotWritten) {
  const std::string path = TestFolder() + "/pairs.jsonl";
  EXPECT_THAT(WritePreferencePairs(path, {{"p", "a", "b"}, {"p", "a", "a"}}),
              StatusIs(kInvalid, HasSubstr("pairs.jsonl:2: \"chosen\" and \"rejected\" are equal")));
  EXPECT_THAT(WritePreferencePairs(path, {{"", "a", "b"}}),
              StatusIs(kInvalid, HasSubstr("\"prompt\" must not be empty")));
  EXPECT_FALSE(base::FileExists(path));
}

TEST(PreferenceTest, MessagesWithAndWithoutAPromptAreTheSame) {
  const std::string chosen = List({"s:S", "u:sky", "a:blue"}), rejected = List({"s:S", "u:sky", "a:red"});
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto pairs,
                       Pairs(Row(List({"s:S", "u:sky"}), List({"a:blue"}), List({"a:red"})) +  //
                                 Row("", chosen, rejected) + Row("null", chosen, rejected) +
                                 Row("\"sky\"", chosen, rejected) + Row(List({"s:S", "u:sky"}), chosen, rejected),
                             &notes));
  ASSERT_THAT(pairs, SizeIs(5));
  for (const PreferencePair& pair : pairs) {
    EXPECT_EQ(pair.prompt, Passage(Messages{{"system", "S"}, {"user", "sky"}}));
    EXPECT_EQ(pair.chosen, Passage(Messages{{"assistant", "blue"}}));
    EXPECT_EQ(pair.rejected, Passage(Messages{{"assistant", "red"}}));
  }
  EXPECT_THAT(notes.all(), IsEmpty());
}

TEST(PreferenceTest, APromptThatIsATextBeforeMessagesIsTheUsers) {
  ASSERT_OK_AND_ASSIGN(const auto pairs, Pairs(Row("\"sky\"", List({"a:blue"}), List({"a:red"}))));
  EXPECT_EQ(pairs[0].prompt, Passage(Messages{{"user", "sky"}}));
}

TEST(PreferenceTest, TheSharedPromptEndsWithTheUserAndLeavesReplies) {
  ASSERT_OK_AND_ASSIGN(const auto pairs,
                       Pairs(Row("", List({"u:1", "a:2", "u:3", "a:4"}), List({"u:1", "a:2", "u:3", "a:5"})) +
                             Row("", List({"u:1", "a:2", "u:3", "a:4"}), List({"u:1", "a:2", "u:6", "a:4"})) +
                             Row("", List({"u:1", "a:2"}), List({"u:1", "a:2", "u:3", "a:4"}))));
  ASSERT_THAT(pairs, SizeIs(3));
  EXPECT_THAT(std::get<Messages>(pairs[0].prompt), SizeIs(3));
  EXPECT_THAT(std::get<Messages>(pairs[1].prompt), SizeIs(1));
  EXPECT_THAT(std::get<Messages>(pairs[1].rejected), SizeIs(3));
  EXPECT_THAT(std::get<Messages>(pairs[2].prompt), SizeIs(1));
  EXPECT_THAT(std::get<Messages>(pairs[2].chosen), SizeIs(1));
}

TEST(PreferenceTest, TextsWithoutAPromptAreDialogues) {
  ASSERT_OK_AND_ASSIGN(const auto pairs,
                       Pairs(Row("", R"("\n\nHuman: a\n\nAssistant: b")", R"("\n\nHuman: a\n\nAssistant: c")")));
  EXPECT_EQ(pairs[0].prompt, Passage("\n\nHuman: a\n\nAssistant:"));
  EXPECT_EQ(pairs[0].chosen, Passage(" b"));
  EXPECT_EQ(pairs[0].rejected, Passage(" c"));
  EXPECT_THAT(Pairs(Row("", "\"The sky is blue.\"", "\"The sky is red.\"")),
              StatusIs(kInvalid, HasSubstr("p.jsonl:1: there is no \"prompt\", so \"chosen\" and \"rejected\" must be "
                                           "HH-RLHF's dialogues: ")));
}

TEST(PreferenceTest, KeysThatAreNotReadAreNotedOnceAMessage) {
  Notes notes;
  const auto message = [](const char* role) {
    return absl::StrCat("[{\"role\": \"", role, "\", \"content\": \"x", role, "\", \"name\": \"n\"}]");
  };
  ASSERT_OK(Pairs(Row(message("user"), message("assistant"), List({"a:b"})), &notes));
  EXPECT_EQ(notes.Count("the key \"name\" of messages is passed over"), 2);
}

TEST(PreferenceTest, EqualCompletionsAreLeftOutAndCounted) {
  Notes notes;
  const std::string equal = Row("\"p\"", "\"a\"", "\"a\"");
  ASSERT_OK_AND_ASSIGN(const auto pairs, Pairs(equal + Row("\"p\"", "\"a\"", "\"b\"") + equal, &notes));
  EXPECT_THAT(pairs, SizeIs(1));
  EXPECT_EQ(notes.Count(kEqualCompletions), 2);
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("p.jsonl:3: rows left out: \"chosen\" and \"rejected\"")));
  EXPECT_THAT(Pairs(equal + equal), StatusIs(kInvalid, HasSubstr("are equal in all of its 2 rows")));
  ASSERT_OK_AND_ASSIGN(const auto chats, Pairs(Row("", List({"u:1", "a:2"}), List({"u:1", "a:2"})) +
                                                   Row("", List({"u:1", "a:2"}), List({"u:1", "a:3"})),
                                               &notes));
  EXPECT_THAT(chats, SizeIs(1));
  EXPECT_EQ(notes.Count(kEqualCompletions), 3);
}

TEST(PreferenceTest, BadLinesAreRefused) {
  const auto read = [](const std::string& line) { return Pairs(Row("\"p\"", "\"a\"", "\"b\"") + line); };
  EXPECT_THAT(read(""), IsOkAnd(SizeIs(1)));
  EXPECT_THAT(read(R"({"prompt": "p", "rejected": "b"})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: the key \"chosen\" is missing")));
  EXPECT_THAT(read(R"({"prompt": "p", "choosen": "a", "rejected": "b"})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: the key \"choosen\" is unknown: is it \"chosen\"?")));
  EXPECT_THAT(read("{\"prompt\""), StatusIs(kInvalid, HasSubstr("p.jsonl:2: not valid JSON")));
  EXPECT_THAT(read(Row("3", "\"a\"", "\"b\"")), StatusIs(kInvalid, HasSubstr("\"prompt\" must be a string")));
  EXPECT_THAT(read(Row("\" \"", "\"a\"", "\"b\"")), StatusIs(kInvalid, HasSubstr("\"prompt\" must not be empty")));
  EXPECT_THAT(read(Row("\"p\"", "\"a\"", List({"a:b"}))), StatusIs(kInvalid, HasSubstr("must both be texts or both")));
  EXPECT_THAT(read(Row(List({"u:1"}), "\"a\"", "\"b\"")), StatusIs(kInvalid, HasSubstr("\"prompt\" is messages, and")));
  EXPECT_THAT(read(Row(List({"u:1"}), List({"a:1"}), List({"a:2"}))),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: this row is messages, and ")));
  EXPECT_THAT(read(Row("", List({"u:1", "a:2"}), List({"u:3", "a:2"}))),
              StatusIs(kInvalid, HasSubstr("begin with no common prompt")));
  EXPECT_THAT(read(Row("", List({"u:1", "u:2", "a:2"}), List({"u:1", "u:2", "a:3"}))),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: message 2 must be the assistant's, and is the user's")));
  EXPECT_THAT(read(Row("", List({"u:1", "a:2", "u:3"}), List({"u:1", "a:3"}))),
              StatusIs(kInvalid, HasSubstr("chosen, after the prompt: the last message must be the assistant's")));
  EXPECT_THAT(read(Row("\"other\"", List({"u:1", "a:2"}), List({"u:1", "a:3"}))),
              StatusIs(kInvalid, HasSubstr("it is not \"prompt\": leave \"prompt\" out")));
  EXPECT_THAT(read(Row(List({"u:1", "a:2"}), List({"a:2"}), List({"a:3"}))),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: prompt: the last message must be the user's")));
  EXPECT_THAT(Pairs(""), StatusIs(kInvalid, HasSubstr("the file is empty")));
}

}  // namespace
}  // namespace datasets
