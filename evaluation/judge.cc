// judge: anybody's answers in FastChat's format, judged; verdicts in FastChat's and AlpacaEval's.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/flags/repeated_flag.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
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
#include "evaluation/match/ratings.h"

struct AnswersTag;
ABSL_FLAG(std::string, questions, "", "FastChat's question.jsonl.");
ABSL_FLAG(base::RepeatedFlag<AnswersTag>, answers, {}, "FastChat's model_answer, a file a model; given once for each.");
ABSL_FLAG(std::string, references, "", "FastChat's reference_answer; without, the questions' own references.");
ABSL_FLAG(std::string, judge, "", "A JudgeFile in text format (evaluation/judges/judge.proto).");
ABSL_FLAG(
    std::string, out, "",
    "The judgments, FastChat's model_judgment. NAME.jsonl has NAME.exchanges.jsonl, of an endpoint NAME.costs.json "
    "and, of pairs, NAME.annotations.json (AlpacaEval's) beside it. What is there must be of an earlier run.");
ABSL_FLAG(std::string, baseline, "", "Judge every other model against this one; without, all pairs.");
ABSL_FLAG(std::string, setting, "", "Setting whose answers are judged, where the files have answers in several.");
ABSL_FLAG(std::string, missing, "refuse", "Questions that a model did not answer: refuse or skip.");
ABSL_FLAG(int, turns, 2, "Turns to judge at most: 1 or 2.");
ABSL_FLAG(std::string, agree_with, "", "Another judge's pair judgments of the same answers: prints Cohen's kappa.");
struct BatchInTag;
ABSL_FLAG(bool, dry_run, false,
          "Ask and write nothing: print how many replies an endpoint would be asked for, and the cost.");
ABSL_FLAG(std::string, batch_out, "",
          "Write the requests that an endpoint is still to be asked as a file for its Batch API (OpenAI's JSON Lines), "
          "and ask nothing.");
ABSL_FLAG(
    base::RepeatedFlag<BatchInTag>, batch_in, {},
    "Read the output file of a batch, made by --batch_out, into the recorded exchanges, and ask nothing; given once "
    "for each. The same command without it goes on with them.");
ABSL_FLAG(std::string, device, "cpu", "Device of a local model: cpu, cuda or cuda:N.");
ABSL_FLAG(int, threads, 0, "Threads of a local model; 0: one a core. Changes no result.");

namespace evaluation {
namespace {

using ::sami_harness::JudgeFile;
using ::sami_harness::JudgeSpec;

// "out.jsonl" -> "out".
std::string Stem() { return std::string(absl::StripSuffix(base::UserPath(absl::GetFlag(FLAGS_out)), ".jsonl")); }
std::string ExchangesPath() { return absl::StrCat(Stem(), ".exchanges.jsonl"); }
std::string CostsPath() { return absl::StrCat(Stem(), ".costs.json"); }
std::string AnnotationsPath() { return absl::StrCat(Stem(), ".annotations.json"); }

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
  base::FieldLocations locations;
  RETURN_IF_ERROR(base::ReadTextProto(base::UserPath(absl::GetFlag(FLAGS_judge)), &file, &locations));
  RETURN_IF_ERROR(base::CheckLimits(file, locations));
  return file;
}

// What is written must be new, or of an earlier run of this command, and nothing that is read.
absl::Status CheckOutputs(const AnswerFiles& files, const JudgeFile& file) {
  std::vector<std::string> inputs = files.answers;
  inputs.insert(inputs.end(), {files.questions, files.references, base::UserPath(absl::GetFlag(FLAGS_judge)),
                               base::UserPath(absl::GetFlag(FLAGS_agree_with))});
  if (file.judge().has_replay()) {
    ASSIGN_OR_RETURN(inputs.emplace_back(), datasets::FindInput("judge.replay.file", file.judge().replay().file()));
  }
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_out));
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(out, inputs, "\"judge\":["), "--out"));
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(CostsPath(), inputs, "\"this_run\":"), "--out"));
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(AnnotationsPath(), inputs, "\"annotator\":"), "--out"));
  if (absl::GetFlag(FLAGS_batch_out).empty()) return absl::OkStatus();
  for (const std::string& file : absl::GetFlag(FLAGS_batch_in).values) inputs.push_back(base::UserPath(file));
  return base::Annotate(
      base::CheckOutputFile(base::UserPath(absl::GetFlag(FLAGS_batch_out)), inputs, "{\"custom_id\":"), "--batch_out");
}

// Whether the endpoint itself is not asked.
bool IsOffline() {
  return absl::GetFlag(FLAGS_dry_run) || !absl::GetFlag(FLAGS_batch_out).empty() ||
         !absl::GetFlag(FLAGS_batch_in).values.empty();
}

absl::StatusOr<MadeJudge> JudgeFromFile(const JudgeFile& file, const Answers& answers) {
  JudgeSurroundings surroundings;
  surroundings.exchanges = ExchangesPath();
  surroundings.find = datasets::FindInput;
  if (file.has_access()) surroundings.access = &file.access();
  if (IsOffline()) {
    if (!file.judge().has_endpoint()) {
      return absl::InvalidArgumentError("--dry_run, --batch_out and --batch_in are for judges behind an endpoint");
    }
    surroundings.batch_answers.emplace();
    for (const std::string& path : absl::GetFlag(FLAGS_batch_in).values) {
      surroundings.batch_answers->push_back(base::UserPath(path));
    }
  }
  const int threads = absl::GetFlag(FLAGS_threads);
  surroundings.threads = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  surroundings.device = absl::GetFlag(FLAGS_device);
  if (file.judge().rule().rule() == sami_harness::RuleJudge::CONTENT) {
    ASSIGN_OR_RETURN(surroundings.answer_keys, SuiteAnswerKeys(answers.questions));
  }
  return MakeJudge(file.judge(), surroundings);
}

