// Any bytes as a data file of the analysis commands: refused, naming the file, or read as what the headers promise.
//
// The readers take paths: each input becomes the content of one file in memory.
#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "analysis/commands/attempts.h"
#include "analysis/commands/judgments.h"
#include "analysis/commands/leaderboard_tables.h"
#include "analysis/commands/score_file.h"
#include "analysis/figures/table.h"
#include "analysis/measures/weighted_win_rate.h"
#include "analysis/measures/win_rate.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"

namespace analysis {
namespace {

constexpr double kLevel = 0.95;

void CheckError(const absl::Status& error, const std::string& path) {
  SAMI_CHECK(absl::IsInvalidArgument(error)) << error.ToString();
  SAMI_CHECK(absl::StrContains(error.message(), path)) << error.ToString();
  SAMI_CHECK(error.message().size() < 8192) << error.message().size() << " bytes";
}

void CheckEstimate(const Estimate& estimate) {
  if (std::isnan(estimate.value)) return;
  SAMI_CHECK(estimate.value >= 0 && estimate.value <= 1) << estimate.value;
  if (std::isnan(estimate.low)) return;
  SAMI_CHECK(estimate.low <= estimate.value + 1e-9 && estimate.value <= estimate.high + 1e-9)
      << estimate.low << ' ' << estimate.value << ' ' << estimate.high;
}

void CheckPair(const JudgedPair& pair) {
  SAMI_CHECK(pair.model_a != pair.model_b && !pair.questions.empty());
  SAMI_CHECK(pair.weights.empty() || pair.weights.size() == pair.questions.size());
  SAMI_CHECK(pair.length_differences.empty() || pair.length_differences.size() == pair.questions.size());
  for (const QuestionVerdicts& question : pair.questions) {
    SAMI_CHECK(!question.games.empty());
    for (const std::optional<double>& game : question.games) SAMI_CHECK(!game || (*game >= 0 && *game <= 1));
  }
  const absl::StatusOr<std::vector<WinRateRow>> rows =
      pair.weights.empty() ? WinRates({"f"}, pair.questions, kLevel, pair.verdicts)
                           : WeightedWinRates({"f"}, pair.questions, pair.weights, kLevel, pair.verdicts);
  // A category that is called "overall" is refused.
  if (!rows.ok()) return;
  for (const WinRateRow& row : *rows) CheckEstimate(row.win_rate);
}

void TestReaders(absl::string_view text) {
  const std::string path = base::MemoryFile(text);
  if (const absl::StatusOr<JudgmentFile> file = ReadJudgments(path); file.ok()) {
    SAMI_CHECK(!file->pairs.empty() && !file->notes.empty());
    for (const JudgedPair& pair : file->pairs) CheckPair(pair);
  } else {
    CheckError(file.status(), path);
  }
  LeaderboardOptions options;
  options.bootstrap.resamples = 2;
  if (const absl::StatusOr<Table> table = LeaderboardTable(path, options); !table.ok()) {
    CheckError(table.status(), path);
  } else {
    ToText(*table);
  }
  if (const absl::StatusOr<AttemptFiles> files = ReadAttempts(path); files.ok()) {
    SAMI_CHECK(!files->filters.empty());
    for (const AttemptFile& file : files->filters) {
      SAMI_CHECK_EQ(file.categories.size(), file.questions.size());
      for (const QuestionAttempts& question : file.questions) {
        SAMI_CHECK(question.attempts >= 1 && question.correct >= 0 && question.correct <= question.attempts);
      }
    }
  } else {
    CheckError(files.status(), path);
  }
  if (const absl::StatusOr<PairedScores> scores = ReadPairedScores(path, path, {}); scores.ok()) {
    SAMI_CHECK(!scores->a.empty() && scores->a == scores->b);
    for (const double score : scores->a) SAMI_CHECK(std::abs(score) <= kGreatestScore);
  } else {
    CheckError(scores.status(), path);
  }
  AnswerStyles styles;
  if (const absl::Status status = styles.Read(path); !status.ok()) CheckError(status, path);
  if (const auto difficulties = ReadAlpacaDifficulties(path); !difficulties.ok()) {
    CheckError(difficulties.status(), path);
  }
}

}  // namespace
}  // namespace analysis

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  analysis::TestReaders(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
