#include "lm/tokenizer/steps/pretokenizer.h"

#include <ctime>
#include <string>
#include <vector>

#include "base/testing.h"
#include "lm/tokenizer/bpe/bpe_trainer.h"

namespace lm {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Words(const std::vector<std::string>& patterns, absl::string_view text) {
  std::vector<SplitPattern> splits;
  for (const std::string& pattern : patterns) splits.push_back(SplitPattern::Compile(pattern).value());
  std::vector<std::string> words;
  PreTokenizer(std::move(splits)).ForEachWord(text, true, [&](absl::string_view word) { words.emplace_back(word); });
  return words;
}

TEST(PreTokenizer, KeepsMatchesAndWhatLiesBetween) {
  EXPECT_THAT(Words({"b+"}, "abbca"), ElementsAre("a", "bb", "ca"));
  EXPECT_THAT(Words({"b+"}, "ca"), ElementsAre("ca"));
  EXPECT_THAT(Words({"b+"}, ""), ElementsAre());
  EXPECT_THAT(Words({}, "a b"), ElementsAre("a b"));
}

TEST(PreTokenizer, LaterPatternsCutThePiecesOfEarlierOnes) {
  EXPECT_THAT(Words({"\\p{N}", "b"}, "ab12"), ElementsAre("a", "b", "1", "2"));
  // The second sees each piece alone: "a" is at an end in both.
  EXPECT_THAT(Words({"-", "a$"}, "aa-aa"), ElementsAre("a", "a", "-", "a", "a"));
}

TEST(PreTokenizer, AnEmptyMatchCutsAndTakesNothing) {
  EXPECT_THAT(Words({"x*"}, "axxb"), ElementsAre("a", "xx", "b"));
  EXPECT_THAT(Words({"(?=b)"}, "ab\u00E9b"), ElementsAre("a", "b\u00E9", "b"));
}

TEST(PreTokenizer, TrainingPatternKeepsDigitsApartAndSpacesWithWords) {
  const std::string pattern = kDefaultWordPattern;
  EXPECT_THAT(Words({pattern}, "It's 120 apples"), ElementsAre("It", "'s", " ", "1", "2", "0", " apples"));
  EXPECT_THAT(Words({pattern}, "we'LL 'til"), ElementsAre("we", "'LL", " '", "til"));
  EXPECT_THAT(Words({pattern}, "a  b \n\n c\n"), ElementsAre("a", " ", " b", " \n\n", " c", "\n"));
  EXPECT_THAT(Words({pattern}, "x=(-3)!!"), ElementsAre("x", "=(-", "3", ")!!"));
  // A combining accent belongs to its letter.
  EXPECT_THAT(Words({pattern}, "cafe\u0301 ok"), ElementsAre("cafe\u0301", " ok"));
}

TEST(PreTokenizer, BytesThatAreNotUtf8AreWordsOfTheirOwn) {
  EXPECT_THAT(Words({"\\p{L}+"},
                    "ab\xFF\xFE"
                    "cd\xC3"),
              ElementsAre("ab", "\xFF\xFE", "cd", "\xC3"));
  EXPECT_THAT(Words({"\\p{L}+"}, "\x80"), ElementsAre("\x80"));
}

TEST(SplitPattern, WhiteSpaceIsUnicodesAndNotPcres) {
  // U+0085 and U+3000 are white space; U+180E has not been since Unicode 6.3, and U+200B never was.
  EXPECT_THAT(Words({"\\s"}, "a\u0085b\u3000c\u180Ed\u200Be"),
              ElementsAre("a", "\u0085", "b", "\u3000", "c\u180Ed\u200Be"));
  EXPECT_THAT(Words({"[^\\s]+"}, "a \u180Eb"), ElementsAre("a", " ", "\u180Eb"));
  EXPECT_THAT(Words({"\\S+"}, "a \u180Eb"), ElementsAre("a", " ", "\u180Eb"));
}

TEST(SplitPattern, WordCharactersIncludeMarksAndNoOtherNumbers) {
  EXPECT_THAT(Words({"\\w+"}, "e\u0301_9\u00B2"), ElementsAre("e\u0301_9", "\u00B2"));
}

TEST(SplitPattern, ALiteralIsNoExpression) {
  ASSERT_OK_AND_ASSIGN(SplitPattern dots, SplitPattern::Literal("."));
  std::vector<std::string> pieces;
  dots.ForEachPiece("a.b", [&](absl::string_view piece) { pieces.emplace_back(piece); });
  EXPECT_THAT(pieces, ElementsAre("a", ".", "b"));
}

TEST(SplitPattern, RefusesWhatTheEnginesReadDifferently) {
  for (const char* pattern : {"\\h", "\\bx", "[\\S]", "[a[b]]", "[a&&b]", "a{2}+", "(?m:.)", "(?<name>a)", "\\u0041",
                              "[]a]", "(*UCP)a", "\\1"}) {
    EXPECT_THAT(SplitPattern::Compile(pattern),
                StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("is not supported in patterns")))
        << pattern;
  }
}

TEST(SplitPattern, SaysWhereAnErrorIs) {
  EXPECT_THAT(SplitPattern::Compile("a(b"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at byte 3")));
  EXPECT_THAT(SplitPattern::Compile("a\\"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("backslash")));
  EXPECT_THAT(SplitPattern::Compile("\xFF"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
}

// Long runs make patterns backtrack. One second a megabyte is some fifty times what it takes; quadratic time would be
// hours.
TEST(PreTokenizer, LongRunsTakeLinearTime) {
  const int n = 1000000;
  const std::clock_t start = std::clock();
  EXPECT_THAT(Words({kDefaultWordPattern}, std::string(n, 'a')), testing::SizeIs(1));
  EXPECT_THAT(Words({kDefaultWordPattern}, std::string(n, ' ')), testing::SizeIs(1));
  EXPECT_THAT(Words({kDefaultWordPattern}, std::string(n, ' ') + "a"), testing::SizeIs(2));
  EXPECT_THAT(Words({kDefaultWordPattern}, std::string(n, '7')), testing::SizeIs(n));
  EXPECT_THAT(Words({"(?:a|b)+"}, std::string(n, 'a')), testing::SizeIs(1));
  EXPECT_THAT(Words({kDefaultWordPattern}, std::string(n, '\xFF')), testing::SizeIs(1));
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 6.0);
}

}  // namespace
}  // namespace lm
