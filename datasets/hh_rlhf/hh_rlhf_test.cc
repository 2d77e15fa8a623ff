#include "datasets/hh_rlhf/hh_rlhf.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
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
  EXPECT_THAT(SplitDialogues(good, good), StatusIs(kInvalid, HasSubstr("equal")));
  EXPECT_THAT(SplitDialogues(good, "\n\nHuman: c\n\nAssistant: b"), StatusIs(kInvalid, HasSubstr("no common prompt")));
  EXPECT_THAT(SplitDialogues(good, "\n\nHuman: a"), StatusIs(kInvalid, HasSubstr("no common prompt")));
  EXPECT_THAT(SplitDialogues("Human: a\n\nAssistant: b", good), StatusIs(kInvalid, HasSubstr("must begin with")));
  EXPECT_THAT(SplitDialogues(good, ""), StatusIs(kInvalid, HasSubstr("must begin with")));
}

TEST(HhRlhfTest, BadLinesAreRefused) {
  const auto read = [](const std::string& line) {
    return ReadHhRlhf(WriteTestFile(
        "h.jsonl", R"({"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: a\n\nAssistant: c"})"
                   "\n" +
                       line));
  };
  ASSERT_OK_AND_ASSIGN(const auto pairs, read(""));
  ASSERT_THAT(pairs, SizeIs(1));
  EXPECT_EQ(pairs[0].chosen, " b");
  EXPECT_THAT(read(R"({"chosen": "\n\nHuman: a"})"),
              StatusIs(kInvalid, HasSubstr("h.jsonl:2: the key \"rejected\" is missing")));
  EXPECT_THAT(read(R"({"chosen": "a", "rejected": "b"})"),
              StatusIs(kInvalid, HasSubstr("h.jsonl:2: a dialogue must begin")));
  EXPECT_THAT(read(R"({"chosen": ["a"], "rejected": "b"})"),
              StatusIs(kInvalid, HasSubstr("h.jsonl:2: \"chosen\" must be a string")));
  EXPECT_THAT(read("{"), StatusIs(kInvalid, HasSubstr("h.jsonl:2: not valid JSON")));
  EXPECT_THAT(ReadHhRlhf(WriteTestFile("h.jsonl", "")), StatusIs(kInvalid, HasSubstr("h.jsonl: the file is empty")));
}

TEST(PinnedHhRlhfTest, HarmlessBaseTest) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "hh_rlhf/harmless-base/test.jsonl.gz");
  ASSERT_OK_AND_ASSIGN(const auto pairs, ReadHhRlhf(path));
  EXPECT_THAT(pairs, SizeIs(2312));
  for (const PreferencePair& pair : pairs) {
    EXPECT_TRUE(absl::StartsWith(pair.prompt, "\n\nHuman:"));
    EXPECT_TRUE(absl::EndsWith(pair.prompt, "\n\nAssistant:"));
  }
  const auto holds_turns = [](const PreferencePair& pair) {
    return absl::StrContains(pair.chosen, "\n\nAssistant:") || absl::StrContains(pair.rejected, "\n\nAssistant:");
  };
  EXPECT_EQ(std::count_if(pairs.begin(), pairs.end(), holds_turns), 5);
}

}  // namespace
}  // namespace datasets
