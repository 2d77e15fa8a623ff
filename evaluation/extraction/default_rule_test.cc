#include "evaluation/extraction/default_rule.h"

#include <string>
#include <utility>

#include "base/testing.h"
#include "evaluation/extraction/rules.h"

namespace evaluation {
namespace {

std::string Default(absl::string_view text) {
  return ExtractAnswer(AnswerRule::kDefault, text).value_or(std::string(kNoAnswer));
}

using Cases = std::initializer_list<std::pair<const char*, const char*>>;

void ExpectAnswers(Cases cases) {
  for (const auto& [text, answer] : cases) EXPECT_EQ(Default(text), answer) << text;
}

TEST(DefaultRuleTest, AResultMayStandBeforeItsCalculation) {
  ExpectAnswers({
      {"The answer is: 18 = 9 × 2", "18"},
      {"The answer is $18 = 9 \\times 2$.", "18"},
      {"#### 18 = 9*2", "18"},
      {"\\boxed{18 = 9 \\times 2}", "18"},
      {"18 = 9 × 2", "18"},
      {"18 = 20-2", "18"},
      {"18 = 2 \\cdot (5+4)", "18"},
      {"18 = (16 - 3 - 4) * 2", "18"},
      {"18 = \\sqrt{324}", "18"},
      {"18 = 75% of 24", "18"},
      {"-18 = 2 - 20", "-18"},
      {"The answer is 18 = 20 - 2.", "18"},
      {"The answer is 18 which equals 9 times 2.", "18"},
      {"The answer is 18 equals twice 9.", "18"},
      {"She makes 18 dollars = 9 eggs × $2.", "18"},
      {"Therefore 18 = the sum of 9 and 9.", "18"},
      {"So 18 = 2 more than 16.", "18"},
      {"18 = 9 × 2, for 9 eggs", "18"},
      {"So she makes 18, i.e. 9 × 2.", "18"},
      {"So she makes 18 dollars, which is 9 times 2.", "18"},
      {"9*2 = 18 = 20 - 2", "18"},
      {"18 = 2 (4 + 5)", "18"},
      {"18 hours = 3 days * 6 hours", "18"},
  });
}

TEST(DefaultRuleTest, ButARightSideThatIsANumberIsTheResult) {
  ExpectAnswers({
      {"9 * 2 = 18", "18"},
      {"20 - 2 = 9 * 2 = 18", "18"},
      {"x + 3 = 9 * 2 = 18", "18"},
      {"36 = 2x, 36 / 2 = x = 18", "18"},
      {"The answer is 5 dozen eggs, i.e. 60 eggs.", "60"},
      {"2x = 36 * 1, so x = 18", "18"},
      {"x = 18 - 0", "18"},      // no number alone to the left
      {"x + 3 = 20 - 2", "20"},  // the same
      {"#### 18 = 36/2", "18"},
      {"She has 4 = 1 + 3 pears and 5 = 2 + 3 plums, so 9.", "9"},
  });
}

TEST(DefaultRuleTest, WhatACalculationComesTo) {
  ExpectAnswers({
      {"The answer is 75% of 24, which is 18.", "18"},
      {"The answer is 9 times 2, or 18.", "18"},
      {"The answer is twice 9, which is 18.", "18"},
      {"The answer is 75% of the 24.", "75"},  // no more is said
      {"The answer is 18 of 24 eggs, 6 left.", "18"},
      {"The answer is 2-3 eggs.", "2"},
      {"So Janet makes **$18** every day, selling **9** eggs.", "18"},
      {"So Janet sells **9** eggs, making **$18** every day.", "18"},
      {"So she sells 9 eggs, earning 18 dollars.", "18"},
      {"So she makes 18 dollars, having sold 9 eggs.", "18"},
      {"She sold 9 eggs, having 18 dollars now.", "18"},
  });
}

TEST(DefaultRuleTest, CorrectionsBehindDashesInBracketsAndBeforeNumbers) {
  ExpectAnswers({
      {"The answer is 20 — scratch that — 18.", "18"},
      {"The answer is 20 – scratch that – it is 18.", "18"},
      {"The answer is 20 - no wait - 18.", "18"},
      {"The answer is 20 (no wait, 18).", "18"},
      {"The answer is 20—no, 18.", "18"},
      {"The answer is 20 — correction: 18.", "18"},
      {"The answer is 20. Correction: 18", "18"},
      {"The answer is 20 — I mean 18.", "18"},
      {"The answer is 20 I mean 18.", "18"},
      {"The answer is 20, sorry 18.", "18"},
      {"The answer is 20, actually 18.", "18"},
      {"The answer is 20, er, 18.", "18"},
      {"The answer is 20, or rather 18.", "18"},
      {"The answer is 18 rather than 20.", "18"},
      {"The answer is 20, or more precisely 18.", "18"},
      {"La respuesta es 20, perdón, 18.", "18"},
      {"Die Antwort ist 20, nein, 18.", "18"},
      {"答案是20，不对，是18。", "18"},
      {"The answer is 18 — scratch that.", "18"},           // no number behind
      {"The answer is 18. I actually had 3 tries.", "18"},  // corrects nothing
      {"The answer is 18 (I mean dollars).", "18"},
  });
}

TEST(DefaultRuleTest, RemarksAboutTheAnswerCorrectNothing) {
  ExpectAnswers({
      {"The answer is 18. Actually, that is 2 more than 16.", "18"},
      {"She has 18. Actually, that is 2 more than 16.", "18"},
      {"The answer is 18. Wait, that is 9 * 2.", "18"},
      {"The answer is 18. Actually, that is twice 9.", "18"},
      {"The answer is 18. Actually, this is half of 36.", "18"},
      {"The answer is 20. Actually, it is 18.", "18"},
      {"The answer is 20. Wait, 18. Actually, that is 2 more than 16.", "18"},
  });
}

TEST(DefaultRuleTest, NoAnswerInOtherWordsAndLanguages) {
  for (const char* text : {"The answer is unknown; 3 values are missing.",
                           "The final answer is unknown since 3 values are missing",
                           "Answer: unknown (3 values missing)",
                           "The result is unknown; it needs 3 more values.",
                           "The answer is not known: 2 prices are missing.",
                           "Unknown; 3 values are missing.",
                           "\\boxed{\\text{unknown}} since 3 values are missing",
                           "#### unknown, 3 values missing",
                           "It is unknown, as 3 values are missing.",
                           "Faltan 3 datos para resolverlo.",
                           "答案未知，缺少3个数。",
                           "No se puede determinar con 3 datos.",
                           "无法确定，只有3个条件。",
                           "無法確定，只有3個條件。",
                           "因此答案无法确定，只有3个条件。",
                           "Die Aufgabe kann nicht berechnet werden, es fehlen 3 Werte.",
                           "On ne peut pas répondre avec 3 données.",
                           "Não é possível determinar com 3 dados.",
                           "Non è possibile determinarlo con 3 dati.",
                           "Невозможно определить по 3 данным.",
                           "3つの条件だけでは決定できません。",
                           "조건이 3개뿐이라 알 수 없습니다."}) {
    EXPECT_EQ(Default(text), kNoAnswer) << text;
  }
  ExpectAnswers({
      {"Let x be the unknown; then x = 18.", "18"},
      {"The unknown number is 18.", "18"},
      {"The number of eggs is unknown, so call it x. Then x = 18.", "18"},
      {"The answer is unclear. Perhaps 6.", "6"},
      {"Unknown numbers are hard: 18 is one.", "18"},
      {"Faltan 18 manzanas.", "18"},
      {"No solution is needed: 9 * 2 = 18", "18"},
      {"No se puede comprar más, quedan 18.", "18"},  // that something cannot be bought says nothing
      {"他无法支付更多，还剩18元。", "18"},
      {"Er kann nicht mehr kaufen: 18 bleiben.", "18"},
  });
}

TEST(DefaultRuleTest, NumbersInChineseAndInFullWidth) {
  ExpectAnswers({
      {"The final answer is ￥１，２３４。", "1234"},
      {"答えは３．５です", "3.5"},
      {"答案是三千", "3000"},
      {"答案：一千二百三十四", "1234"},
      {"The answer is 十八.", "18"},
      {"答案是五", "5"},
      {"所以答案是18，共3步", "18"},
      {"他有三十个，卖了12个", "12"},  // digits come first, as before words
      {"这是一个问题。", kNoAnswer},
      {"这个三角形十分大，千万别动。", kNoAnswer},
      {"答案是三千五", kNoAnswer},  // 3500 in Chinese, 3005 in Japanese
  });
}

}  // namespace
}  // namespace evaluation
