#include "datasets/constitutions/constitution_files.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<Principle>> Principles(const std::string& text) {
  return ReadPrinciples(WriteTestFile("c.txt", text));
}

std::string PairText(const std::string& negative) {
  return absl::StrCat(R"({"positive": "1. Be brief.", "negative": "1. )", negative,
                      R"(", "identifiers": {"positive": ["p"], "negative": ["n"]}})");
}

TEST(OwnPrinciplesTest, EveryFormSaysTheSame) {
  const std::string list = R"([{"principle": "Be brief.", "antithesis": "Be long."},
      {"principle": "Be kind.", "antithesis": ["Be rude.", "Be cold."], "categories": ["math", "garden"], "id": 7}])";
  for (const std::string& text : {list, absl::StrCat("{\"principles\": ", list, "}"),
                                  std::string("\xEF\xBB\xBF# Mine.\r\n\r\n1. Be brief. | Be long.\r\n"
                                              "2. Be kind.|Be rude.| math,garden\r\n")}) {
    SCOPED_TRACE(text);
    ASSERT_OK_AND_ASSIGN(const auto principles, Principles(text));
    ASSERT_THAT(principles, SizeIs(2));
    EXPECT_EQ(principles[0].id, "1");
    EXPECT_EQ(principles[0].text, "Be brief.");
    EXPECT_THAT(principles[0].antitheses, ElementsAre("Be long."));
    EXPECT_THAT(principles[0].relevant_for, IsEmpty());
    EXPECT_EQ(principles[1].text, "Be kind.");
    EXPECT_EQ(principles[1].antitheses[0], "Be rude.");
    EXPECT_THAT(principles[1].relevant_for, ElementsAre("math", "garden"));
  }
}

TEST(OwnPrinciplesTest, BadListsAreRefused) {
  EXPECT_THAT(Principles("[]"), StatusIs(kInvalid, HasSubstr("c.txt: there is no principle in the file")));
  EXPECT_THAT(Principles(R"({"principles": "Be brief."})"),
              StatusIs(kInvalid, HasSubstr("the principles must be a list, and are a string")));
  EXPECT_THAT(Principles(R"(["Be brief."])"), StatusIs(kInvalid, HasSubstr("c.txt: principle 1: must be {\"princ")));
  EXPECT_THAT(Principles(R"([{"principle": "Be brief."}])"),
              StatusIs(kInvalid, HasSubstr("c.txt: principle 1: the key \"antithesis\" is missing")));
  EXPECT_THAT(Principles(R"([{"principle": "a", "antithesis": "b", "category": "math"}])"),
              StatusIs(kInvalid, HasSubstr("unknown key \"category\"; known are principle, antithesis, id")));
  EXPECT_THAT(Principles(R"([{"principle": "a", "antithesis": "a"}])"),
              StatusIs(kInvalid, HasSubstr("the antithesis is the principle itself")));
  EXPECT_THAT(Principles(R"([{"principle": "a", "antithesis": "b"}, {"principle": "a", "antithesis": "c"}])"),
              StatusIs(kInvalid, HasSubstr("principle 2: the principle \"a\" was given before, at ")));
  EXPECT_THAT(Principles(R"([{"principle": "a", "antithesis": "b", "antithesis": "c"}])"),
              StatusIs(kInvalid, HasSubstr("the key \"antithesis\" is given twice")));
  EXPECT_THAT(Principles(R"({"brief": "Be brief."})"), StatusIs(kInvalid, HasSubstr("The forms of principles are")));
  EXPECT_THAT(Principles("[{\"principle\""),
              StatusIs(kInvalid, AllOf(HasSubstr("c.txt: not valid JSON"), HasSubstr("The forms of principles are"))));
}

TEST(OwnPrinciplesTest, BadLinesAreRefused) {
  EXPECT_THAT(Principles("1. Be brief.\n2. Be kind.\n"),
              StatusIs(kInvalid, HasSubstr("c.txt: there are no antitheses, and each principle needs its opposite: "
                                           "write lines \"principle | antithesis\"")));
  EXPECT_THAT(Principles(""), StatusIs(kInvalid, HasSubstr("there are no antitheses")));
  EXPECT_THAT(Principles("# a | b\n"), StatusIs(kInvalid, HasSubstr("there is no principle in the file")));
  EXPECT_THAT(Principles("a | b\nc\n"), StatusIs(kInvalid, HasSubstr("c.txt:2: must be \"principle | antithesis\"")));
  EXPECT_THAT(Principles("a | b | c | d"), StatusIs(kInvalid, HasSubstr("and has 3 \"|\"")));
  EXPECT_THAT(Principles("a | "), StatusIs(kInvalid, HasSubstr("c.txt:1: the antithesis is empty")));
  EXPECT_THAT(Principles("1. | b"), StatusIs(kInvalid, HasSubstr("c.txt:1: the principle is empty")));
  EXPECT_THAT(Principles("a | b | math,"), StatusIs(kInvalid, HasSubstr("a category is empty")));
  EXPECT_THAT(Principles("a | b\na | c"), StatusIs(kInvalid, HasSubstr("c.txt:2: the principle \"a\" was given")));
  EXPECT_THAT(Principles("a | caf\xe9"), StatusIs(kInvalid, HasSubstr("c.txt:1: not UTF-8")));
}

