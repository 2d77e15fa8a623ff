// Every file of a run folder is read back as it was written, whatever its arm is called and its texts say.
#include <cmath>
#include <functional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "analysis/figures/win_rate_tables.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/layout.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"
#include "experiments/run/run_files.h"
#include "experiments/run/tables.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

constexpr const char* kNames[] = {"base", "a_b", "a-b", "a_b_pair", "ä\"b'", "x y"};
constexpr char kText[] = "a \"quoted\" line\n\\ \t<b> \xD7\xA9 \xF0\x9F\x98\x80";

std::string PathOf(const std::string& file) { return absl::StrCat(base::TestFolder(), "/", file); }

// Writes and reads one record under each awkward name: the same JSON comes back.
template <typename Record>
void ExpectRoundTrip(const std::function<std::string(const std::string& arm)>& file, const Record& record,
                     absl::StatusOr<Record> (*parse)(const base::JsonLine&)) {
  for (const std::string name : kNames) {
    ASSERT_OK(WriteLines<Record>(PathOf(file(name)), {record, record}));
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> read, ReadLines(PathOf(file(name)), parse));
    ASSERT_EQ(read.size(), 2);
    EXPECT_EQ(ToJson(read[1]).dump(), ToJson(record).dump()) << file(name);
  }
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(base::TestFolder()));
  EXPECT_THAT(run.Arms(file("*")), UnorderedElementsAreArray(kNames));
}

TEST(RoundTripTest, Attempts) {
  ExpectRoundTrip<Attempt>([](const std::string& arm) { return AttemptsFile("p_q", arm); },
                           {6000001, 3, 0.7, kText, false, 12}, ParseAttempt);
}

TEST(RoundTripTest, Information) {
  InformationSample sample;
  sample.query_id = 17;
  sample.category = sample.question = sample.response = kText;
  sample.constitution = 1;
  sample.clauses = {{"brief", false, kText}};
  sample.response_ids = {3, 1};
  sample.log_probs = {-std::numeric_limits<double>::infinity(), -1e-17};
  sample.nats = 0.5;
  sample.length_nats = 0.125;
  sample.kl = 2;
  sample.order = std::nan("");
  ExpectRoundTrip<InformationSample>([](const std::string& arm) { return InformationFile("i", arm); }, sample,
                                     ParseInformationSample);
}

TEST(RoundTripTest, Metrics) {
  training::StepMetrics step;
  step.step = 3;
  step.loss = 0.1;
  step.examples = 8;
  step.grad_norm = std::nan("");
  step.metrics = {{"loss", 0.1}, {"accuracy/col", 0.5}, {"accuracy/row", 1.0 / 3}, {"b \"c", std::nan("")}};
  ExpectRoundTrip<training::StepMetrics>(MetricsFile, step, ParseStepMetrics);
  EXPECT_EQ(ToJson(step).dump(),
            R"({"step":3,"split":"train","epoch":0.0,"loss":0.1,"grad_norm":null,"learning_rate":0.0,"examples":8,)"
            R"("tokens":0,"metrics":[{"name":"accuracy/col","value":0.5},)"
            R"({"name":"accuracy/row","value":0.3333333333333333},{"name":"b \"c","value":null}]})");
  EXPECT_EQ(MetricOf(step, "loss"), 0.1);
  EXPECT_EQ(MetricOf(step, "accuracy/row"), 1.0 / 3);
  EXPECT_TRUE(std::isnan(MetricOf(step, "none")));
}

TEST(RoundTripTest, TrainingCosts) {
  ExpectRoundTrip<TrainingCost>(TrainingCostFile, {500, 1500, 32, 41000, 2.5e11}, ParseTrainingCost);
}

