#include "datasets/overlap/overlap.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/random.h"
#include "base/testing.h"
#include "datasets/gsm8k/gsm8k.h"
#include "datasets/overlap/normalized.h"
#include "datasets/preference/preference.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Texts = std::vector<std::string>;

std::string Normalized(const std::string& text) { return absl::StrJoin(NormalizedWords(text), " "); }

// "w1 w2 ... w<count>".
std::string Counted(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) absl::StrAppend(&text, i == 1 ? "" : " ", "w", i);
  return text;
}

TEST(NormalizedWordsTest, CasePunctuationAndWhiteSpaceAreDropped) {
  EXPECT_EQ(Normalized("  When should I\twater\n roses?! "), "when should i water roses");
  EXPECT_EQ(Normalized("\"Roses\" (red), don\xE2\x80\x99t they\xE2\x80\xA6"), "roses red don t they");
  EXPECT_EQ(Normalized("don't"), "don t");
  EXPECT_EQ(Normalized(""), "");
  EXPECT_EQ(Normalized(" ?! ..."), "");
}

TEST(NormalizedWordsTest, CharactersAreFolded) {
  EXPECT_EQ(Normalized("caf\xC3\xA9"), Normalized("CAFE\xCC\x81"));      // composed, and e with an accent after it
  EXPECT_EQ(Normalized("\xEF\xBC\xA1\xEF\xBC\x91 x\xC2\xB2"), "a1 x2");  // full width, a superscript
  EXPECT_EQ(Normalized("Stra\xC3\x9F"
                       "e"),
            "strasse");
  EXPECT_EQ(Normalized("co\xC2\xADop"), "coop");                      // a soft hyphen
  EXPECT_EQ(Normalized("\xEF\xB7\xBA"), Normalized("\xEF\xB7\xBA"));  // one character that becomes 18
  EXPECT_THAT(NormalizedWords("\xEF\xB7\xBA"), SizeIs(4));
}

TEST(NormalizedWordsTest, WhatChangesAQuestionStays) {
  EXPECT_EQ(Normalized("3 + 4 = ?"), "3 + 4 =");
  EXPECT_EQ(Normalized("3 - 4"), "3 - 4");
  EXPECT_EQ(Normalized("3*4, 3/4, 5%"), "3 * 4 3 / 4 5 %");
  EXPECT_EQ(Normalized("well-known and/or - so"), "well known and or so");
  EXPECT_EQ(Normalized("$5"), "$ 5");
}

TEST(NormalizedWordsTest, ScriptsWithoutSpaces) {
  EXPECT_THAT(NormalizedWords("\xE4\xB8\xAD\xE6\x96\x87\xEF\xBC\x9F"
                              "abc"),
              ElementsAre("\xE4\xB8\xAD", "\xE6\x96\x87", "abc"));
  // A Thai vowel mark stays with its consonant.
  EXPECT_THAT(NormalizedWords("\xE0\xB8\x81\xE0\xB8\xB4\xE0\xB8\x99"),
              ElementsAre("\xE0\xB8\x81\xE0\xB8\xB4", "\xE0\xB8\x99"));
  EXPECT_THAT(NormalizedWords("\xE0\xB8\x81\xE0\xB8\xB4"
                              "a"),
              ElementsAre("\xE0\xB8\x81\xE0\xB8\xB4", "a"));
}

// Wherever a long text is cut into pieces: no accent is parted from its letter. And what would take minutes as a whole,
// 200,000 marks out of order, takes none.
TEST(NormalizedWordsTest, LongTexts) {
  std::string composed, decomposed, marks = "a";
  for (int i = 0; i < 20000; ++i) {
    composed += "caf\xC3\xA9 ";
    decomposed += "cafe\xCC\x81 ";
  }
  EXPECT_EQ(NormalizedWords(decomposed), NormalizedWords(composed));
  for (int i = 0; i < 100000; ++i) marks += "\xCC\x81\xCC\xA3";
  EXPECT_THAT(NormalizedWords(marks), SizeIs(1));
}

TEST(NormalizedWordsTest, BrokenTextIsTakenByItsBytes) {
  EXPECT_THAT(NormalizedWords("A b\xff"), SizeIs(2));
  EXPECT_THAT(NormalizedWords(std::string(1, '\0')), IsEmpty());
}

