// judge: anybody's answers in FastChat's format, judged; verdicts in FastChat's and AlpacaEval's.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/program.h"
#include "base/repeated_flag.h"
#include "base/status.h"
#include "base/textproto/limits.h"
#include "base/textproto/text_proto.h"
#include "datasets/sources/find_input.h"
#include "evaluation/formats/alpaca_eval.h"
#include "evaluation/formats/single_judgments.h"
#include "evaluation/judges/make_judge.h"
#include "evaluation/match/games.h"
#include "evaluation/match/judge_summary.h"
#include "evaluation/match/match_answers.h"

struct AnswersTag;
ABSL_FLAG(std::string, questions, "", "FastChat's question.jsonl.");
ABSL_FLAG(base::RepeatedFlag<AnswersTag>, answers, {}, "FastChat's model_answer, a file a model; given once for each.");
ABSL_FLAG(std::string, references, "", "FastChat's reference_answer; without, the questions' own references.");
ABSL_FLAG(std::string, judge, "", "A JudgeFile in text format (evaluation/judges/judge.proto).");
ABSL_FLAG(std::string, out, "",
          "The judgments, FastChat's model_judgment. NAME.jsonl has NAME.exchanges.jsonl and, of "
          "pairs, NAME.annotations.json (AlpacaEval's) beside it.");
ABSL_FLAG(std::string, baseline, "", "Judge every other model against this one; without, all pairs.");
ABSL_FLAG(std::string, setting, "", "Of answers in several settings, those in this one.");
ABSL_FLAG(std::string, missing, "refuse", "Questions that a model did not answer: refuse or skip.");
ABSL_FLAG(int, turns, 2, "Turns to judge at most: 1 or 2.");
ABSL_FLAG(std::string, agree_with, "", "Another judge's pair judgments of the same answers: prints Cohen's kappa.");
ABSL_FLAG(std::string, device, "cpu", "Of a local model: cpu, cuda or cuda:N.");
ABSL_FLAG(int, threads, 0, "Of a local model; 0: one a core. Changes no result.");