TEST(RoundTripTest, MetricsOfHeldOutExamplesAndOfOlderRuns) {
  training::StepMetrics measured;
  measured.step = 3;
  measured.held_out = true;
  measured.metrics = {{"kl", 0.25}};
  ExpectRoundTrip<training::StepMetrics>(MetricsFile, measured, ParseStepMetrics);
  EXPECT_EQ(ToJson(measured)["split"], "eval");
  ASSERT_OK_AND_ASSIGN(const training::StepMetrics older,
                       ParseStepMetrics({base::Json::parse(R"({"step": 2, "epoch": 1, "loss": 0.5, "grad_norm": 1,
                           "learning_rate": 1e-3, "examples": 4, "tokens": 9, "accuracy/row": 0.75})"),
                                         "f.jsonl:7"}));
  EXPECT_FALSE(older.held_out);
  EXPECT_EQ(MetricOf(older, "accuracy/row"), 0.75);
  EXPECT_EQ(older.metrics.size(), 1);
}

TEST(RoundTripTest, LmEvalSamples) {
  LmEvalSample sample;
  sample.doc_id = 2;
  sample.question_id = 6000002;
  sample.question = kText;
  sample.target = "#### 4";
  sample.prompt = absl::StrCat("Q: ", kText);
  sample.generation = {true, 0.7, 0.9, 64};
  sample.rule = evaluation::AnswerRule::kLmEvalStrict;
  sample.responses = {kText, ""};
  sample.filtered = {"4", "[invalid]"};
  sample.correct = {true, false};
  EXPECT_EQ(ToJson(sample)["filter"], "strict-match");
  EXPECT_EQ(ToJson(sample)["exact_match"], 0.5);
  // As lm-eval 0.4.13 hashes {"question": 'What is "é" + 1?\n', "answer": "#### 2"}.
  LmEvalSample hashed = sample;
  hashed.question = "What is \"é\" + 1?\n";
  hashed.target = "#### 2";
  EXPECT_EQ(ToJson(hashed)["doc_hash"], "e71a5989259b29ffe60cb6ad895dcc02c8763e11806df5ecc54756332c338b20");
  const auto file = [](const std::string& arm) { return LmEvalSamplesFile("a_set", LmEvalTask::kSamples, arm); };
  std::set<std::string> files;
  for (const std::string name : kNames) {
    files.insert(file(name));
    ASSERT_OK(WriteLines<LmEvalSample>(PathOf(file(name)), {sample}));
    ASSERT_OK_AND_ASSIGN(const auto read, ReadLines(PathOf(file(name)), ParseLmEvalSample));
    EXPECT_EQ(ToJson(read[0]).dump(), ToJson(sample).dump());
  }
  EXPECT_EQ(files.size(), std::size(kNames));  // a_b and a-b are in folders of their own
  EXPECT_EQ(file("sft_sami"), "lm_eval/a_set/sft_sami/samples_a_set_samples_sft-sami.jsonl");
  EXPECT_EQ(LmEvalResultsFile("a_set", "sft_sami"), "lm_eval/a_set/sft_sami/results_sft-sami.json");
}

TEST(RoundTripTest, QuestionsAndFilters) {
  const AskedQuestion question = {81, "eighty \"one\"", "wri ting", {kText, "and then?"}};
  ASSERT_OK(WriteLines<AskedQuestion>(PathOf(QuestionsFile("t")), {question}));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadLines(PathOf(QuestionsFile("t")), ParseAskedQuestion));
  EXPECT_EQ(ToJson(read[0]).dump(), ToJson(question).dump());
  const FilterCounts counts = {{"unfinished", 3}, {"empty", 0}, {"kept", 45}};
  ASSERT_OK(WriteFilterCounts(PathOf(FiltersFile("d")), counts));
  ASSERT_OK_AND_ASSIGN(const FilterCounts back, ReadFilterCounts(PathOf(FiltersFile("d"))));
  EXPECT_EQ(back, counts);
}

