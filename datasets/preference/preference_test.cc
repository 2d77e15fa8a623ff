#include "datasets/preference/preference.h"

#include "base/file.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(PreferenceTest, WhatIsWrittenIsReadAgain) {
  const std::vector<PreferencePair> pairs = {{"The sky is", " blue.", " green."},
                                             {"Quotes \" and\nlines \xE2\x82\xAC", "", " \t"}};
  const std::string path = TestFolder() + "/pairs.jsonl";
  ASSERT_OK(WritePreferencePairs(path, pairs));
  EXPECT_THAT(base::ReadFile(path),
              IsOkAnd(HasSubstr("{\"prompt\":\"The sky is\",\"chosen\":\" blue.\",\"rejected\":\" green.\"}\n")));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadPreferencePairs(path));
  ASSERT_THAT(read, SizeIs(2));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].prompt, pairs[i].prompt);
    EXPECT_EQ(read[i].chosen, pairs[i].chosen);
    EXPECT_EQ(read[i].rejected, pairs[i].rejected);
  }
}

TEST(PreferenceTest, BadPairsAreNotWritten) {
  const std::string path = TestFolder() + "/pairs.jsonl";
  EXPECT_THAT(WritePreferencePairs(path, {{"p", "a", "b"}, {"p", "a", "a"}}),
              StatusIs(kInvalid, HasSubstr("pairs.jsonl:2: \"chosen\" and \"rejected\" are equal")));
  EXPECT_THAT(WritePreferencePairs(path, {{"", "a", "b"}}),
              StatusIs(kInvalid, HasSubstr("\"prompt\" must not be empty")));
  EXPECT_FALSE(base::FileExists(path));
}

TEST(PreferenceTest, BadLinesAreRefused) {
  const auto read = [](const std::string& line) {
    return ReadPreferencePairs(WriteTestFile("p.jsonl", R"({"prompt": "p", "chosen": "a", "rejected": "b"})"
                                                        "\n" +
                                                            line));
  };
  EXPECT_THAT(read(""), IsOkAnd(SizeIs(1)));
  EXPECT_THAT(read(R"({"chosen": "a", "rejected": "b"})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: the key \"prompt\" is missing")));
  EXPECT_THAT(read(R"({"prompt": "p", "chosen": "a", "rejected": "a"})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: \"chosen\" and")));
  EXPECT_THAT(read(R"({"prompt": [{"role": "user", "content": "p"}], "chosen": [], "rejected": []})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: \"prompt\" must be a string, and is a array")));
  EXPECT_THAT(read("{\"prompt\""), StatusIs(kInvalid, HasSubstr("p.jsonl:2: not valid JSON")));
  EXPECT_THAT(ReadPreferencePairs(WriteTestFile("p.jsonl", "")), StatusIs(kInvalid, HasSubstr("the file is empty")));
}

}  // namespace
}  // namespace datasets
