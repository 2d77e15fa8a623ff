#include "experiments/report/testing/synthetic_run.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/figures/table.h"
#include "analysis/figures/win_rate_tables.h"
#include "analysis/measures/win_rate.h"
#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/random.h"

namespace experiments {
namespace {

using ::base::OrderedJson;

constexpr const char* kArms[] = {"base", "sft", "dpo", "sami"};
constexpr const char* kCategories[] = {"writing", "roleplay",   "reasoning", "math",
                                       "coding",  "extraction", "stem",      "humanities"};
constexpr const char* kWords[] = {"the",    "river", "is",     "bright", "today",  "and",   "near",
                                  "a",      "tower", "of",     "glass",  "people", "walk",  "there",
                                  "slowly", "in",    "winter", "with",   "warm",   "wishes"};

std::string Words(int count, base::RandomStream& random) {
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i) words.emplace_back(kWords[random.Below(std::size(kWords))]);
  return absl::StrJoin(words, " ");
}

int64_t QuestionId(int q) { return 81 + q; }
const char* Category(int q) { return kCategories[q % std::size(kCategories)]; }

void WriteLines(const std::string& path, const std::vector<OrderedJson>& lines) {
  SAMI_CHECK_OK(base::WriteJsonLines(path, lines));
}

void WriteAnswers(const std::string& folder, const SyntheticSize& size) {
  std::vector<OrderedJson> questions;
  for (int q = 0; q < size.questions; ++q) {
    questions.push_back({{"question_id", QuestionId(q)},
                         {"category", Category(q)},
                         {"turns", OrderedJson::array({absl::StrCat("Question ", q, " about a subject", q, "?")})}});
  }
  WriteLines(folder + "/questions.jsonl", questions);
  for (int arm = 0; arm < size.arms; ++arm) {
    std::vector<OrderedJson> answers;
    for (int q = 0; q < size.questions; ++q) {
      base::RandomStream random(size.seed, kArms[arm], q);
      OrderedJson choice = {{"index", 0}, {"finish_reason", "stop"}, {"num_tokens", size.words + arm}};
      const bool hostile = arm == 3 && q == 0;
      choice["turns"] = OrderedJson::array({hostile ? HostileText() : Words(size.words + arm, random)});
      answers.push_back({{"question_id", QuestionId(q)},
                         {"model_id", kArms[arm]},
                         {"category", Category(q)},
                         {"setting", "positive"},
                         {"constitution", "1. Be polite.\n2. Add a detail."}});
      answers.back()["choices"].push_back(std::move(choice));
    }
    WriteLines(absl::StrCat(folder, "/answers/", kArms[arm], ".jsonl"), answers);
  }
}

// model_1, model_2 or tie; and error where there is no verdict.
std::string Verdict(const SyntheticSize& size, int q, int judge, int game) {
  if (judge == 1 && game == 1 && q % 9 == 8) return "error";
  if (q % 8 == 7) return judge == 0 ? "model_1" : "model_2";
  return base::RandomStream(size.seed, "verdict", q).Below(2) == 0 ? "model_1" : "tie";
}

std::optional<double> Points(const std::string& winner) {
  if (winner == "error") return std::nullopt;
  return winner == "tie" ? 0.5 : winner == "model_1";
}

void WriteJudgments(const std::string& folder, const SyntheticSize& size) {
  std::vector<analysis::WinRateRow> rows;
  for (int judge = 0; judge < 2; ++judge) {
    const std::string name = judge == 0 ? "principle" : "content";
    std::vector<OrderedJson> lines;
    for (const std::string baseline : {"sft", "dpo"}) {
      std::vector<analysis::QuestionVerdicts> verdicts;
      for (int q = 0; q < size.questions; ++q) {
        const std::string first = Verdict(size, q, judge, 0), second = Verdict(size, q, judge, 1);
        lines.push_back({{"question_id", QuestionId(q)},
                         {"model_1", "sami"},
                         {"model_2", baseline},
                         {"g1_winner", first},
                         {"g2_winner", second},
                         {"judge", {"rule", name}},
                         {"g1_user_prompt", ""},
                         {"g1_judgment", absl::StrCat("A is better by ", q, ".")},
                         {"g2_user_prompt", ""},
                         {"g2_judgment", "<b>B</b> is better."},
                         {"turn", 1},
                         {"category", Category(q)},
                         {"setting", "positive"}});
        verdicts.push_back({absl::StrCat(QuestionId(q)), Category(q), {Points(first), Points(second)}});
      }
      const auto group = analysis::WinRates({absl::StrCat("sami_vs_", baseline), "positive", name}, verdicts, 0.95);
      SAMI_CHECK_OK(group.status());
      rows.insert(rows.end(), group->begin(), group->end());
    }
    WriteLines(absl::StrCat(folder, "/judgments/", name, "_positive_pair.jsonl"), lines);
  }
  SAMI_CHECK_OK(analysis::WriteTable(analysis::WinRateTable(rows), folder + "/tables/win_rates"));
}

void WriteAttempts(const std::string& folder, const SyntheticSize& size) {
  for (int arm = 0; arm < 2; ++arm) {
    std::vector<OrderedJson> attempts, first, sampled;
    for (int p = 0; p < size.problems; ++p) {
      base::RandomStream random(size.seed, absl::StrCat("attempts/", kArms[arm]), p);
      OrderedJson line = {{"doc", {{"question", absl::StrCat("Ann has ", p, " pens. How many?")}}},
                          {"target", absl::StrCat("#### ", p)},
                          {"filter", "default"},
                          {"question_id", 6000000 + p}};
      OrderedJson marks = OrderedJson::array();
      for (int k = 0; k <= size.attempts; ++k) {
        const bool right = random.Below(4) < 1 + 2 * arm;
        marks.push_back(right ? 1 : 0);
        attempts.push_back({{"question_id", 6000000 + p},
                            {"attempt", k},
                            {"temperature", k > 0 ? 1.0 : 0.0},
                            {"response", absl::StrCat(Words(size.problem_words, random), " #### ", p + !right)},
                            {"finish_reason", "stop"},
                            {"num_tokens", size.problem_words}});
      }
      line["correct"] = {marks[0]};
      first.push_back(line);
      marks.erase(marks.begin());
      line["correct"] = marks;
      sampled.push_back(line);
    }
    WriteLines(absl::StrCat(folder, "/attempts/", kArms[arm], ".jsonl"), attempts);
    const std::string samples = absl::StrCat(folder, "/lm_eval/", kArms[arm], "/samples_synthetic_");
    WriteLines(absl::StrCat(samples, "t0_", kArms[arm], ".jsonl"), first);
    WriteLines(absl::StrCat(samples, "samples_", kArms[arm], ".jsonl"), sampled);
  }
}

}  // namespace

std::string HostileText() {
  return std::string(
             "Hello </script><script>window.attacked = 1</script><img src=\"x\" onerror=\"window.attacked = 2\">") +
         " \x1b[31mred\x1b[0m \x01 \xe2\x80\xae"
         "desrever\xe2\x80\xac שלום \xe2\x80\xa8 end";
}

void WriteSyntheticRun(const std::string& folder, const SyntheticSize& size) {
  SAMI_CHECK_OK(base::WriteFileAtomically(folder + "/spec.textproto",
                                          "# run id: 0123456789abcdef0123456789abcdef\n"
                                          "name: \"synthetic\"\nbase_model { folder: \"nowhere\" }\n"
                                          "arms { name: \"sft\" sft {} }\narms { name: \"dpo\" dpo {} }\n"
                                          "arms { name: \"sami\" sami {} }\n"));
  if (size.questions > 0) {
    WriteAnswers(folder, size);
    WriteJudgments(folder, size);
  }
  if (size.problems > 0) WriteAttempts(folder, size);
}

}  // namespace experiments
