// AlpacaEval's length-controlled win rate, as its leaderboard computes it from annotations
// (alpaca_eval/metrics/glm_winrate.py; Dubois et al., arXiv 2404.04475).
//
// Model, for row i with y_i = preference - 1 of the evaluated model, d_i the baseline's length minus the model's in
// Unicode characters, in standard deviations over all rows, and h_i the instruction's difficulty:
//   logit E y_i = b_1 tanh(d_i) + b_2 h_i + b_3 g_i,
// fitted by L1-penalised logistic regression (l1_logistic.h), C by five folds out of ten values. The win rate is the
// mean over all rows, those without a preference too, of the fitted value at d = 0. g is 1 for the model's rows.
//
// h, and two variants of the baseline that were made verbose and concise (g = 0, weight 0.1 a row), come from a file of
// AlpacaEval's, df_gamed.csv, that it downloads when it runs and that is not here.
//
// Apart from analysis/measures/length_control.h, which is ours: plain likelihood, an interval that covers.
#ifndef ANALYSIS_LEADERBOARDS_ALPACA_LENGTH_CONTROL_H_
#define ANALYSIS_LEADERBOARDS_ALPACA_LENGTH_CONTROL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/leaderboards/l1_logistic.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// By AlpacaEval's names.
enum class AlpacaModel {
  kV1,       // "length_controlled_v1": the leaderboard's
  kNoReg,    // "length_controlled_noreg": without the baseline's variants
  kMinimal,  // "length_controlled_minimal": without difficulties, too: all that can be had without df_gamed.csv
};
const char* AlpacaModelName(AlpacaModel model);
// kInvalidArgument, naming those that there are.
absl::StatusOr<AlpacaModel> ParseAlpacaModel(absl::string_view name);

struct AlpacaRow {
  double preference = kUndefined;                       // as the file has it; NaN: missing
  double length_1 = kUndefined, length_2 = kUndefined;  // of the baseline's and the model's output; NaN: no output
  int64_t instruction = 0;                              // number in AlpacaEval's list
};

// df_gamed.csv.
struct AlpacaDifficulties {
  struct GamedRow {
    double share = kUndefined;  // the baseline variant's preference - 1
    double length = 0;          // standard deviations
    double difficulty = 0;
    bool not_gamed = false;
  };
  std::vector<GamedRow> gamed;
  std::vector<double> of_instruction;
};

struct AlpacaLengthControlled {
  double win_rate = kUndefined;  // in %
  // 100 s / sqrt(n) of the predictions: how far they differ between instructions, not the error of the win rate. 0
  // without difficulties.
  double standard_error = kUndefined;
  std::vector<double> predicted;  // of each row, at equal length, in [0, 1]
  L1Vector weights = {};          // b
  double c = kUndefined;
};

// The ten values of C that are tried: 10^-4 to 10^4 in equal logarithmic steps.
std::vector<double> AlpacaCs();

// `difficulties` may be null for kMinimal alone. C: that value, else the one with the best mean score over the folds,
// the first of equals. Row i of n is in fold (n - 1 - i) mod 5: scikit-learn's GroupKFold with a stable sort; its own
// is not, so that which C AlpacaEval takes depends on the processor, and its win rate with it: by 0.1 points at 805
// rows, 1.5 at 100. kInvalidArgument: fewer than five rows with preference and lengths, equal length differences, an
// instruction without a difficulty.
absl::StatusOr<AlpacaLengthControlled> AlpacaLengthControlledWinRate(absl::Span<const AlpacaRow> rows,
                                                                     AlpacaModel model,
                                                                     const AlpacaDifficulties* difficulties,
                                                                     std::optional<double> c = std::nullopt);

}  // namespace analysis

#endif  // ANALYSIS_LEADERBOARDS_ALPACA_LENGTH_CONTROL_H_
