#include "analysis/commands/judgments.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/commands/pair_collector.h"
#include "analysis/commands/rows.h"
#include "analysis/commands/verdict_rows.h"
#include "base/status.h"

namespace analysis {

absl::StatusOr<JudgmentFile> ReadJudgments(const std::string& path) {
  JudgmentFile file;
  OneFormat format;
  VerdictRows rows;
  AlpacaEvalReader alpaca_eval;
  PairCollector collector;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) -> absl::Status {
    RETURN_IF_ERROR(format.Add(row));
    ASSIGN_OR_RETURN(std::vector<Game> games, rows.Games(row, format.format()));
    for (Game& game : games) RETURN_IF_ERROR(collector.Add(row, std::move(game)));
    return format.format() == RowFormat::kAlpacaEval ? alpaca_eval.Add(row) : absl::OkStatus();
  }));
  file.format = format.format();
  file.pairs = collector.Finish();
  file.alpaca_eval = alpaca_eval.Finish();
  file.notes = rows.Notes();
  if (collector.votes_again() > 0) {
    file.notes.push_back(
        absl::StrCat("Votes of a judge on what it had voted on before: ", collector.votes_again(), "; each counts."));
  }
  file.notes.insert(file.notes.begin(), format.Says(path));
  return file;
}

}  // namespace analysis