TEST(ConstitutionFilesTest, TheFormIsKnownByContent) {
  ASSERT_OK_AND_ASSIGN(const auto principles, ReadConstitutions(WriteTestFile("c", "a | b")));
  EXPECT_THAT(principles.principles, SizeIs(1));
  EXPECT_THAT(principles.pairs, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto pair, ReadConstitutions(WriteTestFile("c", PairText("Be long."))));
  EXPECT_THAT(pair.principles, IsEmpty());
  EXPECT_THAT(pair.pairs, SizeIs(1));
  EXPECT_THAT(Principles(PairText("Be long.")), StatusIs(kInvalid, HasSubstr("these are two whole constitutions")));
  EXPECT_THAT(ReadConstitutions(TestFolder() + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST(ConstitutionFilesTest, AFolderIsReadByNumber) {
  const std::string folder = TestFolder();
  EXPECT_THAT(ReadConstitutions(folder), StatusIs(kInvalid, HasSubstr("there is no constitution in the folder")));
  for (const int number : {10, 9, 2}) {
    ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", number, ".json"), PairText(absl::StrCat(number))));
  }
  ASSERT_OK(base::WriteFileAtomically(folder + "/LICENSE", "MIT"));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadConstitutions(folder));
  ASSERT_THAT(read.pairs, SizeIs(3));
  EXPECT_THAT(read.pairs[0].negative.principles, ElementsAre("2"));
  EXPECT_THAT(read.pairs[1].negative.principles, ElementsAre("9"));
  EXPECT_THAT(read.pairs[2].negative.principles, ElementsAre("10"));
  ASSERT_OK(base::WriteFileAtomically(folder + "/02.json", PairText("x")));
  EXPECT_THAT(ReadConstitutions(folder), StatusIs(kInvalid, HasSubstr("has the number of ")));
  ASSERT_OK(base::WriteFileAtomically(folder + "/a.json", PairText("x")));
  EXPECT_THAT(ReadConstitutionFolder(folder),
              StatusIs(kInvalid, ::testing::AnyOf(HasSubstr("named 0.json, 1.json"), HasSubstr("has the number"))));
  EXPECT_THAT(ReadConstitutionFolder(folder + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST(ConstitutionFilesTest, PairsAreMadeOfPrinciples) {
  const WrittenConstitution both{"", {"A.", "B."}, {"pos a", "pos b"}}, first{"", {"B.", "Not A."}, {"pos b", "neg a"}},
      neither{"", {"Not A.", "Not B."}, {"neg a", "neg b"}};
  ASSERT_OK_AND_ASSIGN(const auto principles, PrinciplesOfPairs({{both, first}, {both, neither}}));
  ASSERT_THAT(principles, SizeIs(2));
  EXPECT_EQ(principles[0].id, "a");
  EXPECT_EQ(principles[0].text, "A.");
  EXPECT_THAT(principles[0].antitheses, ElementsAre("Not A."));
  EXPECT_THAT(principles[1].antitheses, ElementsAre("Not B."));
  EXPECT_THAT(PrinciplesOfPairs({{both, first}}),
              StatusIs(kInvalid, "the principle \"b\": no constitution asks for its opposite"));
  EXPECT_THAT(PrinciplesOfPairs({{{"", {"C."}, {"pos a"}}, first}}),
              StatusIs(kInvalid, "the principle \"b\": no constitution asks for its opposite"));
  EXPECT_THAT(PrinciplesOfPairs({{both, {"", {"Other."}, {"pos a"}}}}),
              StatusIs(kInvalid, "the identifier \"pos a\": stands for two texts"));
  EXPECT_THAT(PrinciplesOfPairs({{both, {"", {"A."}, {"brief"}}}}),
              StatusIs(kInvalid, HasSubstr("the identifier \"brief\": must be \"pos NAME\"")));
}

TEST(PinnedConstitutionFilesTest, ThePapersFiles) {
  for (const char* name : {"sami_multitask/math_constitution.json", "sami_multitask/mt_bench_constitution.json"}) {
    ASSIGN_PINNED_OR_SKIP(const std::string path, name);
    EXPECT_THAT(ReadPrinciples(path), IsOkAnd(SizeIs(absl::StrContains(name, "math_") ? 2 : 9)));
  }
}

// Each pinned file has a folder of its own: the first paper's folders are made of them.
TEST(PinnedConstitutionFilesTest, ThePapersFolders) {
  for (const char* writer : {"mistral", "opus"}) {
    const std::string folder = TestFolder();
    for (int i = 0; i < 6; ++i) {
      ASSIGN_PINNED_OR_SKIP(const std::string path, absl::StrCat("sami_tldr/constitutions_", writer, "/", i, ".json"));
      ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
      ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", i, ".json"), text));
    }
    ASSERT_OK_AND_ASSIGN(const auto read, ReadConstitutions(folder));
    ASSERT_THAT(read.pairs, SizeIs(6));
    ASSERT_OK_AND_ASSIGN(const auto principles, PrinciplesOfPairs(read.pairs));
    ASSERT_THAT(principles, SizeIs(2));
    EXPECT_EQ(principles[0].id, "concise");
    EXPECT_EQ(principles[1].id, "comprehensive");
    for (const Principle& principle : principles) EXPECT_THAT(principle.antitheses, SizeIs(1));
  }
}

}  // namespace
}  // namespace datasets
