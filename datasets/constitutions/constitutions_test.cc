#include "datasets/constitutions/constitutions.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOk;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<Principle>> Principles(const std::string& text) {
  return ReadPrinciples(WriteTestFile("c.json", text));
}

absl::StatusOr<ConstitutionPair> Pair(const std::string& positive, const std::string& negative,
                                      const std::string& identifiers = R"({"positive": ["p"], "negative": ["n"]})") {
  return ReadConstitutionPair(WriteTestFile("c.json", absl::StrCat("{\"positive\": ", positive, ", \"negative\": ",
                                                                   negative, ", \"identifiers\": ", identifiers, "}")));
}

TEST(PrinciplesTest, BothFormatsAreReadInOrder) {
  ASSERT_OK_AND_ASSIGN(const auto principles, Principles(R"({
    "z": {"weak": "Be brief.", "strong": "Be VERY brief.", "antithesis": "Be long.", "relevant_for": ["math", "stem"]},
    "a": {"definition": "Be kind.", "paraphrases": ["Be warm.", "Be nice."], "paraphrases_antithesis": ["Be rude."]},
    "m": {"weak": "Count.", "antithesis": "Do not count."}
  })"));
  ASSERT_THAT(principles, SizeIs(3));
  EXPECT_EQ(principles[0].id, "z");
  EXPECT_EQ(principles[0].text, "Be brief.");
  EXPECT_THAT(principles[0].paraphrases, ElementsAre("Be VERY brief."));
  EXPECT_THAT(principles[0].antitheses, ElementsAre("Be long."));
  EXPECT_THAT(principles[0].relevant_for, ElementsAre("math", "stem"));
  EXPECT_EQ(principles[1].id, "a");
  EXPECT_THAT(principles[1].paraphrases, ElementsAre("Be warm.", "Be nice."));
  EXPECT_THAT(principles[1].antitheses, ElementsAre("Be rude."));
  EXPECT_THAT(principles[1].relevant_for, IsEmpty());
  EXPECT_THAT(principles[2].paraphrases, IsEmpty());
}

TEST(PrinciplesTest, RelevantOnesAreChosenByCategory) {
  const std::vector<Principle> principles = {{"a", "A.", {}, {"Not A."}, {"math"}},
                                             {"b", "B.", {}, {"Not B."}, {"stem", "math"}}};
  ASSERT_OK_AND_ASSIGN(const auto math, RelevantPrinciples(principles, "math"));
  EXPECT_THAT(math, SizeIs(2));
  ASSERT_OK_AND_ASSIGN(const auto stem, RelevantPrinciples(principles, "stem"));
  ASSERT_THAT(stem, SizeIs(1));
  EXPECT_EQ(stem[0].id, "b");
  EXPECT_THAT(RelevantPrinciples(principles, "coding"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no principle is relevant for the category \"coding\"")));
  // A principle without categories is for all of them.
  const std::vector<Principle> general = {{"c", "C.", {}, {"Not C."}, {}}};
  EXPECT_THAT(RelevantPrinciples(general, "coding"), IsOk());
}

TEST(PrinciplesTest, BadFilesAreRefused) {
  EXPECT_THAT(Principles("{}"), StatusIs(kInvalid, HasSubstr("c.json: there is no principle in the file")));
  EXPECT_THAT(Principles("{\"a\": "), StatusIs(kInvalid, HasSubstr("c.json: not valid JSON")));
  EXPECT_THAT(Principles(R"({"a": "Be brief."})"),
              StatusIs(kInvalid, HasSubstr("c.json: a: a principle must be an object")));
  EXPECT_THAT(Principles(R"({"a": {"antithesis": "y"}})"),
              StatusIs(kInvalid, HasSubstr("c.json: a: the key \"weak\" is missing")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "x"}})"),
              StatusIs(kInvalid, HasSubstr("c.json: a: the key \"antithesis\" is missing")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "", "antithesis": "y"}})"),
              StatusIs(kInvalid, HasSubstr("\"weak\" must not be empty")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "x", "antithesis": ["y"]}})"),
              StatusIs(kInvalid, HasSubstr("must be a string")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "x", "antithesis": "y", "relevant_for": []}})"),
              StatusIs(kInvalid, HasSubstr("\"relevant_for\" must have at least one entry")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "x", "antithesis": "y", "relevant_fro": ["math"]}})"),
              StatusIs(kInvalid, HasSubstr("c.json: a: unknown key \"relevant_fro\"")));
  EXPECT_THAT(Principles(R"({"a": {"definition": "x", "paraphrases_antithesis": []}})"),
              StatusIs(kInvalid, HasSubstr("\"paraphrases_antithesis\" must have at least one entry")));
  EXPECT_THAT(Principles(R"({"a": {"weak": "x", "antithesis": "y"}, "a": {"weak": "x", "antithesis": "y"}})"),
              StatusIs(kInvalid, HasSubstr("c.json: the key \"a\" is given twice")));
}

