#include "analysis/leaderboards/alpaca_length_control.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "base/status.h"

namespace analysis {
namespace {

constexpr AlpacaModel kModels[] = {AlpacaModel::kV1, AlpacaModel::kNoReg, AlpacaModel::kMinimal};
constexpr int64_t kFolds = 5;
// Of a row of the baseline's variants: lambda, halved because there are two variants.
constexpr double kGamedWeight = 0.2 / 2;
constexpr double kLeastProbability = 1e-15;

// The standard deviation, n - 1, of the length differences that are known.
double Deviation(absl::Span<const AlpacaRow> rows) {
  double n = 0, sum = 0, squares = 0;
  const auto difference = [](const AlpacaRow& row) { return row.length_1 - row.length_2; };
  for (const AlpacaRow& row : rows) {
    if (std::isnan(difference(row))) continue;
    sum += difference(row);
    ++n;
  }
  for (const AlpacaRow& row : rows) {
    if (const double d = difference(row); !std::isnan(d)) squares += (d - sum / n) * (d - sum / n);
  }
  return n > 1 ? std::sqrt(squares / (n - 1)) : kUndefined;
}

absl::StatusOr<double> DifficultyOf(const AlpacaRow& row, const AlpacaDifficulties* difficulties) {
  if (difficulties == nullptr) return 0.0;
  const int64_t count = difficulties->of_instruction.size();
  if (row.instruction >= 0 && row.instruction < count) return difficulties->of_instruction[row.instruction];
  return absl::InvalidArgumentError(absl::StrCat("AlpacaEval's length control: there is no difficulty of instruction ",
                                                 row.instruction, ", but of 0 to ", count - 1));
}

// As AlpacaEval stacks them: the baseline's variants first. Rows without a preference or length are not trained on.
std::vector<L1Row> TrainingRows(absl::Span<const AlpacaRow> rows, absl::Span<const double> hardness, AlpacaModel model,
                                const AlpacaDifficulties* difficulties, double deviation) {
  std::vector<L1Row> training;
  if (model == AlpacaModel::kV1) {
    for (const AlpacaDifficulties::GamedRow& row : difficulties->gamed) {
      if (std::isnan(row.share)) continue;
      training.push_back({{std::tanh(row.length), row.difficulty, row.not_gamed ? 1.0 : 0.0},
                          row.share,
                          row.not_gamed ? 1 : kGamedWeight});
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const double share = AlpacaShare(rows[i].preference);
    const double d = (rows[i].length_1 - rows[i].length_2) / deviation;
    if (!std::isnan(share) && !std::isnan(d)) training.push_back({{std::tanh(d), hardness[i], 1}, share, 1});
  }
  return training;
}

// Minus the mean weighted log loss of the rows.
double Score(absl::Span<const L1Row> rows, const L1Vector& b) {
  double sum = 0;
  for (const L1Row& row : rows) {
    const double p = std::min(std::max(L1Sigmoid(Dot(row.features, b)), kLeastProbability), 1 - kLeastProbability);
    sum += row.weight * (row.label * std::log(p) + (1 - row.label) * std::log(1 - p));
  }
  return sum / rows.size();
}

absl::StatusOr<double> BestC(const std::vector<L1Row>& rows) {
  const std::vector<double> cs = AlpacaCs();
  std::vector<double> scores(cs.size());
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    std::vector<L1Row> kept, left_out;
    for (size_t i = 0; i < rows.size(); ++i) {
      const int64_t of_row = static_cast<int64_t>(rows.size() - 1 - i) % kFolds;
      (of_row == fold ? left_out : kept).push_back(rows[i]);
    }
    L1Vector b = {};
    for (size_t k = 0; k < cs.size(); ++k) {
      ASSIGN_OR_RETURN(b, FitL1Logistic(kept, cs[k], b));
      scores[k] += Score(left_out, b);
    }
  }
  return cs[std::max_element(scores.begin(), scores.end()) - scores.begin()];
}

}  // namespace

const char* AlpacaModelName(AlpacaModel model) {
  switch (model) {
    case AlpacaModel::kV1:
      return "length_controlled_v1";
    case AlpacaModel::kNoReg:
      return "length_controlled_noreg";
    case AlpacaModel::kMinimal:
      break;
  }
  return "length_controlled_minimal";
}

absl::StatusOr<AlpacaModel> ParseAlpacaModel(absl::string_view name) {
  for (const AlpacaModel model : kModels) {
    if (name == AlpacaModelName(model)) return model;
  }
  return absl::InvalidArgumentError(absl::StrCat("AlpacaEval has the models ", AlpacaModelName(kModels[0]), ", ",
                                                 AlpacaModelName(kModels[1]), " and ", AlpacaModelName(kModels[2]),
                                                 ", and no \"", name, "\""));
}

std::vector<double> AlpacaCs() {
  std::vector<double> cs;
  for (int k = 0; k < 10; ++k) cs.push_back(std::pow(10.0, -4 + k * 8.0 / 9));
  return cs;
}

absl::StatusOr<AlpacaLengthControlled> AlpacaLengthControlledWinRate(absl::Span<const AlpacaRow> rows,
                                                                     AlpacaModel model,
                                                                     const AlpacaDifficulties* difficulties,
                                                                     std::optional<double> c) {
  if (model == AlpacaModel::kMinimal) difficulties = nullptr;
  if (model != AlpacaModel::kMinimal && difficulties == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("AlpacaEval's ", AlpacaModelName(model), " needs the difficulties of df_gamed.csv"));
  }
  const double deviation = Deviation(rows);
  if (!(deviation > 0)) {
    return absl::InvalidArgumentError("AlpacaEval's length control: all length differences are equal");
  }
  std::vector<double> hardness;
  for (const AlpacaRow& row : rows) {
    ASSIGN_OR_RETURN(hardness.emplace_back(), DifficultyOf(row, difficulties));
  }
  const std::vector<L1Row> training = TrainingRows(rows, hardness, model, difficulties, deviation);
  if (static_cast<int64_t>(training.size()) < kFolds) {
    return absl::InvalidArgumentError(absl::StrCat("AlpacaEval's length control needs at least ", kFolds,
                                                   " rows with a preference and two outputs, not ", training.size()));
  }
  AlpacaLengthControlled result;
  if (c.has_value()) {
    result.c = *c;
  } else {
    ASSIGN_OR_RETURN(result.c, BestC(training));
  }
  ASSIGN_OR_RETURN(result.weights, FitL1Logistic(training, result.c));
  double sum = 0, squares = 0;
  for (const double h : hardness) {
    result.predicted.push_back(L1Sigmoid(Dot({0, h, 1}, result.weights)));
    sum += result.predicted.back();
  }
  const double n = rows.size(), mean = sum / n;
  for (const double p : result.predicted) squares += (p - mean) * (p - mean);
  result.win_rate = 100 * mean;
  result.standard_error = n > 1 ? 100 * std::sqrt(squares / (n - 1) / n) : kUndefined;
  return result;
}

}  // namespace analysis
