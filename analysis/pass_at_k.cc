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
ABSL_FLAG(std::string, filter, "", "of lm-eval's samples: the one filter whose answers count; without, each by itself");
ABSL_FLAG(std::string, id, "", "the column that names the question; without, what the file's format has");
ABSL_FLAG(std::string, correct, "", "the column of 0 or 1; without, what the file's format has");
ABSL_FLAG(std::vector<std::string>, k, {}, "values of k; without, 1, 2, 4, ... and the smallest number of attempts");
ABSL_FLAG(bool, band, false, "simultaneous confidence bands over all k, instead of an interval for each k by itself");

namespace analysis {
namespace {

constexpr char kUsage[] =
    "Gives pass@k, the probability that one of k attempts is right.\n\n"
    "Usage: sami pass-at-k --samples=samples.jsonl [--baseline=other.jsonl] [--k=1,10]\n\n"
    "With confidence intervals over questions. Rows (JSON Lines or CSV): question_id, correct (0 or 1, or a list of\n"
    "them a question), and optionally attempt, category; lm-eval's samples_*.jsonl, each of their filters by itself, "
    "and\n"
    "human-eval's results are told by their columns. k above any question's number of attempts is refused.";

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

absl::Status AddDifference(const std::string& prefix, const std::vector<QuestionAttempts>& a,
                           const std::vector<QuestionAttempts>& b, const std::vector<int64_t>& ks,
                           const BootstrapOptions& options, std::vector<NamedEstimate>* lines) {
  std::vector<Estimate> band;
  if (absl::GetFlag(FLAGS_band)) {
    ASSIGN_OR_RETURN(band, PassAtKDifferenceCurve(a, b, ks, options));
  }
  for (size_t j = 0; j < ks.size(); ++j) {
    ASSIGN_OR_RETURN(const PassAtKDifference difference, ComparePassAtK(a, b, ks[j], options.level));
    lines->push_back({absl::StrCat(prefix, "difference in pass@", ks[j]), "overall",
                      band.empty() ? difference.difference : band[j], difference.only_a + difference.only_b});
  }
  return absl::OkStatus();
}

// The samples of one filter, beside the baseline's of the same.
absl::Status AddFilter(const AttemptFile& file, const AttemptFile* other, const BootstrapOptions& options,
                       std::vector<NamedEstimate>* lines, std::vector<std::string>* notes) {
  const std::string prefix = file.filter.empty() ? "" : absl::StrCat(file.filter, " ");
  NoteAttempts(absl::StrCat(prefix, "samples"), file.questions, notes);
  if (other == nullptr) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> ks, Ks(file.questions, INT64_MAX));
    return AddArm(prefix, file, ks, options, lines);
  }
  NoteAttempts(absl::StrCat(prefix, "baseline"), other->questions, notes);
  ASSIGN_OR_RETURN(const std::vector<int64_t> other_ks, Ks(other->questions, INT64_MAX));
  ASSIGN_OR_RETURN(const std::vector<int64_t> ks, Ks(file.questions, other_ks.back()));
  RETURN_IF_ERROR(AddArm(absl::StrCat(prefix, "samples "), file, ks, options, lines));
  RETURN_IF_ERROR(AddArm(absl::StrCat(prefix, "baseline "), *other, ks, options, lines));
  RETURN_IF_ERROR(AddDifference(prefix, file.questions, other->questions, ks, options, lines));
  if (lines->back().missing > 0) {
    notes->push_back(
        absl::StrCat(lines->back().missing, " questions were attempted by one arm only: not in the differences."));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Run(const std::vector<std::string>& arguments) {
  RETURN_IF_ERROR(NoArguments(arguments));
  ASSIGN_OR_RETURN(const BootstrapOptions options, OptionsFromFlags());
  ASSIGN_OR_RETURN(const std::string path, InputPath(absl::GetFlag(FLAGS_samples), "samples"));
  const AttemptColumns columns = {absl::GetFlag(FLAGS_id), absl::GetFlag(FLAGS_correct), absl::GetFlag(FLAGS_filter)};
  ASSIGN_OR_RETURN(const AttemptFiles files, ReadAttempts(path, columns));
  std::vector<NamedEstimate> lines;
  std::vector<std::string> notes = {files.says};
  AttemptFiles others;
  const bool has_baseline = !absl::GetFlag(FLAGS_baseline).empty();
  if (has_baseline) {
    ASSIGN_OR_RETURN(const std::string other_path, InputPath(absl::GetFlag(FLAGS_baseline), "baseline"));
    ASSIGN_OR_RETURN(others, ReadAttempts(other_path, columns));
    notes.push_back(others.says);
  }
  for (const AttemptFile& file : files.filters) {
    const AttemptFile* other = nullptr;
    for (const AttemptFile& candidate : others.filters) {
      // With a filter in one file only there is nothing to tell apart.
      const bool is_only = files.filters.size() == 1 && others.filters.size() == 1;
      if (candidate.filter == file.filter || is_only) other = &candidate;
    }
    if (has_baseline && other == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("the baseline has no rows of filter \"", file.filter, "\": choose one with --filter"));
    }
    RETURN_IF_ERROR(AddFilter(file, other, options, &lines, &notes));
  }
  if (files.filters.size() > 1) notes.push_back("Filters are kept apart: each has its own lines.");
  return Formatted(EstimateTable("pass@k", lines, std::move(notes)));
}

}  // namespace
}  // namespace analysis

int main(int argc, char** argv) { return analysis::RunCommand(argc, argv, analysis::kUsage, analysis::Run); }