// Both return what is missing.
absl::StatusOr<std::vector<std::string>> JudgePairs(const Answers& answers, const AnswerFiles& files,
                                                    const JudgeSpec& spec, Judge& judge) {
  if (answers.models.size() < 2) {
    return absl::InvalidArgumentError("pairwise judging needs the answers of two models; give --answers twice");
  }
  ASSIGN_OR_RETURN(const auto matches, MakeMatches(answers, files, absl::GetFlag(FLAGS_baseline)));
  ASSIGN_OR_RETURN(Games games, PlayBothOrders(judge, matches, spec.repeats()));
  if (spec.has_rule() && !games.missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the rule has no verdict on ", games.missing.size(), " games; ", games.missing.front()));
  }
  RETURN_IF_ERROR(WritePairJudgments(base::UserPath(absl::GetFlag(FLAGS_out)), games.judgments));
  RETURN_IF_ERROR(WriteAnnotations(AnnotationsPath(), Annotations(games, matches, spec.repeats())));
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
                                                      const JudgeSpec& spec, LanguageModelJudge& judge) {
  ASSIGN_OR_RETURN(const auto matches, MakeSingles(answers, files));
  ASSIGN_OR_RETURN(Ratings ratings, RateAnswers(judge, matches, spec.repeats()));
  RETURN_IF_ERROR(WriteSingleJudgments(base::UserPath(absl::GetFlag(FLAGS_out)), ratings.judgments));
  ASSIGN_OR_RETURN(const std::string summary, SummarizeSingles(ratings.judgments));
  std::cout << summary;
  return std::move(ratings.missing);
}

// Asks the batch's files, and says what came of it; whether the judgments can be made of them. Errors where answers are
// no replies.
absl::StatusOr<bool> AskBatch(const Answers& answers, const AnswerFiles& files, const JudgeSpec& spec,
                              const MadeJudge& made) {
  if (spec.mode() == JudgeSpec::SINGLE) {
    ASSIGN_OR_RETURN(const auto matches, MakeSingles(answers, files));
    RETURN_IF_ERROR(RateAnswers(*made.language_model, matches, spec.repeats()).status());
  } else {
    ASSIGN_OR_RETURN(const auto matches, MakeMatches(answers, files, absl::GetFlag(FLAGS_baseline)));
    RETURN_IF_ERROR(PlayBothOrders(*made.judge, matches, spec.repeats()).status());
  }
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_batch_out));
  if (!out.empty()) RETURN_IF_ERROR(made.batch->WriteRequests(out));
  const lm::Recording& recording = made.language_model->recording();
  std::cout << recording.counts().recorded << " replies were recorded before.\n"
            << made.batch->Report(out) << std::flush;
  if (absl::GetFlag(FLAGS_dry_run) && recording.size() == 0) {
    std::error_code ignored;  // the recording was made for nothing
    std::filesystem::remove(ExchangesPath(), ignored);
  }
  const auto counts = made.batch->counts();
  if (counts.failed > 0 && out.empty()) {
    return absl::UnavailableError(
        absl::StrCat(counts.failed, " answers are no replies; --batch_out=FILE writes their requests again"));
  }
  return counts.failed + counts.open == 0 && out.empty() && !absl::GetFlag(FLAGS_dry_run);
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const AnswerFiles files, FilesFromFlags());
  ASSIGN_OR_RETURN(const JudgeFile file, ReadJudgeFile());
  RETURN_IF_ERROR(CheckOutputs(files, file));
  ASSIGN_OR_RETURN(const Answers answers, ReadAnswers(files));
  for (const std::string& note : answers.notes) std::fprintf(stderr, "note: left out: %s\n", note.c_str());
  ASSIGN_OR_RETURN(const MadeJudge made, JudgeFromFile(file, answers));
  if (made.language_model != nullptr && !made.language_model->recording().note().empty()) {
    std::fprintf(stderr, "note: %s\n", made.language_model->recording().note().c_str());
  }
  if (made.batch != nullptr) {
    ASSIGN_OR_RETURN(const bool is_whole, AskBatch(answers, files, file.judge(), made));
    if (!is_whole) return absl::OkStatus();
  }
  const auto missing = file.judge().mode() == JudgeSpec::SINGLE
                           ? JudgeSingles(answers, files, file.judge(), *made.language_model)
                           : JudgePairs(answers, files, file.judge(), *made.judge);
  RETURN_IF_ERROR(missing.status());
  if (made.language_model != nullptr) {
    std::cout << SummarizeAsking(*made.language_model, made.cost ? made.cost() : "");
  }
  if (made.costs) {
    RETURN_IF_ERROR(base::WriteFileAtomically(CostsPath(), made.costs(made.language_model->recording().totals())));
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
  return absl::UnavailableError(
      absl::StrCat(counts.no_reply,
                   " judgments got no reply, for the reasons above; once those are mended, run the same "
                   "again, and they alone are asked for"));
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) {
  return base::RunMain(
      argc, argv,
      "Judges answers in FastChat's format by a language model or a rule.\n\n"
      "Usage: sami judge --questions=question.jsonl --answers=a.jsonl --answers=b.jsonl --judge=judge.textproto\n"
      "         --out=judgments.jsonl\n\n"
      "Every pair is judged in both orders. A run that was stopped goes on when it is called again; exit code 1: some\n"
      "got no reply.",
      evaluation::Run);
}
