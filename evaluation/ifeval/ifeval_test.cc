// IFEval's instructions on texts of our own. Whether they equal the published scorer is
// //evaluation:ifeval_golden_test's to say.
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/testing.h"
#include "evaluation/ifeval/forms.h"
#include "evaluation/ifeval/instructions.h"
#include "evaluation/ifeval/responses.h"
#include "evaluation/ifeval/score.h"
#include "evaluation/ifeval/tables.h"
#include "evaluation/ifeval/testing.h"
#include "evaluation/python/json.h"
#include "evaluation/python/regex.h"
#include "evaluation/python/treebank_words.h"

namespace ifeval {
namespace {

using ::base::IsOkAnd;
using ::base::Json;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> SentencesOf(absl::string_view text) {
  const Text decoded = Decode(text);
  std::vector<std::string> sentences;
  for (const View sentence : Sentences(decoded, CarriedPunktParameters())) sentences.push_back(Encode(sentence));
  return sentences;
}

std::vector<std::string> WordsOf(absl::string_view text) {
  std::vector<std::string> words;
  for (const Text& word : TreebankWords(Decode(text), CarriedPunktParameters())) words.push_back(Encode(word));
  return words;
}

Followed Scored(const std::string& id, const Json& kwargs, const std::string& response) {
  const auto scored = Score({{id, kwargs}}, response, CarriedPunktParameters());
  EXPECT_OK(scored);
  return scored.ok() ? (*scored)[0] : Followed{};
}

TEST(PythonTextTest, CaseAndSpace) {
  EXPECT_EQ(Encode(Lower(Decode("ΟΔΟΣ Σ ΣΑΣ. İ"))), "οδος σ σας. i̇");
  EXPECT_TRUE(IsUpperText(Decode("A1 ⅧⒶ")));
  EXPECT_FALSE(IsUpperText(Decode("Aª")));
  EXPECT_FALSE(IsUpperText(Decode("123")));
  EXPECT_EQ(Strip(Decode("\u00a0\u3000x\u200b ")), Decode("x\u200b"));
  EXPECT_EQ(CountLiteral(Decode("İ ı I i"), U"i", false), 4);
  EXPECT_EQ(CountLiteral(Decode("aaaa"), U"aa", false), 2);
  EXPECT_EQ(CountLiteral(Decode("rain_coat rain, 雨rain雨 rain\u0301"), U"RAIN", true), 2);
}

TEST(PunktTest, Sentences) {
  EXPECT_THAT(SentencesOf("Dr. Smith came. (He sat.) Then he left!"),
              ElementsAre("Dr. Smith came.", "(He sat.)", "Then he left!"));
  EXPECT_THAT(SentencesOf("In the U.S. he won. 3.5 is no end"), ElementsAre("In the U.S. he won.", "3.5 is no end"));
  EXPECT_THAT(SentencesOf("1. Buy\n2. Sell"), ElementsAre("1.", "Buy\n2.", "Sell"));
  EXPECT_THAT(SentencesOf("one\n\ntwo.three"), ElementsAre("one\n\ntwo.three"));
  EXPECT_THAT(SentencesOf("Wait!!! What?"), ElementsAre("Wait!!!", "What?"));
  EXPECT_THAT(SentencesOf(" \n"), ElementsAre());
}

TEST(TreebankTest, Words) {
  EXPECT_THAT(WordsOf("I CAN'T, \"JOHN'S\" won't."),
              ElementsAre("I", "CA", "N'T", ",", "``", "JOHN", "'S", "''", "wo", "n't", "."));
  EXPECT_THAT(WordsOf("'TIS CANNOT GONNA--U.S.A. (OK): $5"),
              ElementsAre("'T", "IS", "CAN", "NOT", "GON", "NA", "--", "U.S.A.", "(", "OK", ")", ":", "$", "5"));
}

TEST(FormsTest, AsTheRegularExpressionsFind) {
  EXPECT_EQ(CountBullets(U"* a\n- b\n**bold\n--- \n  * c"), 4);
  EXPECT_EQ(CountBullets(U"*\n* b"), 1);
  EXPECT_EQ(CountBullets(U"*\n- b"), 2);
  EXPECT_EQ(CountBullets(U"x\n-"), 1);
  EXPECT_EQ(CountHighlights(U"*a* **b** ***c*** 2 * 3 * 4 ** *"), 1 + 1 + 2 + 1);
  EXPECT_EQ(CountPlaceholders(U"[a] [] [[b]] [c\n]"), 3);
  EXPECT_EQ(CountParagraphs(U"a\n***\nb***c\n***\n"), 3);
  EXPECT_EQ(CountParagraphs(U"a ****** b"), std::nullopt);
  EXPECT_EQ(CountWords(U"don't snake_case 3.14"), 5);
  EXPECT_THAT(CountSections(U"Section 1 x Section  2 Subsection 3 Section I", U"Section"), IsOkAnd(1));
  EXPECT_TRUE(ParagraphBeginsWith(U"one\n\n\n\n'Two, three", 3, 2, U"two") == false);  // the third is no third
  EXPECT_TRUE(ParagraphBeginsWith(U"one\n\n'Two, three", 2, 2, U"two"));
  EXPECT_THAT(HasPostscript(U"x P. S. y", U"P.S."), IsOkAnd(true));
  EXPECT_THAT(HasPostscript(U"x P.P.Something", U"P.P.S"), IsOkAnd(true));
  EXPECT_THAT(HasPostscript(U"x PS: y", U"P.S."), IsOkAnd(false));
  EXPECT_TRUE(HasTitle(U"1 << 2 and 8 >> 1"));
  EXPECT_FALSE(HasTitle(U"<< >>\n<<>>"));
  EXPECT_TRUE(HasTwoResponses(U"a******b"));
  EXPECT_FALSE(HasTwoResponses(U"a****** a "));
}

TEST(PythonJsonTest, Documents) {
  for (const View text : {View(U"{\"a\": [1, NaN, -Infinity, 1e5, \"\\ud800\"], \"a\": null}"), View(U" 7\n")}) {
    EXPECT_TRUE(IsPythonJson(text)) << Encode(text);
  }
  for (const View text : {View(U"01"), View(U"1."), View(U"[1,]"), View(U"{a: 1}"), View(U"\"\t\""), View(U"\uFEFF1"),
                          View(U""), View(U"[1] x"), View(U"\"\\ud80\"")}) {
    EXPECT_FALSE(IsPythonJson(text)) << Encode(text);
  }
  EXPECT_TRUE(IsPythonJson(Text(900, '[') + Text(900, ']')));
  EXPECT_FALSE(IsPythonJson(Text(1000000, '[')));
  EXPECT_TRUE(IsFencedJson(U"```json\n{}\n```"));
}

TEST(ScoreTest, StrictAndLoose) {
  const Followed quoted = Scored("startend:quotation", Json::object(), "Sure:\n\"all of it\"");
  EXPECT_FALSE(quoted.strict);
  EXPECT_TRUE(quoted.loose);
  const Followed blank = Scored("punctuation:no_comma", Json::object(), " \n");
  EXPECT_FALSE(blank.strict || blank.loose);
  EXPECT_TRUE(Scored("keywords:existence", {{"keywords", {"c.t"}}}, "a cut").strict);
  EXPECT_TRUE(Scored("language:response_language", {{"language", "de"}},
                     "Heute gehen wir mit dem Hund in den Park und danach kochen wir eine Suppe.")
                  .strict);
  EXPECT_TRUE(
      Scored("language:response_language", {{"language", "fr"}}, "12 https://example.org/a b@example.org").strict);
}

TEST(InstructionsTest, WhatIsMissingIsNamed) {
  const auto check = [](const std::string& id, const Json& kwargs) { return CheckInstruction({id, kwargs}); };
  EXPECT_THAT(check("length_constraints:number_words", {{"relation", "at least"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("needs \"num_words\"")));
  EXPECT_THAT(check("length_constraints:number_words", {{"relation", "about"}, {"num_words", 3}}),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("\"less than\""), HasSubstr("about"))));
  EXPECT_THAT(check("keywords:count", Json::object()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keywords:existence")));
  EXPECT_THAT(CountMatches(U"a", U"(", false), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no regular")));
}

datasets::Query Prompt(const std::string& id, const std::string& text) {
  datasets::Query query;
  query.id = id;
  query.messages = {{"user", text}};
  query.instructions = {{"punctuation:no_comma", Json::object()}};
  return query;
}

TEST(ResponsesTest, FormsOfOtherTools) {
  const std::vector<datasets::Query> prompts = {Prompt("7", "a"), Prompt("8", "b"), Prompt("9", "c"), Prompt("10", "d"),
                                                Prompt("11", "e")};
  const std::string path = base::WriteTestFile("r.jsonl",
                                               R"({"prompt": "a", "response": "1"}
{"id": 8, "text": "2"}
{"doc": {"key": "en:9", "prompt": "x"}, "resps": [["3"]]}
{"question_id": 10, "choices": [{"index": 0, "turns": ["4"]}]}
)");
  EXPECT_THAT(ReadResponses(path, prompts), IsOkAnd(ElementsAre("1", "2", "3", "4", std::nullopt)));
  const auto refused = [&](const std::string& lines) {
    return std::string(ReadResponses(base::WriteTestFile("x.jsonl", lines), prompts).status().message());
  };
  EXPECT_THAT(refused("{\"id\": 1, \"text\": \"\"}\n"), HasSubstr("\"id\" is 1, which no prompt has"));
  EXPECT_THAT(refused("{\"prompt\": \"z\", \"response\": \"\"}\n"), HasSubstr("\"z\", is none of the prompts"));
  EXPECT_THAT(refused("{\"id\": 7}\n"), HasSubstr("no response"));
  EXPECT_THAT(refused("{\"id\": 7, \"resps\": [[\"a\", \"b\"]]}\n"), HasSubstr("2 responses"));
  EXPECT_THAT(refused("{\"id\": 7, \"text\": \"\"}\n{\"prompt\": \"a\", \"text\": \"\"}\n"),
              HasSubstr(":2: prompt 7 was answered before"));
}

TEST(TablesTest, FourAccuracies) {
  datasets::Query prompt = Prompt("7", "a");
  prompt.instructions.push_back({"startend:quotation", Json::object()});
  const std::vector<ScoredPrompt> scored = {{&prompt, {{true, true}, {false, true}}},
                                            {&prompt, {{true, true}, {true, true}}}};
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, AccuracyTable(scored, 0.95));
  std::vector<double> values;
  for (const auto& row : table.rows) values.push_back(std::get<double>(row[2]));
  EXPECT_THAT(values, ElementsAre(0.5, 0.75, 1, 1));
  EXPECT_EQ(KindTable(scored).rows.size(), 4);
}

// Texts of awkward pieces: nothing fails, and no place of a text is out of its bounds (the sanitizers say).
TEST(AwkwardTextsTest, EachKindTakesAll) {
  const std::vector<std::string> pieces = {"*",   "**", "***",  "-",  "\n", " ",       "[",  "]",      "<<",
                                           ">>",  "P.", "s.",   "\"", "'",  "``",      "--", ". . ",   ".",
                                           "...", "?!", "\xff", "é",  "İ",  "é",       "1",  "A",      "can",
                                           "not", "'t", "is",   ",",  ":",  "```json", "{}", "http://"};
  base::RandomStream rng(7, "awkward texts");
  const std::vector<datasets::Instruction> instructions = EachKind();
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (uint64_t n = rng.Below(30); n > 0; --n) text += pieces[rng.Below(pieces.size())];
    ASSERT_OK(Score(instructions, text, CarriedPunktParameters())) << text;
  }
}

}  // namespace
}  // namespace ifeval
