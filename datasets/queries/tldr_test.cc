#include "datasets/queries/tldr.h"

#include "base/testing.h"
#include "datasets/released/released.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<Query>> Tldr(const std::string& lines, TldrForm form = TldrForm::kAllParts,
                                        Notes* notes = nullptr) {
  Notes unseen;
  return ReadTldrQueries(WriteTestFile("t.jsonl", lines), form, notes != nullptr ? *notes : unseen);
}

TEST(TldrTest, EveryFormGivesTheSameQuery) {
  const std::string rows[] = {
      R"({"prompt": "SUBREDDIT: r/cats\n\nTITLE: My cat\n\nPOST: It sat.\n\nTITLE: no\n\nTL;DR:", "completion": " Sat."})",
      R"({"prompt": "SUBREDDIT: r/cats\nTITLE: My cat\nPOST: It sat.\n\nTITLE: no\nTL;DR:", "label": "Sat."})",
      R"({"info": {"id": "t3", "subreddit": "cats", "title": "My cat", "post": "It sat.\n\nTITLE: no", "site": null},
          "summaries": [], "summary": "Sat."})",
      R"({"id": "t3", "subreddit": "r/cats", "title": "My cat ", "post": "It sat.\n\nTITLE: no\n", "summary": "Sat."})"};
  for (std::string row : rows) {
    SCOPED_TRACE(row);
    for (char& c : row) c = c == '\n' ? ' ' : c;
    ASSERT_OK_AND_ASSIGN(const auto all, Tldr(row));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(TextOf(all[0]), "SUBREDDIT: r/cats\n\nTITLE: My cat\n\nPOST: It sat.\n\nTITLE: no");
    EXPECT_THAT(all[0].reference, ElementsAre("Sat."));
    ASSERT_OK_AND_ASSIGN(const auto post, Tldr(row, TldrForm::kPost));
    EXPECT_EQ(TextOf(post[0]), "POST: It sat.\n\nTITLE: no");
    EXPECT_EQ(all[0].id, row.find("t3") != std::string::npos ? "t3" : "1");
  }
}

TEST(TldrTest, WhatARowLacksIsLeftOut) {
  ASSERT_OK_AND_ASSIGN(const auto queries, Tldr(R"({"prompt": "SUBREDDIT: r/a\n\nPOST: b\n\nTL;DR:"})"));
  EXPECT_EQ(TextOf(queries[0]), "SUBREDDIT: r/a\n\nPOST: b");
  EXPECT_THAT(queries[0].reference, SizeIs(0));
}

TEST(TldrTest, EachPostOnce) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto queries, Tldr("{\"id\": \"x\", \"post\": \"a\"}\n{\"id\": \"x\", \"post\": \"a\"}\n"
                                                "{\"info\": {\"id\": \"y\", \"article\": \"news\"}}\n"
                                                "{\"id\": \"z\", \"post\": \"b\"}\n",
                                                TldrForm::kPost, &notes));
  EXPECT_THAT(queries, SizeIs(2));
  EXPECT_THAT(notes.Lines(), ElementsAre(HasSubstr("t.jsonl:2: rows left out: the same post"),
                                         HasSubstr("t.jsonl:3: rows left out: they have no post")));
}

TEST(TldrTest, OtherRowsAreRefused) {
  EXPECT_THAT(Tldr(R"({"query": "a"})"), StatusIs(kInvalid, HasSubstr("t.jsonl:1: a row of TL;DR has \"prompt\"")));
  EXPECT_THAT(Tldr(R"({"prompt": "Summarise this."})"), StatusIs(kInvalid, HasSubstr("\"prompt\" must be SUBREDDIT")));
  EXPECT_THAT(Tldr(R"({"post": ["a"]})"), StatusIs(kInvalid, HasSubstr("\"post\" must be a string, and is a list")));
  EXPECT_THAT(Tldr(R"({"post": " "})"), StatusIs(kInvalid, HasSubstr("t.jsonl: no row has a post")));
  EXPECT_THAT(Tldr("{\"id\": 1, \"post\": \"a\"}\n{\"id\": 1, \"post\": \"b\"}"),
              StatusIs(kInvalid, HasSubstr("t.jsonl:2: the id \"1\", of another post, was given before")));
  EXPECT_THAT(Tldr(""), StatusIs(kInvalid, HasSubstr("empty")));
}

TEST(TldrTest, ReleasedAnswersInOneDocument) {
  ASSERT_OK_AND_ASSIGN(const auto queries, Tldr(R"({
  "constitution": {"0": "1. a", "1": "1. a"}, "question": {"0": "POST: b ", "1": "POST: c"},
  "response": {"0": "", "1": "d"}})"));
  ASSERT_THAT(queries, SizeIs(2));
  EXPECT_EQ(TextOf(queries[0]), "POST: b");
  EXPECT_EQ(queries[1].id, "1");
}

TEST(PinnedTldrTest, TheReleasedPostsAreAsTheyWereAsked) {
  ASSIGN_PINNED_OR_SKIP(const std::string path,
                        "sami_tldr/responses/base-mistral-opus-constitution-temperature-0.0.json");
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto queries, ReadTldrQueries(path, TldrForm::kPost, notes));
  ASSERT_OK_AND_ASSIGN(const auto answers, ReadReleasedAnswers(path));
  ASSERT_THAT(queries, SizeIs(250));
  for (size_t i = 0; i < queries.size(); ++i) {
    EXPECT_EQ(TextOf(queries[i]), answers[i].question);
    EXPECT_EQ(queries[i].id, std::to_string(i));
  }
}

}  // namespace
}  // namespace datasets
