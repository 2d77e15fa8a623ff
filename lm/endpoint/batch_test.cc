#include "lm/endpoint/batch.h"

#include "base/file.h"
#include "base/testing.h"
#include "lm/chat/recording.h"
#include "lm/endpoint/endpoint_testing.h"

namespace lm {
namespace {

using ::testing::HasSubstr;

EndpointOptions Options() {
  EndpointOptions options = Impatient("http://h");
  options.extra = {{"top_k", 3}};
  options.retry_empty = true;
  options.prices = {1, 2};
  return options;
}

// Two equal requests are told apart by their repeat.
std::vector<Inquiry> Inquiries() {
  std::vector<Inquiry> inquiries;
  for (int i = 0; i < 3; ++i) inquiries.push_back(Inquiry{Ask(i)});
  inquiries.push_back(Inquiry{Ask(2)});
  inquiries.back().repeat = 1;
  return inquiries;
}

struct Asked {
  std::vector<absl::StatusOr<ChatReply>> replies;
  std::vector<base::JsonLine> open;
  BatchModel::Counts counts;
  std::string report;
};

Asked AskFiles(const std::vector<std::string>& files) {
  Asked asked;
  auto batch = BatchModel::Make(Options(), files);
  EXPECT_OK(batch);
  auto recording = Recording::Open(base::TestFolder() + "/e.jsonl", batch->get());
  EXPECT_OK(recording);
  auto replies = (*recording)->Ask(Inquiries());
  EXPECT_OK(replies);
  asked.replies = *replies;
  const std::string path = base::TestFolder() + "/requests.jsonl";
  EXPECT_OK((*batch)->WriteRequests(path));
  asked.open = *base::ReadJsonLines(path);
  asked.counts = (*batch)->counts();
  asked.report = (*batch)->Report(path);
  return asked;
}

std::string Answer(const base::JsonLine& request, const std::string& response) {
  return "{\"custom_id\": " + request.value["custom_id"].dump() + ", \"response\": " + response + "}\n";
}

TEST(BatchModel, WritesWhatIsOpenAndRecordsWhatIsAnswered) {
  const Asked first = AskFiles({});
  ASSERT_EQ(first.open.size(), 4);
  const base::Json& line = first.open[0].value;
  EXPECT_EQ(line["method"], "POST");
  EXPECT_EQ(line["url"], "/v1/chat/completions");
  EXPECT_EQ(line["body"]["messages"][0]["content"], "Question 0");
  EXPECT_EQ(line["body"]["top_k"], 3);
  EXPECT_EQ(line["body"]["model"], "m");
  EXPECT_EQ(line["custom_id"].get<std::string>().size(), 64);
  EXPECT_EQ(first.open[2].value["body"], first.open[3].value["body"]);
  EXPECT_NE(first.open[2].value["custom_id"], first.open[3].value["custom_id"]);
  EXPECT_THAT(first.replies[0], Is(Code::kUnavailable, "not asked yet"));
  EXPECT_THAT(first.report, HasSubstr("4 requests are open: about 12 tokens of prompts"));

  const std::string good =
      R"({"status_code": 200, "body": {"model": "m-1", "choices": [{"index": 0, "message": {"content":
      "A"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 5, "completion_tokens": 1}}})";
  std::string one_line = good;
  for (size_t at; (at = one_line.find('\n')) != std::string::npos;) one_line.erase(at, 1);
  // In another order, one twice, one to nobody, one an error of the server's, one that never was asked.
  const std::string answers =
      Answer(first.open[3], one_line) +
      Answer(first.open[0], R"({"status_code": 429, "body": {"error": {"message": "Slow."}}})") +
      Answer(first.open[0], one_line) +
      R"({"custom_id": "x", "response": {"status_code": 200, "body": {}}})"
      "\n" +
      R"({"custom_id": )" + first.open[1].value["custom_id"].dump() +
      R"(, "response": null, "error": {"code": "batch_expired", "message": "This request could not be executed."}})"
      "\n";
  const Asked second = AskFiles({base::WriteTestFile("out.jsonl", answers)});
  ASSERT_OK(second.replies[0]);
  EXPECT_EQ(second.replies[0]->text, "A");
  EXPECT_EQ(second.replies[0]->prompt_tokens, 5);
  EXPECT_OK(second.replies[3]);
  EXPECT_THAT(second.replies[1], Is(Code::kUnavailable, "batch: status 500: This request could not be executed."));
  EXPECT_EQ(second.counts.answered, 2);
  EXPECT_EQ(second.counts.failed, 1);
  EXPECT_EQ(second.counts.open, 1);
  EXPECT_EQ(second.counts.others, 1);
  ASSERT_EQ(second.open.size(), 2);
  EXPECT_EQ(second.open[0].value, first.open[1].value);

  // The ordinary run takes them from the recording, and asks for the others alone.
  const auto server = StartServer();
  EndpointOptions options = Options();
  options.base_url = server->url();
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  ASSERT_OK_AND_ASSIGN(const auto recording, Recording::Open(base::TestFolder() + "/e.jsonl", endpoint.get()));
  ASSERT_OK_AND_ASSIGN(const auto replies, recording->Ask(Inquiries()));
  EXPECT_EQ(replies[0]->text, "A");
  EXPECT_EQ(replies[1]->text, "Question 1");
  EXPECT_EQ(server->seen().requests, 2);
}

TEST(BatchModel, CountsRepliesToOneRequestAndTellsOthersFromTheSame) {
  const Asked first = AskFiles({});
  const auto reply = [](const std::string& text) {
    return R"({"status_code": 200, "body": {"choices": [{"message": {"content": ")" + text +
           R"("}, "finish_reason": "stop"}]}})";
  };
  const std::string failed = R"({"status_code": 500, "body": {}})";
  const std::string answers = Answer(first.open[0], failed) + Answer(first.open[0], reply("A")) +
                              Answer(first.open[0], reply("A")) + Answer(first.open[1], reply("A")) +
                              Answer(first.open[1], reply("B")) + Answer(first.open[1], failed);
  const Asked second = AskFiles({base::WriteTestFile("out.jsonl", answers)});
  EXPECT_EQ(second.replies[1]->text, "A");
  EXPECT_EQ(second.counts.answered, 2);
  EXPECT_EQ(second.counts.repeated, 1);
  EXPECT_EQ(second.counts.contradicting, 1);
  EXPECT_THAT(second.report,
              HasSubstr("2 replies are to requests that had one before: 1 the same, 1 another, where the "
                        "first counts ("));
  EXPECT_THAT(second.report, HasSubstr("out.jsonl:5)."));
}

TEST(BatchModel, NamesTheLineThatIsNoAnswer) {
  const auto make = [](const std::string& text) {
    return BatchModel::Make(Options(), {base::WriteTestFile("bad.jsonl", text)}).status();
  };
  EXPECT_THAT(make("{\"custom_id\": \"a\", \"response\": {\"body\": {}}}\n{\n"),
              Is(Code::kInvalidArgument, "bad.jsonl:2: not valid JSON"));
  EXPECT_THAT(make("{\"custom_id\": 7}"), Is(Code::kInvalidArgument, "bad.jsonl:1: \"custom_id\" must be a string"));
  EXPECT_THAT(make("{\"custom_id\": \"a\", \"method\": \"POST\"}"),
              Is(Code::kInvalidArgument, "is it a batch's output file?"));
  EXPECT_THAT(BatchModel::Make(Options(), {"missing.jsonl"}).status(), Is(Code::kNotFound, "missing.jsonl"));
}

}  // namespace
}  // namespace lm