TEST(OverlapTest, EachTextCountsOnceAsTheClosestKind) {
  const Texts training = {"Why?", "why", Counted(13), "unrelated text of some more words"};
  const Texts evaluation = {"why", "WHY !", Counted(12) + " other", "something else", "Why?", "?"};
  const Overlap overlap = CountOverlap(training, evaluation);
  EXPECT_EQ(overlap.texts, 6);
  EXPECT_EQ(overlap.exact, 2);
  EXPECT_EQ(overlap.normalized, 1);
  EXPECT_EQ(overlap.near, 1);
  ASSERT_THAT(overlap.matches, SizeIs(4));
  EXPECT_EQ(overlap.matches[0].text, 0);
  EXPECT_EQ(overlap.matches[0].other, 1);
  EXPECT_EQ(overlap.matches[1].kind, OverlapKind::kNormalized);
  EXPECT_EQ(overlap.matches[1].other, 0);
  EXPECT_EQ(overlap.matches[2].kind, OverlapKind::kNear);
  EXPECT_EQ(overlap.matches[2].other, 2);
  EXPECT_EQ(overlap.matches[2].similarity, 0.8);
  EXPECT_EQ(overlap.matches[3].text, 4);
}

// Texts of n words that differ in the last one have n - 5 runs of n - 4 in common: 8 of 10 of both at n = 13, 7 of 9 at
// n = 12.
TEST(OverlapTest, NearBeginsAtFourFifths) {
  for (const int words : {6, 9, 12, 13, 14, 40}) {
    const Overlap overlap = CountOverlap({Counted(words)}, {Counted(words - 1) + " other"});
    EXPECT_EQ(overlap.near, words >= 13) << words;
    if (words >= 13) EXPECT_EQ(overlap.matches[0].similarity, (words - 5.0) / (words - 3.0)) << words;
  }
}

TEST(OverlapTest, TheClosestIsTheFirstOfTheMostSimilar) {
  const std::string text = Counted(40);
  const Texts training = {text + " a b", text + " c", text + " d", text + " a b c d e f g"};
  const Overlap overlap = CountOverlap(training, {text});
  ASSERT_THAT(overlap.matches, SizeIs(1));
  EXPECT_EQ(overlap.matches[0].other, 1);
}

TEST(OverlapTest, ShortTextsAreNearNothing) {
  EXPECT_EQ(CountOverlap({"a b c d"}, {"a b c", "a b c d e", "a b c e"}).matches.size(), 0);
  EXPECT_EQ(CountOverlap({}, {"a"}).texts, 1);
  EXPECT_EQ(CountOverlap({"a"}, {}).texts, 0);
  EXPECT_EQ(CountOverlap({"?", ""}, {"!", ""}).exact, 1);  // the empty text; nothing is left of the others to compare
}

TEST(OverlapTest, RepeatsAreThoseAfterTheFirst) {
  const Overlap overlap = CountRepeats({"a", "b", "a", "A.", Counted(20), Counted(19) + " x", "a"});
  EXPECT_EQ(overlap.texts, 7);
  EXPECT_EQ(overlap.exact, 2);
  EXPECT_EQ(overlap.normalized, 1);
  EXPECT_EQ(overlap.near, 1);
  EXPECT_EQ(overlap.matches.back().text, 6);
  EXPECT_EQ(overlap.matches.back().other, 0);
}

// Texts that are near, the same but for case, or different: a few base texts of a small vocabulary, with some words
// changed.
Texts RandomTexts(int count, base::RandomStream& stream) {
  Texts texts;
  for (int i = 0; i < count; ++i) {
    base::RandomStream base_text(7, "overlap/base", stream.Below(6));
    const uint64_t words = base_text.Below(60), changes = stream.Below(3);
    Texts text;
    for (uint64_t w = 0; w < words; ++w) text.push_back(absl::StrCat("w", base_text.Below(30)));
    for (uint64_t c = 0; c < changes && words > 0; ++c) text[stream.Below(words)] = absl::StrCat("w", stream.Below(30));
    std::string joined = absl::StrJoin(text, " ");
    if (stream.Bernoulli(0.3)) joined = absl::AsciiStrToUpper(joined) + "!";
    texts.push_back(joined);
  }
  return texts;
}

