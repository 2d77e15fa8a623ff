// pass@k from a file of attempts: see kUsage.
#include "analysis/measures/pass_at_k.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/attempts.h"
#include "analysis/commands/command.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(std::string, samples, "", "attempts, one a line or one question a line (\"-\" for standard input)");
ABSL_FLAG(std::string, baseline, "", "attempts of another arm at the same questions, to be subtracted");
ABSL_FLAG(std::string, filter, "", "the filter whose answers count, where samples are lm-eval's with several");
ABSL_FLAG(std::vector<std::string>, k, {}, "values of k; without, 1, 2, 4, ... and the smallest number of attempts");
ABSL_FLAG(bool, band, false, "simultaneous confidence bands over all k, instead of an interval for each k by itself");

namespace analysis {
namespace {

constexpr char kUsage[] =
    "Gives pass@k, the probability that one of k attempts is right.\n\n"
    "Usage: sami pass-at-k --samples=samples.jsonl [--baseline=other.jsonl] [--k=1,10]\n\n"
    "With confidence intervals over questions. Rows (JSON Lines or CSV): question_id, correct (0 or 1, or a list of "
    "them\n"
    "a question), and optionally attempt, category; lm-eval's samples_*.jsonl are read too. k above any question's "
    "number\n"
    "of attempts is refused.";

absl::StatusOr<std::vector<int64_t>> Ks(const std::vector<QuestionAttempts>& questions, int64_t most) {
  std::vector<int64_t> ks;
  for (const std::string& text : absl::GetFlag(FLAGS_k)) {
    int64_t k;
    if (!absl::SimpleAtoi(text, &k))
      return absl::InvalidArgumentError(absl::StrCat("--k: \"", text, "\" is no number"));
    ks.push_back(k);
  }
  if (!ks.empty()) return ks;
  for (const QuestionAttempts& question : questions) most = std::min(most, question.attempts);
  for (int64_t k = 1; k < most; k *= 2) ks.push_back(k);
  ks.push_back(most);
  return ks;
}

// How unequal the numbers of attempts are: said, not hidden.
void NoteAttempts(const std::string& name, const std::vector<QuestionAttempts>& questions,
                  std::vector<std::string>* notes) {
  const auto [least, most] =
      std::minmax_element(questions.begin(), questions.end(),
                          [](const QuestionAttempts& a, const QuestionAttempts& b) { return a.attempts < b.attempts; });
  notes->push_back(absl::StrCat(name, ": ", questions.size(), " questions with ", least->attempts,
                                least->attempts == most->attempts ? "" : absl::StrCat(" to ", most->attempts),
                                " attempts each."));
}

// The questions of one category, "overall" for all.
using Categories = std::vector<std::pair<std::string, std::vector<QuestionAttempts>>>;

Categories Split(const AttemptFile& file) {
  Categories categories = {{"overall", file.questions}};
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < file.questions.size(); ++i) {
    if (file.categories[i].empty()) continue;
    const auto [found, is_new] = index.emplace(file.categories[i], categories.size());
    if (is_new) categories.push_back({file.categories[i], {}});
    categories[found->second].second.push_back(file.questions[i]);
  }
  return categories;
}

absl::Status AddArm(const std::string& name, const AttemptFile& file, const std::vector<int64_t>& ks,
                    const BootstrapOptions& options, std::vector<NamedEstimate>* lines) {
  for (const auto& [category, questions] : Split(file)) {
    std::vector<Estimate> estimates;
    if (absl::GetFlag(FLAGS_band)) {
      ASSIGN_OR_RETURN(estimates, PassAtKCurve(questions, ks, options));
    } else {
      for (int64_t k : ks) {
        ASSIGN_OR_RETURN(Estimate estimate, MeanPassAtK(questions, k, options.level));
        estimates.push_back(std::move(estimate));
      }
    }
    for (size_t j = 0; j < ks.size(); ++j) {
      lines->push_back({absl::StrCat(name, "pass@", ks[j]), category, estimates[j]});
    }
  }
  return absl::OkStatus();
}

absl::Status AddDifference(const std::vector<QuestionAttempts>& a, const std::vector<QuestionAttempts>& b,
                           const std::vector<int64_t>& ks, const BootstrapOptions& options,
                           std::vector<NamedEstimate>* lines) {
  std::vector<Estimate> band;
  if (absl::GetFlag(FLAGS_band)) {
    ASSIGN_OR_RETURN(band, PassAtKDifferenceCurve(a, b, ks, options));
  }
  for (size_t j = 0; j < ks.size(); ++j) {
    ASSIGN_OR_RETURN(const PassAtKDifference difference, ComparePassAtK(a, b, ks[j], options.level));
    lines->push_back({absl::StrCat("difference in pass@", ks[j]), "overall",
                      band.empty() ? difference.difference : band[j], difference.only_a + difference.only_b});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Run(const std::vector<std::string>& arguments) {
  RETURN_IF_ERROR(NoArguments(arguments));
  ASSIGN_OR_RETURN(const BootstrapOptions options, OptionsFromFlags());
  ASSIGN_OR_RETURN(const std::string path, InputPath(absl::GetFlag(FLAGS_samples), "samples"));
  ASSIGN_OR_RETURN(const AttemptFile file, ReadAttempts(path, absl::GetFlag(FLAGS_filter)));
  std::vector<NamedEstimate> lines;
  std::vector<std::string> notes;
  NoteAttempts("samples", file.questions, &notes);
  if (absl::GetFlag(FLAGS_baseline).empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> ks, Ks(file.questions, INT64_MAX));
    RETURN_IF_ERROR(AddArm("", file, ks, options, &lines));
    return Formatted(EstimateTable("pass@k", lines, std::move(notes)));
  }
  ASSIGN_OR_RETURN(const std::string other_path, InputPath(absl::GetFlag(FLAGS_baseline), "baseline"));
  ASSIGN_OR_RETURN(const AttemptFile other, ReadAttempts(other_path, absl::GetFlag(FLAGS_filter)));
  NoteAttempts("baseline", other.questions, &notes);
  ASSIGN_OR_RETURN(const std::vector<int64_t> other_ks, Ks(other.questions, INT64_MAX));
  ASSIGN_OR_RETURN(const std::vector<int64_t> ks, Ks(file.questions, other_ks.back()));
  RETURN_IF_ERROR(AddArm("samples ", file, ks, options, &lines));
  RETURN_IF_ERROR(AddArm("baseline ", other, ks, options, &lines));
  RETURN_IF_ERROR(AddDifference(file.questions, other.questions, ks, options, &lines));
  if (lines.back().missing > 0) {
    notes.push_back(
        absl::StrCat(lines.back().missing, " questions were attempted by one arm only: not in the differences."));
  }
  return Formatted(EstimateTable("pass@k", lines, std::move(notes)));
}

}  // namespace
}  // namespace analysis

int main(int argc, char** argv) {
  return analysis::Finish(analysis::Run(base::InitProgram(argc, argv, analysis::kUsage)));
}
