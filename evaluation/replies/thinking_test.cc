#include "evaluation/replies/thinking.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace evaluation {
namespace {

std::string SaidIn(const std::string& reply) { return WithoutThinking(reply).text; }

TEST(WithoutThinkingTest, LeavesOthersRepliesAsTheyAre) {
  for (const char* reply : {"", " [[A]]\n", "a <thinker> b", "<think", "<|end|>", "1 < 2 [THINKER]", "</thinks>",
                            "analysis of both: [[A]]", "I put no `<think>` before \"</think>\"", "<think/> x"}) {
    const Said said = WithoutThinking(reply);
    EXPECT_EQ(said.text, reply);
    EXPECT_FALSE(said.thought) << reply;
    EXPECT_FALSE(said.unfinished_thinking) << reply;
  }
}

TEST(WithoutThinkingTest, TagsAreReadInAllTheirDress) {
  for (const char* reply :
       {"<think>x</think>\n\nsaid", "<THINK>x</Think>said", "x\n</think>said", "<thinking>x</thinking>said",
        "<reasoning a=\"1\">x</reasoning >said", "[THINK]x[/THINK]said", "◁think▷x◁/think▷said",
        "<|START_THINKING|>x<|END_THINKING|>said", "<think></think>said", "<seed:think>x</seed:think>said",
        "<think>a<think>b</think>c</think>said", "<think>a\n<think>b</think>c</think>said",
        "<think>a tag <think> is asked for</think>said", "<think>my `</think>` is near</think>said",
        "<think>a</think>b</think>said", "<think>[THINK]a</think>said", "<think>x</think>said<think>y</think>"}) {
    const Said said = WithoutThinking(reply);
    EXPECT_EQ(said.text, "said") << reply;
    EXPECT_TRUE(said.thought) << reply;
    EXPECT_FALSE(said.unfinished_thinking) << reply;
  }
  EXPECT_EQ(SaidIn("one <think>x</think> two"), "one\ntwo");
}

TEST(WithoutThinkingTest, WhatFollowsAnUnclosedTagIsNotSaid) {
  for (const char* reply :
       {"<think>[[A]]", "[THINK]x [/think", "<think>a\n<think>b</think>[[A]]", "<think>a</thinking>b"}) {
    const Said said = WithoutThinking(reply);
    EXPECT_EQ(said.text, "") << reply;
    EXPECT_TRUE(said.unfinished_thinking) << reply;
  }
  EXPECT_EQ(SaidIn("first <think>[[A]]"), "first");
}

TEST(WithoutThinkingTest, OfHarmonyTheFinalChannelIsSaid) {
  EXPECT_EQ(SaidIn("<|channel|>analysis<|message|>[[A]]<|end|><|start|>assistant<|channel|>final<|message|>said"),
            "said");
  EXPECT_EQ(SaidIn("[[A]]<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{}<|return|>"), "{}");
  EXPECT_EQ(SaidIn("<|start|>assistant<|message|>said<|end|>"), "said");
  EXPECT_EQ(SaidIn("<|channel|>commentary<|message|>x<|call|><|channel|>final<|message|>said"), "said");
  EXPECT_EQ(SaidIn("analysisWe look. assistantfinalsaid"), "said");
  EXPECT_FALSE(WithoutThinking("<|channel|>final<|message|>sai").unfinished_thinking);
  for (const char* reply :
       {"<|channel|>analysis<|message|>[[A]]", "<|channel|>analysis", "analysisWe [[A]]",
        "<|channel|>analysis<|message|>[[A]]<|end|><|start|>assistant<|channel|>fin",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>[[A]]"}) {
    EXPECT_EQ(SaidIn(reply), "") << reply;
    EXPECT_TRUE(WithoutThinking(reply).unfinished_thinking) << reply;
  }
}

TEST(WithoutThinkingTest, PlacesLeadBackToTheReply) {
  const std::string reply = "one <think>x</think>  two ";
  const Said said = WithoutThinking(reply);
  EXPECT_EQ(reply.substr(said.InReply(0), 3), "one");
  EXPECT_EQ(reply.substr(said.InReply(said.text.find("two")), 3), "two");
  EXPECT_EQ(said.InReply(said.text.size()), reply.find("two") + 3);
  EXPECT_EQ(WithoutThinking("plain").InReply(5), 5);
}

// Quadratic time would take hours here.
TEST(WithoutThinkingTest, ReadsMegabytesOfMarks) {
  for (const char* mark : {"<", "<think>", "</think>", "\n<think>", "<|message|>", "<|channel|>", "<think ",
                           "  <think>", "<|end|><|channel|>final<|message|>x", "[THINK]", "`<think>`"}) {
    std::string reply;
    while (reply.size() < (1 << 20)) reply += mark;
    const Said said = WithoutThinking(absl::StrCat(reply, "</think>[[A]]"));
    EXPECT_LE(said.text.size(), reply.size() + 20) << mark;
  }
}

}  // namespace
}  // namespace evaluation
