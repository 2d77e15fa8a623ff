#include "datasets/embedded/style.h"

#include <cmath>
#include <map>
#include <set>

#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "datasets/embedded/known_information.h"
#include "datasets/embedded/questions.h"

namespace embedded {
namespace {

std::vector<Question> Draw(int64_t count) {
  auto questions = DrawQuestions(Split::kTrain, count, 1);
  EXPECT_OK(questions);
  return *std::move(questions);
}

// The k-th of the 2^5 choices of a side of each of the category's styles.
StyleSet Choice(Category category, int k) {
  StyleSet styles;
  for (int s = 0; s < kStylesPerCategory; ++s) styles[static_cast<size_t>(StylesOf(category)[s])] = k >> s & 1;
  return styles;
}

constexpr int kChoices = 1 << kStylesPerCategory;

std::string Respond(const Question& question, const StyleSet& styles) {
  base::RandomStream variation(3, "test", question.id);
  return question.respond(styles, variation);
}

// The suite's own answers are the checkers' first examples: right, and with just the styles that were asked for.
TEST(StyleTest, EveryAnswerPassesItsOwnCheckers) {
  for (const Question& question : Draw(400)) {
    for (int k = 0; k < kChoices; ++k) {
      const StyleSet styles = Choice(question.category, k);
      const std::string answer = Respond(question, styles);
      EXPECT_TRUE(IsRight(question.answer, answer)) << question.text << " -> " << answer;
      for (const Style style : StylesOf(question.category)) {
        EXPECT_EQ(HasStyle(style, answer), Has(styles, style)) << PrincipleOf(style).id << ": " << answer;
        EXPECT_EQ(HasAntithesis(style, answer), !Has(styles, style)) << PrincipleOf(style).id << ": " << answer;
      }
    }
  }
}

// By construction no length tells the sides of an equal style apart, whatever the other styles are; of each other
// style the principle's side is the longer one.
TEST(StyleTest, SidesOfEqualStylesHaveEqualLengths) {
  for (const Question& question : Draw(1600)) {
    for (int k = 0; k < kChoices; ++k) {
      for (const Style style : StylesOf(question.category)) {
        StyleSet styles = Choice(question.category, k);
        const size_t as_chosen = Respond(question, styles).size();
        const bool chosen = Has(styles, style);
        styles.flip(static_cast<size_t>(style));
        const size_t flipped = Respond(question, styles).size();
        if (IsEqual(style)) {
          EXPECT_EQ(as_chosen, flipped) << PrincipleOf(style).id << ": " << Respond(question, styles);
        } else {
          EXPECT_EQ(as_chosen > flipped, chosen) << PrincipleOf(style).id << ": " << Respond(question, styles);
        }
      }
    }
  }
}

TEST(StyleTest, CategoriesHaveLearnedAndHeldOutPrinciplesOfBothKinds) {
  std::map<std::string, int> relevant;
  for (const datasets::Principle& principle : Principles()) {
    for (const std::string& category : principle.relevant_for) ++relevant[category];
  }
  for (int c = 0; c < kNumCategories; ++c) {
    const auto category = static_cast<Category>(c);
    EXPECT_EQ(relevant[std::string(CategoryName(category))], kStylesPerCategory);
    int count[2][2] = {};
    for (const Style style : StylesOf(category)) ++count[IsHeldOut(style)][IsEqual(style)];
    EXPECT_EQ(count[0][0], 1);
    EXPECT_EQ(count[0][1], 2);
    EXPECT_EQ(count[1][0], 1);
    EXPECT_EQ(count[1][1], 1);
  }
}

TEST(StyleTest, AntithesesHaveAsManyWordsAsTheirPrinciples) {
  const auto words = [](const std::string& text) { return std::vector<std::string>(absl::StrSplit(text, ' ')).size(); };
  std::set<std::string> texts;
  size_t count = 0;
  for (const datasets::Principle& principle : Principles()) {
    if (principle.id != "latex") EXPECT_EQ(words(principle.text), words(principle.antitheses[0])) << principle.id;
    ASSERT_EQ(principle.antitheses.size(), principle.paraphrases.size() + 1) << principle.id;
    texts.insert(principle.text);
    texts.insert(principle.paraphrases.begin(), principle.paraphrases.end());
    texts.insert(principle.antitheses.begin(), principle.antitheses.end());
    count += 2 * principle.antitheses.size();
  }
  EXPECT_EQ(texts.size(), count);  // each wording tells what it asks for
}

TEST(StyleTest, StylesAreReadFromAnyText) {
  EXPECT_FALSE(HasStyle(Style::kMarkdown, "2 ** 3 is 8"));
  EXPECT_TRUE(HasStyle(Style::kMarkdown, "Some:\n- one\n- two"));
  EXPECT_TRUE(HasStyle(Style::kMarkdown, "so **Ann** wins"));
  EXPECT_FALSE(HasStyle(Style::kLatex, "It costs $5."));
  EXPECT_TRUE(HasStyle(Style::kLatex, "so $x = 5$."));
  EXPECT_FALSE(HasStyle(Style::kQuote, "the word \"one\" here"));
  EXPECT_TRUE(HasStyle(Style::kQuote, "it says 'one two three'"));
  EXPECT_FALSE(HasStyle(Style::kComment, "def f(x):\n    return x"));
  EXPECT_TRUE(HasStyle(Style::kComment, "def f(x):\n    # Adds.\n    return x"));
}

// Of an equal style a text may show neither side, or both, and then follows none; a text that lacks what another style
// adds shows its antithesis.
TEST(StyleTest, WhatShowsNeitherSideFollowsNeither) {
  for (int i = 0; i < kNumStyles; ++i) {
    const auto style = static_cast<Style>(i);
    for (const char* text : {"", "Rome", "?"}) {
      EXPECT_FALSE(HasStyle(style, text)) << PrincipleOf(style).id;
      EXPECT_EQ(HasAntithesis(style, text), !IsEqual(style)) << PrincipleOf(style).id;
    }
  }
  for (const auto& [style, text] :
       std::vector<std::pair<Style, std::string>>{{Style::kSir, "Sir, or Pal, it is"},
                                                  {Style::kSir, "Sirs and Pals"},
                                                  {Style::kDoubleQuotes, "\"a\" and 'b'"},
                                                  {Style::kStars, "* a\n- b"},
                                                  {Style::kVerbFirst, "The oldest is Ann: Ann is the oldest."},
                                                  {Style::kReasonFirst, "Since a, b. Now c is d, since e."},
                                                  {Style::kSmallerFirst, "3 * 3 = 9"},
                                                  {Style::kResultLast, "3 = 3"},
                                                  {Style::kNumberFirst, "return (x)"},
                                                  {Style::kCountryFirst, "Peru: Lima\nOslo: Norway"},
                                                  {Style::kExclaim, "Is it?"}}) {
    EXPECT_FALSE(HasStyle(style, text)) << text;
    EXPECT_FALSE(HasAntithesis(style, text)) << text;
  }
}

TEST(StyleTest, TheLastFormulaCounts) {
  EXPECT_TRUE(HasStyle(Style::kSmallerFirst, "9 + 2 = 11. Then 3 * 7 + 5 = 26."));
  EXPECT_TRUE(HasAntithesis(Style::kSmallerFirst, "2 + 9 = 11. Then $26 = 7 * 3 + 5$."));
  EXPECT_TRUE(HasStyle(Style::kResultLast, "Thus $3 * 7 = 21$."));
  EXPECT_TRUE(HasAntithesis(Style::kResultLast, "3 * 7 = 21. Thus 26 = 21 + 5."));
  EXPECT_FALSE(HasStyle(Style::kSmallerFirst, "1 + 99999999999999999999"));
}

TEST(StyleTest, CourtesiesFramesAndListsAreNotSentences) {
  EXPECT_EQ(CountSentences("Arr, matey! I am glad to help. The capital is Rome. Italy lies in Europe."), 2);
  EXPECT_EQ(CountSentences("Sure:\n- Italy: Rome\n- Peru: Lima"), 1);
  EXPECT_EQ(CountSentences("The river is old. Goodbye."), 1);
  EXPECT_EQ(CountSentences(""), 0);
  EXPECT_EQ(CountSentences("..."), 0);
}

// By hand: H(1/2) = log 2; H((0.46 + 0.19) / 2) - (H(0.46) + H(0.19)) / 2 = 0.630581 - (0.689944 + 0.486223) / 2.
TEST(KnownInformationTest, IsTheMutualInformationOfCoins) {
  EXPECT_DOUBLE_EQ(KnownInformation(1, 0), std::log(2.0));
  EXPECT_EQ(KnownInformation(0.3, 0.3), 0);
  EXPECT_EQ(KnownInformation(0, 0), 0);
  EXPECT_NEAR(KnownInformation(0.46, 0.19), 0.0425, 1e-4);
  EXPECT_DOUBLE_EQ(KnownInformation(0.46, 0.19), KnownInformation(0.19, 0.46));
  EXPECT_NEAR(KnownInformation(0.97, 0.03), 0.5584, 1e-4);
}

}  // namespace
}  // namespace embedded