// A text as the definition sees it.
struct Parts {
  explicit Parts(const std::string& whole) : text(whole) {
    const std::vector<std::string> list = NormalizedWords(text);
    words = absl::StrJoin(list, " ");
    for (size_t end = std::min<size_t>(list.size(), kShingleWords); end <= list.size() && end > 0; ++end) {
      const size_t begin = end - std::min<size_t>(end, kShingleWords);
      runs.insert(absl::StrJoin(list.begin() + begin, list.begin() + end, " "));
    }
  }
  std::string text, words;
  std::set<std::string> runs;
};

// The closest of `training`, found by comparing with each.
std::string ByDefinition(const std::vector<Parts>& training, const Parts& asked) {
  size_t normalized = training.size(), near = training.size();
  double best = 0;
  for (size_t i = 0; i < training.size(); ++i) {
    if (training[i].text == asked.text) return absl::StrCat(i, " exact");
    if (!asked.words.empty() && training[i].words == asked.words) normalized = std::min(normalized, i);
    size_t common = 0;
    for (const std::string& run : asked.runs) common += training[i].runs.count(run);
    const size_t all = asked.runs.size() + training[i].runs.size() - common;
    if (all == 0 || common * 5 < all * 4) continue;
    const double similarity = static_cast<double>(common) / all;
    if (similarity > best) near = i, best = similarity;
  }
  if (normalized < training.size()) return absl::StrCat(normalized, " normalized");
  return near < training.size() ? absl::StrCat(near, " near ", best) : "none";
}

// No draw can make it fail unless the index is wrong.
TEST(OverlapTest, EqualsTheDefinition) {
  int64_t near = 0;
  for (int round = 0; round < 40; ++round) {
    base::RandomStream stream(1, "overlap/texts", round);
    const Texts training = RandomTexts(40, stream), evaluation = RandomTexts(40, stream);
    const std::vector<Parts> parts(training.begin(), training.end());
    const Overlap overlap = CountOverlap(training, evaluation);
    near += overlap.near;
    std::vector<std::string> found(evaluation.size(), "none");
    for (const OverlapMatch& match : overlap.matches) {
      const std::string kind = match.kind == OverlapKind::kExact        ? " exact"
                               : match.kind == OverlapKind::kNormalized ? " normalized"
                                                                        : absl::StrCat(" near ", match.similarity);
      found[match.text] = absl::StrCat(match.other, kind);
    }
    for (size_t i = 0; i < evaluation.size(); ++i) {
      EXPECT_EQ(found[i], ByDefinition(parts, Parts(evaluation[i]))) << i;
    }
  }
  // The texts are such that there is something to find.
  EXPECT_GT(near, 40);
}

// Counted by another program, from the definition.
TEST(PinnedOverlapTest, Gsm8kRepeats) {
  ASSIGN_PINNED_OR_SKIP(const std::string train, "gsm8k/train.jsonl");
  ASSIGN_PINNED_OR_SKIP(const std::string test, "gsm8k/test.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto train_problems, ReadGsm8k(train));
  ASSERT_OK_AND_ASSIGN(const auto test_problems, ReadGsm8k(test));
  const auto questions = [](const std::vector<Gsm8kProblem>& problems) {
    Texts texts;
    for (const Gsm8kProblem& problem : problems) texts.push_back(problem.question);
    return texts;
  };
  EXPECT_THAT(CountOverlap(questions(train_problems), questions(test_problems)).matches, IsEmpty());
  const Overlap repeats = CountRepeats(questions(train_problems));
  EXPECT_EQ(repeats.texts, 7473);
  EXPECT_EQ(repeats.near, 1);
  EXPECT_THAT(repeats.matches, SizeIs(1));
}

TEST(PinnedOverlapTest, HhRlhfPromptsRepeat) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "hh_rlhf/harmless-base/test.jsonl.gz");
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto pairs, ReadPreferencePairs(path, notes));
  Texts prompts;
  for (const PreferencePair& pair : pairs) prompts.push_back(std::get<std::string>(pair.prompt));
  const Overlap repeats = CountRepeats(prompts);
  EXPECT_EQ(repeats.exact, 2);
  EXPECT_EQ(repeats.normalized, 1);
  EXPECT_EQ(repeats.near, 5);
}

}  // namespace
}  // namespace datasets