namespace experiments {
namespace {

using ::evaluation::MadeJudge;
using ::sami_harness::JudgeFile;
using ::sami_harness::JudgeSpec;

constexpr uint64_t kSuiteSeed = 2024;  // the embedded test questions that experiments ask
constexpr int64_t kSuiteQuestions = 480;

// "out.jsonl" -> "out".
std::string Stem() { return std::string(absl::StripSuffix(base::UserPath(absl::GetFlag(FLAGS_out)), ".jsonl")); }

absl::StatusOr<AnswerFiles> FilesFromFlags() {
  AnswerFiles files;
  for (const auto& [flag, value] :
       {std::pair("--questions", absl::GetFlag(FLAGS_questions)), std::pair("--judge", absl::GetFlag(FLAGS_judge)),
        std::pair("--out", absl::GetFlag(FLAGS_out))}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(flag, "=FILE is missing"));
  }
  files.questions = base::UserPath(absl::GetFlag(FLAGS_questions));
  if (!absl::GetFlag(FLAGS_references).empty()) files.references = base::UserPath(absl::GetFlag(FLAGS_references));
  for (const std::string& path : absl::GetFlag(FLAGS_answers).values) files.answers.push_back(base::UserPath(path));
  if (files.answers.empty()) return absl::InvalidArgumentError("--answers=FILE is missing");
  files.setting = absl::GetFlag(FLAGS_setting);
  const std::string missing = absl::GetFlag(FLAGS_missing);
  if (missing != "refuse" && missing != "skip") {
    return absl::InvalidArgumentError(absl::StrCat("--missing must be refuse or skip, not \"", missing, "\""));
  }
  files.skip_missing = missing == "skip";
  files.max_turns = absl::GetFlag(FLAGS_turns);
  if (files.max_turns < 1 || files.max_turns > 2) return absl::InvalidArgumentError("--turns must be 1 or 2");
  return files;
}

absl::StatusOr<JudgeFile> ReadJudgeFile() {
  JudgeFile file;
  FieldLocations locations;
  RETURN_IF_ERROR(ReadTextProto(base::UserPath(absl::GetFlag(FLAGS_judge)), &file, &locations));
  RETURN_IF_ERROR(CheckLimits(file, locations));
  return file;
}

absl::StatusOr<MadeJudge> JudgeFromFile(const JudgeFile& file) {
  evaluation::JudgeSurroundings surroundings;
  surroundings.exchanges = absl::StrCat(Stem(), ".exchanges.jsonl");
  surroundings.find = FindInput;
  if (file.has_access()) surroundings.access = &file.access();
  const int threads = absl::GetFlag(FLAGS_threads);
  surroundings.threads = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  surroundings.device = absl::GetFlag(FLAGS_device);
  if (file.judge().rule().rule() == sami_harness::RuleJudge::CONTENT) {
    ASSIGN_OR_RETURN(const auto questions,
                     embedded::DrawQuestions(embedded::Split::kTest, kSuiteQuestions, kSuiteSeed));
    for (const auto& question : questions) surroundings.answer_keys[question.id] = question.answer;
  }
  return evaluation::MakeJudge(file.judge(), surroundings);
}

absl::Status WritePairs(const evaluation::Games& games, absl::Span<const evaluation::Match> matches, int64_t repeats) {
  RETURN_IF_ERROR(evaluation::WritePairJudgments(base::UserPath(absl::GetFlag(FLAGS_out)), games.judgments));
  std::vector<evaluation::Annotation> annotations;
  for (size_t i = 0; i < games.judgments.size(); ++i) {
    const evaluation::Contest& contest = matches[i / repeats].contest;
    annotations.push_back({games.judgments[i], contest.turns.back(), contest.first.back(), contest.second.back()});
  }
  return evaluation::WriteAnnotations(absl::StrCat(Stem(), ".annotations.json"), annotations);
}

// Both return what is missing.
absl::StatusOr<std::vector<std::string>> JudgePairs(const Answers& answers, const AnswerFiles& files,
                                                    const JudgeSpec& spec, evaluation::Judge& judge) {
  if (answers.models.size() < 2) {
    return absl::InvalidArgumentError("pairwise judging needs the answers of two models; give --answers twice");
  }
  ASSIGN_OR_RETURN(const auto matches, MakeMatches(answers, files, absl::GetFlag(FLAGS_baseline)));
  ASSIGN_OR_RETURN(evaluation::Games games, evaluation::PlayBothOrders(judge, matches, spec.repeats()));
  RETURN_IF_ERROR(WritePairs(games, matches, spec.repeats()));
  ASSIGN_OR_RETURN(const std::string summary, SummarizePairs(games.judgments));
  std::cout << summary;
  if (!absl::GetFlag(FLAGS_agree_with).empty()) {
    ASSIGN_OR_RETURN(const std::string agreement,
                     SummarizeAgreement(games.judgments, base::UserPath(absl::GetFlag(FLAGS_agree_with))));
    std::cout << agreement;
  }
  return std::move(games.missing);
}

absl::StatusOr<std::vector<std::string>> JudgeSingles(const Answers& answers, const AnswerFiles& files,
                                                      const JudgeSpec& spec, evaluation::LanguageModelJudge& judge) {
  ASSIGN_OR_RETURN(const auto matches, MakeSingles(answers, files));
  std::vector<evaluation::Contest> contests;
  for (const evaluation::Match& match : matches) {
    for (int64_t repeat = 0; repeat < spec.repeats(); ++repeat) {
      contests.push_back(match.contest);
      contests.back().repeat = repeat;
    }
  }
  ASSIGN_OR_RETURN(const auto ratings, judge.Rate(contests));
  std::vector<evaluation::SingleJudgment> judgments;
  std::vector<std::string> missing;
  for (size_t i = 0; i < ratings.size(); ++i) {
    const evaluation::Match& match = matches[i / spec.repeats()];
    evaluation::SingleJudgment judgment;
    judgment.question_id = match.contest.question_id;
    judgment.model = match.model_1;
    judgment.judge_model = judge.name();
    judgment.judge_prompt = ratings[i].prompt_name;
    judgment.user_prompt = ratings[i].prompt;
    judgment.judgment = ratings[i].words;
    if (ratings[i].score.ok()) judgment.score = *ratings[i].score;
    judgment.turn = match.contest.turns.size();
    judgment.category = match.contest.category;
    judgment.setting = match.setting;
    judgment.repeat = contests[i].repeat;
    if (!ratings[i].score.ok()) {
      missing.push_back(absl::StrCat("question ", judgment.question_id, ", ", judgment.model, ", turn ", judgment.turn,
                                     ": ", ratings[i].score.status().message()));
    }
    judgments.push_back(std::move(judgment));
  }
  RETURN_IF_ERROR(evaluation::WriteSingleJudgments(base::UserPath(absl::GetFlag(FLAGS_out)), judgments));
  std::cout << SummarizeSingles(judgments);
  return missing;
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const AnswerFiles files, FilesFromFlags());
  ASSIGN_OR_RETURN(const JudgeFile file, ReadJudgeFile());
  ASSIGN_OR_RETURN(const Answers answers, ReadAnswers(files));
  for (const std::string& note : answers.notes) std::fprintf(stderr, "note: left out: %s\n", note.c_str());
  ASSIGN_OR_RETURN(const MadeJudge made, JudgeFromFile(file));
  if (made.language_model != nullptr && !made.language_model->recording().note().empty()) {
    std::fprintf(stderr, "note: %s\n", made.language_model->recording().note().c_str());
  }
  const auto missing = file.judge().mode() == JudgeSpec::SINGLE
                           ? JudgeSingles(answers, files, file.judge(), *made.language_model)
                           : JudgePairs(answers, files, file.judge(), *made.judge);
  RETURN_IF_ERROR(missing.status());
  if (made.language_model != nullptr) {
    std::cout << SummarizeAsking(*made.language_model, made.cost ? made.cost() : "");
  }
  std::cout << SummarizeMissing(*missing) << std::flush;
  if (!std::cout) return absl::UnavailableError("cannot write to standard output");
  if (made.language_model == nullptr) return absl::OkStatus();
  const auto& counts = made.language_model->counts();
  if (counts.unfit > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(counts.unfit, " judgments have no prompt that fits: ", missing->front()));
  }
  if (counts.no_reply == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(counts.no_reply,
                                             " judgments got no reply; run the same again, and they "
                                             "alone are asked for"));
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Judges answers in FastChat's format, in both orders, by a language model or a rule.\n\n"
                    "  bazel run //evaluation:judge -- --questions=question.jsonl --answers=a.jsonl --answers=b.jsonl "
                    "--judge=judge.textproto --out=judgments.jsonl\n\n"
                    "A run that was stopped goes on when it is called again. Exit code 1: some got no reply.");
  return base::ReportAndExitCode(experiments::Run());
}
