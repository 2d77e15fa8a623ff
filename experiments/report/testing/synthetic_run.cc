#include "experiments/report/testing/synthetic_run.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/figures/table.h"
#include "analysis/figures/win_rate_tables.h"
#include "analysis/measures/win_rate.h"
#include "base/check.h"
#include "base/file.h"
#include "base/random.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/layout.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"

namespace experiments {
namespace {

using ::evaluation::Winner;

constexpr char kName[] = "synthetic";
constexpr char kTest[] = "test";          // the evaluation
constexpr char kProblems[] = "problems";  // the evaluation on problems
constexpr char kSetting[] = "positive";
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

void WriteAnswers(const std::string& folder, const SyntheticSize& size) {
  std::vector<AskedQuestion> questions;
  for (int q = 0; q < size.questions; ++q) {
    questions.push_back({QuestionId(q),
                         absl::StrCat(QuestionId(q)),
                         Category(q),
                         {absl::StrCat("Question ", q, " about a subject", q, "?")}});
  }
  SAMI_CHECK_OK(WriteLines(absl::StrCat(folder, "/", QuestionsFile(kTest)), questions));
  for (int arm = 0; arm < size.arms; ++arm) {
    std::vector<evaluation::ModelAnswer> answers;
    for (int q = 0; q < size.questions; ++q) {
      base::RandomStream random(size.seed, kArms[arm], q);
      const bool hostile = arm == 3 && q == 0;
      evaluation::ModelAnswer answer;
      answer.question_id = QuestionId(q);
      answer.model_id = kArms[arm];
      answer.choices = {{{hostile ? HostileText() : Words(size.words + arm, random)}, "stop", size.words + arm}};
      answer.category = Category(q);
      answer.setting = kSetting;
      answer.constitution = "1. Be polite.\n2. Add a detail.";
      answers.push_back(std::move(answer));
    }
    SAMI_CHECK_OK(
        evaluation::WriteModelAnswers(absl::StrCat(folder, "/", AnswersFile(kTest, kArms[arm], kSetting)), answers));
  }
}

Winner Verdict(const SyntheticSize& size, int q, int judge, int game) {
  if (judge == 1 && game == 1 && q % 9 == 8) return Winner::kError;
  if (q % 8 == 7) return judge == 0 ? Winner::kModel1 : Winner::kModel2;
  return base::RandomStream(size.seed, "verdict", q).Below(2) == 0 ? Winner::kModel1 : Winner::kTie;
}

void WriteJudgments(const std::string& folder, const SyntheticSize& size) {
  std::vector<analysis::WinRateRow> rows;
  for (int judge = 0; judge < 2; ++judge) {
    const std::string name = judge == 0 ? "principle" : "content";
    for (const std::string baseline : {"sft", "dpo"}) {
      std::vector<evaluation::PairJudgment> judgments;
      std::vector<analysis::QuestionVerdicts> verdicts;
      for (int q = 0; q < size.questions; ++q) {
        evaluation::PairJudgment judgment;
        judgment.question_id = QuestionId(q);
        judgment.model_1 = "sami";
        judgment.model_2 = baseline;
        judgment.g1_winner = Verdict(size, q, judge, 0);
        judgment.g2_winner = Verdict(size, q, judge, 1);
        judgment.judge_model = "rule";
        judgment.judge_prompt = name;
        judgment.g1_judgment = absl::StrCat("A is better by ", q, ".");
        judgment.g2_judgment = "<b>B</b> is better.";
        judgment.category = Category(q);
        judgment.setting = kSetting;
        verdicts.push_back({absl::StrCat(QuestionId(q)),
                            Category(q),
                            {evaluation::ScoreOf(judgment.g1_winner), evaluation::ScoreOf(judgment.g2_winner)}});
        judgments.push_back(std::move(judgment));
      }
      const auto group = analysis::WinRates({absl::StrCat("sami_vs_", baseline), kSetting, name}, verdicts, 0.95);
      SAMI_CHECK_OK(group.status());
      rows.insert(rows.end(), group->begin(), group->end());
      const std::string file = JudgmentsFile(kTest, absl::StrCat("sami_vs_", baseline), name, kSetting);
      SAMI_CHECK_OK(evaluation::WritePairJudgments(absl::StrCat(folder, "/", file), judgments));
    }
  }
  SAMI_CHECK_OK(analysis::WriteTable(analysis::WinRateTable(rows), absl::StrCat(folder, "/", WinRatesStem(kTest))));
}

void WriteAttempts(const std::string& folder, const SyntheticSize& size) {
  for (int arm = 0; arm < 2; ++arm) {
    const std::string name = kArms[arm];
    std::vector<Attempt> attempts;
    std::vector<LmEvalSample> first, sampled;
    for (int p = 0; p < size.problems; ++p) {
      base::RandomStream random(size.seed, absl::StrCat("attempts/", name), p);
      LmEvalSample sample;
      sample.doc_id = p;
      sample.question_id = 6000000 + p;
      sample.question = absl::StrCat("Ann has ", p, " pens. How many?");
      sample.target = absl::StrCat("#### ", p);
      LmEvalSample samples = sample;
      for (int k = 0; k <= size.attempts; ++k) {
        const bool right = random.Below(4) < 1 + 2 * arm;
        LmEvalSample& of_task = k == 0 ? sample : samples;
        const std::string answer = absl::StrCat(p + !right);
        attempts.push_back({sample.question_id, k, k > 0 ? 1.0 : 0.0,
                            absl::StrCat(Words(size.problem_words, random), " #### ", answer), true,
                            size.problem_words});
        of_task.responses.push_back(attempts.back().response);
        of_task.filtered.push_back(answer);
        of_task.correct.push_back(right);
      }
      first.push_back(std::move(sample));
      if (size.attempts > 0) sampled.push_back(std::move(samples));
    }
    SAMI_CHECK_OK(WriteLines(absl::StrCat(folder, "/", AttemptsFile(kProblems, name)), attempts));
    for (const auto& [task, lines] :
         {std::make_pair(LmEvalTask::kGreedy, &first), std::make_pair(LmEvalTask::kSamples, &sampled)}) {
      SAMI_CHECK_OK(WriteLines(absl::StrCat(folder, "/", LmEvalSamplesFile(kProblems, task, name)), *lines));
    }
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
  SAMI_CHECK_OK(base::WriteFileAtomically(
      absl::StrCat(folder, "/", kSpecFile),
      absl::StrCat(kRunIdLine, "0123456789abcdef0123456789abcdef\nname: \"", kName,
                   "\"\nmodels { name: \"base\" folder: \"nowhere\" } data { name: \"pairs\" "
                   "} evaluations { name: \"test\" } accuracy { name: \"problems\" baseline: \"base\" }\n"
                   "arms { name: \"sft\" sft {} }\n"
                   "arms { name: \"dpo\" dpo {} }\narms { name: \"sami\" sami {} }\n")));
  if (size.questions > 0) {
    WriteAnswers(folder, size);
    WriteJudgments(folder, size);
  }
  if (size.problems > 0) WriteAttempts(folder, size);
}

}  // namespace experiments