TEST(RoundTripTest, BadLinesAreNamed) {
  const auto parse = [](const std::string& json) { return base::JsonLine{base::Json::parse(json), "f.jsonl:7"}; };
  EXPECT_THAT(ParseAttempt(parse(R"({"question_id": "x"})")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f.jsonl:7: \"question_id\"")));
  EXPECT_THAT(ParseInformationSample(parse(R"({"query_id": 1, "category": "c", "question": "q", "constitution": 2,
      "response": "r", "finish_reason": "stop", "nats": 1, "length_nats": 0, "kl": 0, "followed": 1, "order": null, "paraphrase": null, "irrelevant": null})")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f.jsonl:7: \"constitution\" must be one of")));
  const std::string sampled = R"({"query_id": 1, "category": "c", "question": "q", "constitution": 0, "response": "r",
      "finish_reason": "stop", "nats": 1, "length_nats": 0, "kl": 0, "followed": 1, "order": null, "paraphrase": null,
      "irrelevant": null, "log_probs": [-1], )";
  EXPECT_OK(ParseInformationSample(parse(sampled + R"("response_ids": [2147483647]})")));
  for (const char* member : {R"("response_ids": [2147483648]})", R"("response_ids": [-1]})",
                             R"("clauses": [{"principle": "p", "text": "t", "positive": 1}]})"}) {
    EXPECT_THAT(ParseInformationSample(parse(sampled + member)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f.jsonl:7: \"")))
        << member;
  }
  EXPECT_THAT(ParseAskedQuestion(parse(R"({"question_id": 1, "source_id": "1", "category": "c", "turns": []})")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f.jsonl:7: \"turns\"")));
  EXPECT_THAT(ParseStepMetrics(parse(R"({"step": 1.5})")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f.jsonl:7: \"step\"")));
  const std::string step = R"({"step": 2, "epoch": 1, "loss": 0.5, "grad_norm": 1, "learning_rate": 1e-3,
      "examples": 4, "tokens": 9, )";
  for (const auto& [rest, message] : std::vector<std::pair<std::string, std::string>>{
           {R"("split": "test", "metrics": []})", "f.jsonl:7: \"split\" must be"},
           {R"("split": "eval"})", "f.jsonl:7: \"metrics\" must be a list"},
           {R"("split": "eval", "metrics": [{"value": 1}]})", "f.jsonl:7: \"metrics\": the key \"name\""},
           {R"("split": "eval", "metrics": [{"name": "x", "value": "y"}]})", "\"value\" must be a number"}}) {
    EXPECT_THAT(ParseStepMetrics(parse(step + rest)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  }
  const std::vector<std::pair<std::string, std::string>> samples = {
      {R"({})", "f.jsonl:7: the key \"doc_id\" is missing"},
      {R"({"doc_id": 0, "question_id": 1, "target": "", "filter": "none of ours"})", "f.jsonl:7: \""},
      {R"({"doc_id": 0, "question_id": 1, "target": "", "filter": "default", "filtered_resps": [], "doc": 3})",
       "f.jsonl:7: \""}};
  for (const auto& [sample, message] : samples) {
    EXPECT_THAT(ParseLmEvalSample(parse(sample)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  }
  ASSERT_OK(base::WriteFileAtomically(PathOf(FiltersFile("d")), R"({"kept": "all"})"));
  EXPECT_THAT(ReadFilterCounts(PathOf(FiltersFile("d"))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("filters.json: \"kept\"")));
}

// The rows of a table as they come back from its file.
JsonRows Written(const analysis::Table& table, const std::string& stem) {
  EXPECT_OK(analysis::WriteTable(table, PathOf(stem)));
  for (const std::string& file : TableFiles(stem)) EXPECT_TRUE(base::FileExists(PathOf(file))) << file;
  const auto run = RunFiles::Open(base::TestFolder());
  return run.ok() ? run->Rows(stem) : JsonRows();
}

analysis::Estimate Estimated(double value) {
  return {value, 0.01, value - 0.1, value + 0.1, 0.95, 40, analysis::kMethodTango};
}

void ExpectSame(const analysis::Table& a, const analysis::Table& b) {
  EXPECT_EQ(analysis::ToCsv(a), analysis::ToCsv(b));
  EXPECT_EQ(analysis::ToMarkdown(a), analysis::ToMarkdown(b));
}

TEST(RoundTripTest, WinRates) {
  analysis::WinRateRow row{{"a_b_vs_base", "steering", "content"}, "overall", 40, 20, 11, 9, 3, 2};
  row.win_rate = Estimated(0.6);
  row.all_lost = 0.5;
  row.all_won = 2.0 / 3;
  const analysis::Table table = analysis::WinRateTable({row, {{"x", "", "y"}, "none"}});
  const auto back = ParseWinRates(Written(table, WinRatesStem("t")));
  ExpectSame(analysis::WinRateTable(back), table);
  ASSERT_EQ(back.size(), 2);
  EXPECT_EQ(back[0].win_rate.standard_error, 0.01);
  EXPECT_EQ(back[0].all_won, 2.0 / 3);
  EXPECT_TRUE(std::isnan(back[1].win_rate.value));
}

TEST(RoundTripTest, MutualInformation) {
  const analysis::Table table =
      analysis::MutualInformationTable({{"a_b", 1.4, Estimated(0.4), Estimated(0.3), Estimated(0.35), Estimated(0),
                                         Estimated(0.01), Estimated(0.02), Estimated(0.7), Estimated(1)}});
  ExpectSame(analysis::MutualInformationTable(ParseMutualInformation(Written(table, MutualInformationStem("i")), 0.95)),
             table);
}

TEST(RoundTripTest, Leaks) {
  LeakRow row;
  row.constitutions = 4;
  row.probe = "copying";
  row.accuracy_row = row.accuracy_col = Estimated(0.5);
  row.nats = Estimated(0.7);
  row.own_copied = 0.25;
  const analysis::Table table = LeakTable({row});
  ExpectSame(LeakTable(ParseLeaks(Written(table, LeakAudit("d")))), table);
}

TEST(RoundTripTest, Accuracy) {
  const analysis::Table table = AccuracyTable(
      {{"a_b", "temperature 0", Estimated(0.4)}, {DifferenceName("a-b", "base"), "1 attempt", Estimated(0.1)}});
  const std::vector<AccuracyRow> back = ParseAccuracy(Written(table, AccuracyStem("p")));
  ExpectSame(AccuracyTable(back), table);
  ASSERT_EQ(back.size(), 2);
  const analysis::Table extraction = ExtractionTable({{"a_b", "1 attempt", {0.1, 0.2, 0.3, 0.2, 0.15}}});
  ExpectSame(ExtractionTable(ParseExtraction(Written(extraction, ExtractionStem("p")))), extraction);
}

TEST(RoundTripTest, Curves) {
  AccuracyTerms terms;
  terms.baseline = "base";
  terms.ks = {10, 1};
  terms.samples = 32;
  for (const auto& [stem, form] : {std::make_pair(AttemptsCurveStem("p"), AttemptsChart(terms)),
                                   std::make_pair(DifferencesCurveStem("p"), DifferencesChart(terms))}) {
    analysis::LineChart chart = form;
    chart.series = {{"a_b", {{1, 5.5, 4, 7}, {2, 100.0 / 3, 30, 40}}, true}, {"a-b", {{1, 0, -1, 1}}, true}};
    analysis::LineChart back = form;
    back.series = ParseCurves(Written(CurveTable(chart), stem));
    ExpectSame(CurveTable(back), CurveTable(chart));
    EXPECT_EQ(analysis::ToSvg(back), analysis::ToSvg(chart));
  }
  std::vector<std::string> categories;
  for (const AccuracyMeasure& measure : MeasuresOf(terms)) categories.push_back(measure.Category());
  EXPECT_THAT(categories, ElementsAre("temperature 0", "1 attempt", "10 attempts", "majority of 32"));
}

}  // namespace
}  // namespace experiments
