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

PreTokenizerStep Split(const std::string& pattern, SplitBehavior behavior = SplitBehavior::kIsolated,
                       bool invert = false) {
  PreTokenizerStep step;
  step.kind = PreTokenizerStep::Kind::kPattern;
  step.pattern = SplitPattern::Compile(pattern).value();
  step.behavior = behavior;
  step.invert = invert;
  return step;
}

std::vector<std::string> WordsOf(const std::vector<PreTokenizerStep>& steps, absl::string_view text) {
  std::vector<std::string> words, tracked;
  PreTokenizer(steps).ForEachWord({text}, true, [&](const AlignedView& word) { words.emplace_back(word.text); });
  // Spans change nothing.
  const std::vector<TextSpan> spans = OwnSpans(text);
  PreTokenizer(steps).ForEachWord({text, spans.data()}, true,
                                  [&](const AlignedView& word) { tracked.emplace_back(word.text); });
  EXPECT_EQ(words, tracked);
  return words;
}

std::vector<std::string> Words(const std::vector<std::string>& patterns, absl::string_view text) {
  std::vector<PreTokenizerStep> steps;
  for (const std::string& pattern : patterns) steps.push_back(Split(pattern));
  return WordsOf(steps, text);
}

TEST(PreTokenizer, KeepsMatchesAndWhatLiesBetween) {
  EXPECT_THAT(Words({"b+"}, "abbca"), ElementsAre("a", "bb", "ca"));
  EXPECT_THAT(Words({"b+"}, "ca"), ElementsAre("ca"));
  EXPECT_THAT(Words({"b+"}, ""), ElementsAre());
  EXPECT_THAT(Words({}, "a b"), ElementsAre("a b"));
}

TEST(PreTokenizer, MatchesBehaveInFiveWays) {
  const auto words = [](SplitBehavior behavior, bool invert = false) {
    return WordsOf({Split("-", behavior, invert)}, "-a--b-");
  };
  EXPECT_THAT(words(SplitBehavior::kRemoved), ElementsAre("a", "b"));
  EXPECT_THAT(words(SplitBehavior::kIsolated), ElementsAre("-", "a", "-", "-", "b", "-"));
  EXPECT_THAT(words(SplitBehavior::kContiguous), ElementsAre("-", "a", "--", "b", "-"));
  EXPECT_THAT(words(SplitBehavior::kMergedWithPrevious), ElementsAre("-", "a-", "-", "b-"));
  EXPECT_THAT(words(SplitBehavior::kMergedWithNext), ElementsAre("-a", "-", "-b", "-"));
  EXPECT_THAT(words(SplitBehavior::kRemoved, true), ElementsAre("-", "-", "-", "-"));
  EXPECT_THAT(words(SplitBehavior::kMergedWithPrevious, true), ElementsAre("-a", "-", "-b", "-"));
}

TEST(PreTokenizer, WordsAndMarksLeaveWhiteSpaceOut) {
  PreTokenizerStep step;
  step.kind = PreTokenizerStep::Kind::kWordsAndMarks;
  EXPECT_THAT(WordsOf({step}, " Hi!? e\u0301_9\t\u00B2$ "), ElementsAre("Hi", "!?", "e\u0301_9", "\u00B2$"));
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

TEST(SplitPattern, WordCharactersIncludeMarksAndOnlyLatin1sOtherNumbers) {
  EXPECT_THAT(Words({"\\w+"}, "e\u0301_9\u00B2\u2075"), ElementsAre("e\u0301_9\u00B2", "\u2075"));
  EXPECT_THAT(Words({"[\\w]+"}, "9\u00B2a"), ElementsAre("9", "\u00B2", "a")) << "not in a class";
}

TEST(SplitPattern, ALiteralIsNoExpression) {
  PreTokenizerStep dots = Split("x");
  dots.pattern = SplitPattern::Literal(".");
  EXPECT_THAT(WordsOf({dots}, "a.b"), ElementsAre("a", ".", "b"));
}

// Emoji of 2022, a Chinese character of 2023, and a letter of 2024.
TEST(SplitPattern, NewCharactersAreWhatTheyAre) {
  EXPECT_THAT(Words({"\\p{So}"}, "a\U0001FA77b"), ElementsAre("a", "\U0001FA77", "b"));
  EXPECT_THAT(Words({"\\p{Han}+"}, "a\U0002EBF0\u4E00b"), ElementsAre("a", "\U0002EBF0\u4E00", "b"));
  EXPECT_THAT(Words({"\\p{Lu}\\p{Ll}"}, "a\u1C89\u1C8Ab"), ElementsAre("a", "\u1C89\u1C8A", "b"));
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
