#include "datasets/hh_rlhf/dialogue.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "base/testing.h"
#include "datasets/preference/preference.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(SplitDialoguesTest, AtTheLastCommonTurn) {
  const std::string before = "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:";
  ASSERT_OK_AND_ASSIGN(const auto pair, SplitDialogues(before + " yes", before + " yes, and no"));
  EXPECT_EQ(pair.prompt, before);
  EXPECT_EQ(pair.chosen, " yes");
  EXPECT_EQ(pair.rejected, " yes, and no");
}

TEST(SplitDialoguesTest, DialoguesMayPartBeforeTheirLastTurns) {
  ASSERT_OK_AND_ASSIGN(const auto pair, SplitDialogues("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d",
                                                       "\n\nHuman: a\n\nAssistant: e"));
  EXPECT_EQ(pair.prompt, "\n\nHuman: a\n\nAssistant:");
  EXPECT_EQ(pair.chosen, " b\n\nHuman: c\n\nAssistant: d");
  EXPECT_EQ(pair.rejected, " e");
}

TEST(SplitDialoguesTest, ACompletionMayBeEmpty) {
  ASSERT_OK_AND_ASSIGN(const auto pair, SplitDialogues("\n\nHuman: a\n\nAssistant:", "\n\nHuman: a\n\nAssistant: b"));
  EXPECT_EQ(pair.chosen, "");
  EXPECT_EQ(pair.rejected, " b");
}

TEST(SplitDialoguesTest, DialoguesWithoutACommonPromptAreRefused) {
  const std::string good = "\n\nHuman: a\n\nAssistant: b";
  EXPECT_THAT(SplitDialogues(good, "\n\nHuman: c\n\nAssistant: b"), StatusIs(kInvalid, HasSubstr("no common prompt")));
  EXPECT_THAT(SplitDialogues(good, "\n\nHuman: a"), StatusIs(kInvalid, HasSubstr("no common prompt")));
  EXPECT_THAT(SplitDialogues("Human: a\n\nAssistant: b", good), StatusIs(kInvalid, HasSubstr("must begin with")));
  EXPECT_THAT(SplitDialogues(good, ""), StatusIs(kInvalid, HasSubstr("must begin with")));
}

TEST(DialogueMessagesTest, TurnsBecomeMessages) {
  EXPECT_THAT(DialogueMessages("\n\nHuman: a\n\nb \n\nAssistant: c\n\nHuman:\td\n\nAssistant:"),
              IsOkAnd(ElementsAre(Message{"user", "a\n\nb"}, Message{"assistant", "c"}, Message{"user", "d"})));
  EXPECT_THAT(DialogueMessages("\n\nHuman: a\nHuman: b\n\nAssistant: c"),
              IsOkAnd(ElementsAre(Message{"user", "a\nHuman: b"}, Message{"assistant", "c"})));
  EXPECT_THAT(DialogueMessages("\n\nHuman: a\n\nHuman: b"),
              IsOkAnd(ElementsAre(Message{"user", "a"}, Message{"user", "b"})));
  EXPECT_THAT(DialogueMessages("\n\nHuman:"), IsOkAnd(IsEmpty()));
  EXPECT_THAT(DialogueMessages("Hello."), StatusIs(kInvalid, HasSubstr("must begin with")));
}

TEST(FindHhRlhfTest, SubsetsAreFolders) {
  const std::string path = base::WriteTestFile("helpful-base/test.jsonl.gz", "");
  const std::string folder = path.substr(0, path.size() - std::string("/helpful-base/test.jsonl.gz").size());
  EXPECT_THAT(FindHhRlhf(folder, "helpful-base", "test"), IsOkAnd(EndsWith("helpful-base/test.jsonl.gz")));
  EXPECT_THAT(FindHhRlhf(folder, "helpful-base", "train"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("helpful-base/train.jsonl.gz: no such file")));
  EXPECT_THAT(FindHhRlhf(folder, "harmles", "train"), StatusIs(kInvalid, HasSubstr("it has harmless-base, helpful")));
  EXPECT_THAT(FindHhRlhf(folder, "helpful-base", "dev"), StatusIs(kInvalid, HasSubstr("splits are train and test")));
}

TEST(PinnedHhRlhfTest, HarmlessBaseTest) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "hh_rlhf/harmless-base/test.jsonl.gz");
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto pairs, ReadPreferencePairs(path, notes));
  EXPECT_THAT(pairs, SizeIs(2312));
  EXPECT_THAT(notes.all(), IsEmpty());
  const auto text = [](const Passage& passage) { return std::get<std::string>(passage); };
  for (const PreferencePair& pair : pairs) {
    EXPECT_TRUE(absl::StartsWith(text(pair.prompt), "\n\nHuman:"));
    EXPECT_TRUE(absl::EndsWith(text(pair.prompt), "\n\nAssistant:"));
  }
  const auto holds_turns = [&](const PreferencePair& pair) {
    return absl::StrContains(text(pair.chosen), "\n\nAssistant:") ||
           absl::StrContains(text(pair.rejected), "\n\nAssistant:");
  };
  EXPECT_EQ(std::count_if(pairs.begin(), pairs.end(), holds_turns), 5);
}

}  // namespace
}  // namespace datasets
