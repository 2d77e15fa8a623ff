#include "datasets/queries/sources.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

// A line of HH-RLHF; "|" stands for two line breaks.
std::string HhLine(const std::string& chosen, const std::string& rejected) {
  return absl::StrReplaceAll(absl::StrCat("{\"chosen\": \"", chosen, "\", \"rejected\": \"", rejected, "\"}"),
                             {{"|", "\\n\\n"}}) +
         "\n";
}

absl::StatusOr<std::vector<Query>> HhQueries(const std::string& lines, Notes& notes) {
  return ReadHhRlhfQueries(WriteTestFile("h.jsonl", lines), notes);
}

TEST(HhRlhfQueriesTest, PromptsBecomeMessages) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(
      const auto queries,
      HhQueries(HhLine("|Human: a|Assistant: b|Human: c|Assistant: d", "|Human: a|Assistant: b|Human: c|Assistant: e") +
                    HhLine("|Human: a|Assistant: b|Assistant: c", "|Human: a|Assistant: b|Assistant: d") +
                    HhLine("|Human:|Assistant: b", "|Human:|Assistant: c") +
                    HhLine("|Human: same|Assistant: b", "|Human: same|Assistant: b"),
                notes));
  ASSERT_THAT(queries, SizeIs(2));
  EXPECT_EQ(queries[0].id, "1");
  EXPECT_THAT(queries[0].messages, ElementsAre(Message{"user", "a"}, Message{"assistant", "b"}, Message{"user", "c"}));
  EXPECT_EQ(queries[1].id, "4");
  EXPECT_THAT(queries[1].messages, ElementsAre(Message{"user", "same"}));
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("h.jsonl:3: rows left out: the turns")));
  EXPECT_THAT(HhQueries(HhLine("a", "b"), notes), StatusIs(kInvalid, HasSubstr("h.jsonl:1: a dialogue must begin")));
  EXPECT_THAT(HhQueries(HhLine("|Human:|Assistant: b", "|Human:|Assistant: c"), notes),
              StatusIs(kInvalid, HasSubstr("h.jsonl: in no row")));
}

TEST(HhRlhfQueriesTest, SingleTurnsAreKeptOnce) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(auto queries, HhQueries(HhLine("|Human: a|Assistant: b|Human: c|Assistant: d",
                                                      "|Human: a|Assistant: b|Human: c|Assistant: e") +
                                                   HhLine("|Human: a|Assistant: b", "|Human: a|Assistant: c") +
                                                   HhLine("|Human: a|Assistant: d", "|Human: a|Assistant: e"),
                                               notes));
  KeepSingleTurns(&queries, notes);
  ASSERT_THAT(queries, SizeIs(1));
  EXPECT_EQ(queries[0].id, "2");
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("several turns"), HasSubstr("were there before")));
}

TEST(IfEvalQueriesTest, InstructionsAreKept) {
  const std::string line = R"({"key": 7, "prompt": "p", "instruction_id_list": ["en:a:b", "c:d"], "kwargs": )";
  ASSERT_OK_AND_ASSIGN(const auto queries,
                       ReadIfEvalQueries(WriteTestFile("i.jsonl", line + R"([{}, {"n": 3, "m": null}]})")));
  ASSERT_THAT(queries, SizeIs(1));
  EXPECT_EQ(queries[0].id, "7");
  EXPECT_EQ(TextOf(queries[0]), "p");
  ASSERT_THAT(queries[0].instructions, SizeIs(2));
  EXPECT_EQ(queries[0].instructions[0].id, "a:b");
  EXPECT_EQ(queries[0].instructions[0].kwargs, base::Json::object());
  EXPECT_EQ(queries[0].instructions[1].id, "c:d");
  EXPECT_EQ(queries[0].instructions[1].kwargs, base::Json::parse(R"({"n": 3})"));
  const auto read = [&](const std::string& lines) { return ReadIfEvalQueries(WriteTestFile("i.jsonl", lines)); };
  EXPECT_THAT(read(line + "[{}]}"), StatusIs(kInvalid, HasSubstr("i.jsonl:1: \"kwargs\" must be a list of 2 objects")));
  EXPECT_THAT(read(line + "[{}, 3]}"), StatusIs(kInvalid, HasSubstr("kwargs[1] must be an object, and is a number")));
  EXPECT_THAT(read(line + "[{}, {}]}\n" + line + "[{}, {}]}"),
              StatusIs(kInvalid, HasSubstr("i.jsonl:2: the key 7 was given before")));
  EXPECT_THAT(read(R"({"key": 1, "prompt": "p", "kwargs": []})"),
              StatusIs(kInvalid, HasSubstr("the key \"instruction_id_list\" is missing")));
}

TEST(MtBenchQueriesTest, LaterTurnsFollow) {
  ASSERT_OK_AND_ASSIGN(
      const auto queries,
      ReadMtBenchQueries(WriteTestFile(
          "m.jsonl", R"({"question_id": 81, "category": "stem", "turns": ["a", "b"], "reference": ["c"]})")));
  ASSERT_THAT(queries, SizeIs(1));
  EXPECT_EQ(queries[0].id, "81");
  EXPECT_EQ(queries[0].category, "stem");
  EXPECT_EQ(TextOf(queries[0]), "a");
  EXPECT_THAT(queries[0].follow_ups, ElementsAre("b"));
  EXPECT_THAT(queries[0].reference, ElementsAre("c"));
}

TEST(PinnedQueriesTest, HhRlhf) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "hh_rlhf/harmless-base/test.jsonl.gz");
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto queries, ReadHhRlhfQueries(path, notes));
  // Four of 2312 prompts have two turns of the assistant in a row.
  EXPECT_THAT(queries, SizeIs(2308));
  ASSERT_THAT(notes.all(), SizeIs(1));
  EXPECT_EQ(notes.all()[0].count, 4);
  EXPECT_THAT(notes.all()[0].places, ElementsAre(EndsWith(":668"), EndsWith(":764"), EndsWith(":1320")));
  EXPECT_EQ(std::count_if(queries.begin(), queries.end(), IsSingleTurn), 662);
  for (const Query& query : queries) EXPECT_OK(CheckPromptMessages(query.messages, query.id));
}

TEST(PinnedQueriesTest, IfEval) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "ifeval/input_data.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto queries, ReadIfEvalQueries(path));
  EXPECT_THAT(queries, SizeIs(541));
  std::set<std::string> kinds;
  for (const Query& query : queries) {
    for (const Instruction& instruction : query.instructions) kinds.insert(instruction.id);
  }
  EXPECT_THAT(kinds, SizeIs(25));
  EXPECT_EQ(kinds.count("punctuation:no_comma"), 1);
}

TEST(PinnedQueriesTest, MtBench) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/question.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto queries, ReadMtBenchQueries(path));
  EXPECT_THAT(queries, SizeIs(80));
  for (const Query& query : queries) EXPECT_THAT(query.follow_ups, SizeIs(1));
}

}  // namespace
}  // namespace datasets
