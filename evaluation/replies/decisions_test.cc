// Which of the verdicts that a reply names it gives, if any: in English and in other languages.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "evaluation/replies/reader.h"
#include "evaluation/replies/run_on.h"

namespace evaluation {
namespace {

struct Case {
  const char* reply;
  const char* expected;  // "A", "B", "tie" or "none"
};

std::string Winner(const Grammar& grammar, const std::string& reply, const std::string& finish_reason = "stop") {
  const Reading reading = ReadReply(grammar, reply, finish_reason, {"an answer"});
  if (reading.kind != Reading::Kind::kRead) return "none";
  const Verdict verdict = reading.value.verdict;
  return verdict == Verdict::kFirst ? "A" : verdict == Verdict::kSecond ? "B" : "tie";
}

template <size_t n>
void ExpectWinners(const Case (&cases)[n], const std::string& grammar = "fastchat-pair") {
  for (const auto& [reply, expected] : cases) {
    EXPECT_EQ(Winner(*FindGrammar(grammar), reply), expected) << reply;
  }
}

TEST(DecisionsTest, ARatingAndItsScale) {
  for (const char* reply : {"[[8]] out of 10", "[[8]] out of 10.", "[[8]]/10", "Rating: [[8]] of 10 points",
                            "[[8]] points", "[[8]] overall, as it is clear", "I give it [[8]] out of a possible 10."}) {
    const Reading reading = ReadReply(*FindGrammar("fastchat-single"), reply, "stop", {"an answer"});
    EXPECT_EQ(reading.kind, Reading::Kind::kRead) << reply << ": " << reading.why;
    EXPECT_EQ(reading.value.rating, 8) << reply;
  }
  ExpectWinners(
      {{"[[A]] by a hair.", "A"}, {"[[A]] wins this one out of the two.", "A"}, {"It's not close: [[A]]", "A"}});
}

TEST(DecisionsTest, OrdinaryJudgesAreRead) {
  ExpectWinners({
      {"Both answers are relevant. However, Assistant B's answer is not correct. Therefore, Assistant A is better. "
       "[[A]]",
       "A"},
      {"While A is concise, B does not explain its steps and would confuse the user.\n\nFinal verdict: [[A]]", "A"},
      {"Neither response is without flaws, and I cannot say that one is better. [[C]]", "tie"},
      {"Although A could have been more concise, it would still be the better choice. [[A]]", "A"},
      {"[[A]]\n\nExplanation: Assistant B failed to answer the second question, which the user asked.", "A"},
      {"If accuracy counts, A is better; if style matters, B is. Overall I go with A. [[A]]", "A"},
      {"If I had to choose, I would choose [[B]].", "B"},
      {"**Verdict**\n\n[[B]] – B is more helpful because A ignored the question.", "B"},
      {"I'd rate both the same, so my verdict is [[C]] (tie).", "tie"},
      {"Considering all of the above, including that B was wrong on turn two, [[A]] it is.", "A"},
      {"Had the user asked for code, B would win. They asked for prose, though, so A wins: [[A]]", "A"},
      {"Assistant B should have mentioned the risk. This is why I choose Assistant A. [[A]].", "A"},
  });
}

TEST(DecisionsTest, AnInstructionThatIsRepeatedIsNoVerdict) {
  ExpectWinners({
      {"If assistant A is better, [[A]]; if B is better, [[B]]; for a tie [[C]].", "none"},
      {"If A is better, I output [[A]]; if B is better, I output [[B]]; for a tie, I output [[C]].", "none"},
      {"When A is better: [[A]]. When B is better: [[B]]. When equal: [[C]].", "none"},
      {"If A is better:\n[[A]]\nIf B is better:\n[[B]]\nIf both are equal:\n[[C]]", "none"},
      {"If A is better, [[A]], otherwise [[B]].", "none"},
      {"My verdict is [[A]] when A is better, [[B]] when B is better, [[C]] otherwise.", "none"},
      {"Output for A being better: [[A]]. Output for B being better: [[B]]. Output for a tie: [[C]].", "none"},
      {"Wenn A besser ist: [[A]]; wenn B besser ist: [[B]]; bei Gleichstand: [[C]].", "none"},
      {"Ist A besser, lautet das Urteil [[A]]; ist B besser, lautet das Urteil [[B]]; sonst lautet es [[C]].", "none"},
      {"Si A est meilleur, je dis [[A]] ; si B est meilleur, je dis [[B]] ; en cas d'égalité, [[C]].", "none"},
      {"Si A es mejor, [[A]]; si B es mejor, [[B]]; en caso de empate, [[C]].", "none"},
      {"Se A è migliore, [[A]]; se B è migliore, [[B]]; in caso di parità, [[C]].", "none"},
      {"Если лучше A, то [[A]]; если лучше B, то [[B]]; при равенстве [[C]].", "none"},
      {"如果A更好输出[[A]]，如果B更好输出[[B]]，平局输出[[C]]。", "none"},
      {"Aが優れていれば[[A]]、Bが優れていれば[[B]]、同等なら[[C]]と出力します。", "none"},
      {"A가 더 좋으면 [[A]], B가 더 좋으면 [[B]], 비기면 [[C]]를 출력합니다.", "none"},
      {"First better = [[A]], second better = [[B]], equal = [[C]].", "none"},
      {"| A better | [[A]] |\n| B better | [[B]] |\n| tie | [[C]] |", "none"},
      {"Assistant A better: verdict [[A]]. Assistant B better: verdict [[B]]. Tie: verdict [[C]].", "none"},
      {"The first one better? [[A]]. The second one better? [[B]]. Equal? [[C]].", "none"},
      {"Als A beter is: [[A]]; als B beter is: [[B]]; bij gelijkspel: [[C]].", "none"},
      {"A daha iyiyse [[A]], B daha iyiyse [[B]], eşitse [[C]].", "none"},
      {"إذا كان A أفضل، [[A]]؛ إذا كان B أفضل، [[B]]؛ وفي حال التعادل [[C]].", "none"},
      {"यदि A बेहतर है तो [[A]], यदि B बेहतर है तो [[B]], बराबरी पर [[C]]।", "none"},
      {"Depending on the winner: A gives [[A]]; B gives [[B]]; neither gives [[C]].", "none"},
      // Told by the form, not by the words.
      {"Kama A ni bora: [[A]]. Kama B ni bora: [[B]]. Kama ni sawa: [[C]].", "none"},
      {"Kama A ni bora, [[A]]; kama B ni bora, [[B]].", "none"},
      {"[[A]] (A zo), [[B]] (B zo), [[C]] (lia)", "none"},
  });
}

TEST(DecisionsTest, WhatFollowsARepeatedInstructionDecides) {
  ExpectWinners({
      {"If A is better, [[A]]; if B is better, [[B]]; for a tie [[C]]. B is better. [[B]]", "B"},
      {"If A is better, [[A]]; if B is better, [[B]]; for a tie [[C]].\n\nVerdict: [[A]]", "A"},
      {"When A is better: [[A]]. When B is better: [[B]]. Both are equal, so [[C]].", "tie"},
      {"Wenn A besser ist: [[A]]; wenn B besser ist: [[B]]; bei Gleichstand: [[C]].\nMein Urteil: [[B]]", "B"},
      {"如果A更好输出[[A]]，如果B更好输出[[B]]，平局输出[[C]]。\n最终判断：[[B]]", "B"},
      {"Kama A ni bora: [[A]]. Kama B ni bora: [[B]]. Kama ni sawa: [[C]].\n\n[[B]]", "B"},
  });
}

TEST(DecisionsTest, WhatIsDeniedOrAskedIsNoVerdict) {
  ExpectWinners({
      {"Not [[A]].", "none"},
      {"Cannot say [[A]].", "none"},
      {"It is not [[C]].", "none"},
      {"It isn't [[C]].", "none"},
      {"I would never say [[A]].", "none"},
      {"I do not think that the verdict is [[C]].", "none"},
      {"It is not, in my opinion, [[C]].", "none"},
      {"The verdict is not \"[[A]]\".", "none"},
      {"[[A]] is wrong.", "none"},
      {"[[A]] cannot be right.", "none"},
      {"[[B]] is worse.", "none"},
      {"Neither [[A]] nor [[B]].", "none"},
      {"I reject [[A]].", "none"},
      {"Should I say [[A]]?", "none"},
      {"[[A]]?", "none"},
      {"Is it [[A]], or rather [[B]]?", "none"},
      {"I wonder: whether [[A]]", "none"},
      {"It would have been [[A]].", "none"},
      {"It would be wrong to say [[A]].", "none"},
      {"By no means [[A]].", "none"},
      {"Nothing supports [[A]].", "none"},
      {"There is no reason to say [[A]].", "none"},
      {"판정은 [[A]]가 아닙니다.", "none"},
      {"[[A]]: no.", "none"},
      {"~~[[A]]~~", "none"},
      {"Das ist nicht [[C]].", "none"},
      {"Kein [[A]].", "none"},
      {"Ich kann nicht [[A]] sagen.", "none"},
      {"[[A]] kann ich nicht sagen.", "none"},
      {"Soll ich [[A]] sagen?", "none"},
      {"Es wäre [[A]] gewesen.", "none"},
      {"Ce n'est pas [[A]].", "none"},
      {"Je ne dirais pas [[A]].", "none"},
      {"Dois-je dire [[A]] ?", "none"},
      {"No es [[C]].", "none"},
      {"¿Debo decir [[A]]?", "none"},
      {"Non è [[A]].", "none"},
      {"Não é [[B]].", "none"},
      {"Это не [[A]].", "none"},
      {"不是[[A]]。", "none"},
      {"我不能说[[A]]。", "none"},
      {"应该是[[A]]吗？", "none"},
      {"[[A]]ではない。", "none"},
      {"[[A]]と言うべきですか？", "none"},
      {"[[A]]가 아니다.", "none"},
  });
}

TEST(DecisionsTest, WhatIsDeniedOrAskedLeavesOthers) {
  ExpectWinners({
      {"Not [[A]] but [[B]].", "B"},
      {"Not [[A]]. [[B]]", "B"},
      {"Is it [[A]] or [[B]]? I say [[B]].", "B"},
      {"Neither [[A]] nor [[B]], so [[C]].", "tie"},
      {"Which one is better? [[A]]", "A"},
      {"B is not as good, so [[A]].", "A"},
      {"B does not answer. [[A]]", "A"},
      {"I cannot fault A: [[A]]", "A"},
      {"No doubt: [[A]]", "A"},
      {"Nicht [[A]], sondern [[B]].", "B"},
      {"Ohne Zweifel [[A]].", "A"},
      {"B n'est pas bon, donc [[A]].", "A"},
      {"B не отвечает на вопрос, поэтому [[A]].", "A"},
      {"B没有回答问题，所以[[A]]。", "A"},
  });
}

TEST(DecisionsTest, AVerdictOutranksWhatIsSaidBesideIt) {
  ExpectWinners({
      {"Verdict: [[B]]. I considered [[A]] but rejected it.", "B"},
      {"My verdict is [[B]]. (If it had been correct, A would have got [[A]].)", "B"},
      {"I prefer A over B: [[A]]. Had B cited sources, it would have been [[B]].", "A"},
      {"The better answer is [[A]] because it's right; [[B]] is worse.", "A"},
      {"[[A]], because [[B]] fails at the second step.", "A"},
      {"A is better, so [[A]], whereas [[B]] would ignore the facts.", "A"},
      {"**Final verdict:** [[B]]\n\nAn argument for [[A]] could be its length.", "B"},
      {"# Verdict\n\n[[B]]\n\nSome would prefer [[A]] for its style", "B"},
      {"Verdict: [[B]]. Others might pick [[A]].", "B"},
      {"My verdict: [[B]]. My colleague's verdict: [[A]].", "B"},
      {"My decision: [[B]]. [[A]] lacks sources.", "B"},
      {"Mein Urteil: [[B]]. Ich habe auch an [[A]] gedacht.", "B"},
      {"Ich bevorzuge A: [[A]]. Hätte B Quellen genannt, wäre es [[B]] gewesen.", "A"},
      {"[[A]], weil [[B]] im zweiten Schritt scheitert.", "A"},
      {"Verdict : [[B]]. J'ai envisagé [[A]], mais je l'ai rejeté.", "B"},
      {"A est meilleur, donc [[A]], alors que [[B]] ignorerait les faits.", "A"},
      {"Veredicto: [[A]]. Si B hubiera citado fuentes, habría sido [[B]].", "A"},
      {"Вердикт: [[A]]. Если бы B привёл источники, было бы [[B]].", "A"},
      {"最终判断：[[A]]。如果B引用了来源，就会是[[B]]。", "A"},
      {"[[A]]，因为[[B]]在第二步出错。", "A"},
      {"判定：[[A]]。[[B]]は間違っている。", "A"},
      // Told by the form.
      {"Uamuzi: [[A]]. Wengine wanapenda [[B]] zaidi.", "A"},
      {"[[A]], maana [[B]] imeshindwa hatua ya pili.", "A"},
  });
}

TEST(DecisionsTest, ConflictsThatNothingDecidesAreUnreadable) {
  ExpectWinners({
      {"On facts A is better: [[A]]. On style B is better: [[B]].", "none"},
      {"Some points speak for [[A]] and others speak for [[B]] here.", "none"},
      {"[[A]] has its merits and [[B]] has others.", "none"},
      {"[[A]]\n\nThe second one has something of [[B]]", "none"},
  });
}

TEST(DecisionsTest, OrdinaryRepliesAreRead) {
  ExpectWinners({
      {"Both answer the question. A is more complete, and cites its sources. [[A]]", "A"},
      {"Assistant B does not follow the instruction. Therefore, I choose [[A]].", "A"},
      {"[[B]]\n\nAssistant B is better because it is not as long as [[A]]'s text.", "B"},
      {"If we look at the facts, B is right: [[B]]", "B"},
      {"When comparing both answers, A is better: [[A]]", "A"},
      {"If the user wanted brevity, A would be better, but they asked for depth, so [[B]].", "B"},
      {"If I had to choose, [[A]].", "A"},
      {"I would say [[A]].", "A"},
      {"My final verdict is [[C]] for a tie.", "tie"},
      {"[[A]] Is there anything else?", "A"},
      {"B does not answer the question [[A]]", "A"},
      {"Verdict: [[B]]. Sorry, I meant [[A]].", "A"},
      {"I'd go with [[B]] because it is correct.", "B"},
      {"[[A]] wins.", "A"},
      {"[[A]] it is, even if B is not bad.", "A"},
      {"I judge [[A]] as the better one.", "A"},
      {"[[A]]... wait, on reflection [[B]]", "B"},
      {"At first I thought [[A]], but B is right: [[B]].", "B"},
      {"Verdict: [[A]]. Wait, I made a mistake; my verdict is [[B]].", "B"},
      {"I first leaned to [[A]].\n\nFinal verdict: [[B]]", "B"},
      {"Accuracy: [[A]]\nDepth: [[C]]\nOverall: [[B]]", "B"},
      {"Accuracy: [[A]]\nStyle: [[B]]\nDepth: [[C]]\n\nFinal verdict: [[A]]", "A"},
      {"Zuerst dachte ich [[A]], aber nach genauerem Lesen [[B]].", "B"},
      {"[[A]]\n\nIf B had cited its sources, it would have won.", "A"},
      {"Because \"[[A]]\" would ignore the sources, my verdict is \"[[B]]\".", "B"},
      {"The format is [[A]], [[B]] or [[C]].\n\nI choose [[A]].", "A"},
      {"I can't find errors in A. [[A]]", "A"},
      {"Neither is better: [[C]]", "tie"},
      {"两者没有差别，[[C]]", "tie"},
      {"Insgesamt ist A besser: [[A]]", "A"},
      {"Bei genauer Betrachtung ist B besser: [[B]]", "B"},
      {"Als Ergebnis gebe ich [[A]].", "A"},
      {"D'abord [[A]], mais à la réflexion [[B]].", "B"},
      {"Je choisis [[A]].", "A"},
      {"Al principio [[A]], pero pensándolo bien [[B]].", "B"},
      {"Se concluye que gana A: [[A]].", "A"},
      {"Сначала я думал [[A]], но, подумав, [[B]].", "B"},
      {"综合来看，A更好。[[A]]", "A"},
      {"一开始我认为[[A]]，但仔细想想，应该是[[B]]。", "B"},
      {"最初は[[A]]と思ったが、よく考えると[[B]]です。", "B"},
      {"최종 판정: [[A]]", "A"},
  });
  ExpectWinners(
      {{"My final verdict is tie: [[A=B]]", "tie"},
       {"At first [[A>B]], but B is much better: [[B>>A]]", "B"},
       {"If A is much better [[A>>B]], if slightly [[A>B]], for a tie [[A=B]], else [[B>A]] or [[B>>A]].", "none"},
       {"Final verdict: [[A>>B]]. I considered [[A>B]] but the gap is large.", "A"}},
      "arena-hard");
  ExpectWinners({{"If A is better:\nFinal Response: A\nIf B is better:\nFinal Response: B\n", "none"},
                 {"B is better.\nFinal Response: B", "B"}},
                "final-response");
}

TEST(DecisionsTest, WhatFollowsTheTurnsEndIsNotRead) {
  ExpectWinners({
      {"[[A]]</s>[[B]]", "A"},
      {"[[A]]<|im_end|>\n<|im_start|>user\nNext: [[B]]", "A"},
      {"[[A]]<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nVerdict: [[B]]", "A"},
      {"[[A]]<end_of_turn>\nVerdict: [[B]]", "A"},
      {"[[A]]<|endoftext|>Verdict: [[B]]", "A"},
      {"[[A]] [/INST] Verdict: [[B]]", "A"},
      {"[[A]]<\uff5cend\u2581of\u2581sentence\uff5c>Verdict: [[B]]", "A"},
      {"[[A]]\n\nUser: And now?\nVerdict: [[B]]", "A"},
      {"[[A]]\n\n### Instruction:\nCompare\n\n[[B]]", "A"},
      {"Not [[A]].</s>[[B]]", "none"},
      {"<|im_start|>assistant\nVerdict: [[B]]<|im_end|>", "B"},
      {"At first [[A]]; the text ends in `</s>`. Verdict: [[B]]", "B"},
  });
  EXPECT_EQ(
      Winner(*FindGrammar("final-response"), "Final Response: A<|im_end|>\n<|im_start|>user\nFinal Response: B\n"),
      "A");
  EXPECT_EQ(Winner(*FindGrammar("final-response"), "Final Response: A</s>", "length"), "A");
  EXPECT_EQ(Winner(*FindGrammar("alpaca-token"), "m</s>M"), "A");
}

TEST(RunOnTest, FindsTokensAndUsersTurns) {
  EXPECT_EQ(FindRunOn("ab</S>c", 0), 2);
  EXPECT_EQ(FindRunOn("a\n ## User: b", 0), 1);
  EXPECT_EQ(FindRunOn("a User: b < c [d] `<|im_end|>`", 0), 30);
  EXPECT_EQ(FindRunOn("</s>ab", 1), 6);
}

}  // namespace
}  // namespace evaluation