TEST(ConstitutionPairTest, IsRead) {
  ASSERT_OK_AND_ASSIGN(const ConstitutionPair pair,
                       Pair(R"("1. Be brief. \n2. Be kind.")", R"("1. Be long.\n2. Be kind.")",
                            R"({"positive": ["pos brief", "pos kind"], "negative": ["neg brief", "pos kind"]})"));
  EXPECT_EQ(pair.positive.text, "1. Be brief. \n2. Be kind.");
  EXPECT_THAT(pair.positive.principles, ElementsAre("Be brief.", "Be kind."));
  EXPECT_THAT(pair.positive.ids, ElementsAre("pos brief", "pos kind"));
  EXPECT_THAT(pair.negative.principles, ElementsAre("Be long.", "Be kind."));
  EXPECT_THAT(pair.negative.ids, ElementsAre("neg brief", "pos kind"));
}

TEST(ConstitutionPairTest, BadFilesAreRefused) {
  EXPECT_THAT(Pair("\"1. a\"", "\"1. b\""), IsOk());
  EXPECT_THAT(Pair("\"1. a\"", "\"1. a\""), StatusIs(kInvalid, HasSubstr("c.json: positive and negative are equal")));
  EXPECT_THAT(Pair("\"a\"", "\"1. b\""),
              StatusIs(kInvalid, HasSubstr("c.json: positive: principle 1 must begin with")));
  EXPECT_THAT(Pair("\"1. a\"", "1"), StatusIs(kInvalid, HasSubstr("\"negative\" must be a string")));
  EXPECT_THAT(Pair("\"1. a\"", "\"1. b\\n2. c\""),
              StatusIs(kInvalid, HasSubstr("c.json: negative has 2 principles and 1 identifiers")));
  EXPECT_THAT(Pair("\"1. a\"", "\"1. b\\n2. c\"", R"({"positive": ["p"], "negative": ["n", "m"]})"),
              StatusIs(kInvalid, HasSubstr("c.json: positive has 1 principles and negative 2")));
  EXPECT_THAT(Pair("\"1. a\"", "\"1. b\"", "[]"), StatusIs(kInvalid, HasSubstr("\"identifiers\" must be an object")));
  EXPECT_THAT(Pair("\"1. a\"", "\"1. b\"", R"({"positive": ["p"]})"),
              StatusIs(kInvalid, HasSubstr("identifiers: the key \"negative\" is missing")));
  EXPECT_THAT(ReadConstitutionPair(WriteTestFile("c.json", "[]")),
              StatusIs(kInvalid, HasSubstr("must be a JSON object")));
}

TEST(PinnedConstitutionsTest, EveryMtBenchCategoryHasTwoPrinciples) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "sami_multitask/mt_bench_constitution.json");
  ASSERT_OK_AND_ASSIGN(const auto principles, ReadPrinciples(path));
  EXPECT_THAT(principles, SizeIs(9));
  EXPECT_EQ(principles.front().id, "math.1");
  EXPECT_EQ(principles.back().id, "generic_polite");
  for (const char* category :
       {"writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"}) {
    ASSERT_OK_AND_ASSIGN(const auto relevant, RelevantPrinciples(principles, category));
    EXPECT_THAT(relevant, SizeIs(2)) << category;
  }
}

TEST(PinnedConstitutionsTest, MathHasTwoPrinciples) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "sami_multitask/math_constitution.json");
  ASSERT_OK_AND_ASSIGN(const auto principles, ReadPrinciples(path));
  ASSERT_THAT(principles, SizeIs(2));
  for (const Principle& principle : principles) {
    EXPECT_THAT(principle.paraphrases, SizeIs(1));
    EXPECT_THAT(principle.antitheses, SizeIs(1));
  }
}

TEST(PinnedConstitutionsTest, EachWriterHasSixPairsOfTwoPrinciples) {
  for (const char* writer : {"opus", "mistral"}) {
    std::set<std::string> negatives;
    for (int i = 0; i < 6; ++i) {
      ASSIGN_PINNED_OR_SKIP(const std::string path, absl::StrCat("sami_tldr/constitutions_", writer, "/", i, ".json"));
      ASSERT_OK_AND_ASSIGN(const ConstitutionPair pair, ReadConstitutionPair(path));
      EXPECT_THAT(pair.positive.principles, SizeIs(2));
      EXPECT_THAT(pair.positive.ids, UnorderedElementsAre("pos concise", "pos comprehensive"));
      EXPECT_TRUE(negatives.insert(pair.negative.text).second) << path;
    }
  }
}

}  // namespace
}  // namespace datasets
