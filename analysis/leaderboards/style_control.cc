#include "analysis/leaderboards/style_control.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "Eigen/Dense"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "analysis/leaderboards/l1_logistic.h"
#include "analysis/statistics/resampling.h"
#include "base/status.h"
#include "base/text.h"

namespace analysis {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kStyles = 4;
constexpr const char* kStyleNames[kStyles] = {"length", "headers", "lists", "bold"};
using Features = std::array<double, kStyles>;

constexpr int kMostSteps = 100;
constexpr double kPrecision = 1e-9;
// A strength beyond this, in logits, is one that runs to infinity.
constexpr double kInfinite = 15;

double Ratio(double above, double below) { return below == 0 ? 0 : above / below; }

Features FeaturesOf(const StyledBattle& battle) {
  const Style &a = battle.of_model, &b = battle.of_baseline;
  const auto density = [&](double Style::*count) {
    const double of_a = Ratio(a.*count, a.length), of_b = Ratio(b.*count, b.length);
    return (of_a - of_b) / (of_a + of_b + 1);
  };
  return {Ratio(a.length - b.length, a.length + b.length), density(&Style::headers), density(&Style::lists),
          density(&Style::bold)};
}

// A battle as a row of the regression: one model's column and the features'.
struct Row {
  int64_t model, unit;
  double score, weight;
  Features z;
};

absl::StatusOr<std::vector<Row>> RowsOf(const std::vector<std::string>& models, absl::Span<const StyledBattle> battles,
                                        int64_t* units) {
  std::map<int64_t, int64_t> unit_of;
  std::vector<Row> rows;
  for (size_t i = 0; i < battles.size(); ++i) {
    const StyledBattle& battle = battles[i];
    const bool is_good = battle.model >= 0 && battle.model < static_cast<int64_t>(models.size()) && battle.score >= 0 &&
                         battle.score <= 1 && battle.weight > 0 && std::isfinite(battle.weight);
    if (!is_good) return absl::InvalidArgumentError(absl::StrCat("style control: battle ", i, " is out of range"));
    const int64_t unit = unit_of.emplace(battle.question, unit_of.size()).first->second;
    rows.push_back({battle.model, unit, battle.score, battle.weight, FeaturesOf(battle)});
  }
  *units = unit_of.size();
  return rows;
}

// Less the mean and over the standard deviation; a feature without spread is 0.
void Standardize(std::vector<Row>* rows) {
  double n = 0;
  for (const Row& row : *rows) n += row.weight;
  for (int f = 0; f < kStyles; ++f) {
    double mean = 0, squares = 0;
    for (const Row& row : *rows) mean += row.weight * row.z[f] / n;
    for (const Row& row : *rows) squares += row.weight * (row.z[f] - mean) * (row.z[f] - mean);
    const double deviation = std::sqrt(squares / (n - 1));
    for (Row& row : *rows) row.z[f] = deviation > 0 ? (row.z[f] - mean) / deviation : 0;
  }
}

absl::Status CheckFinite(const std::vector<std::string>& models, const std::vector<Row>& rows) {
  std::vector<double> points(models.size()), most(models.size());
  for (const Row& row : rows) {
    points[row.model] += row.weight * row.score;
    most[row.model] += row.weight;
  }
  for (size_t m = 0; m < models.size(); ++m) {
    const char* what = most[m] == 0 ? " has no battle" : points[m] == 0 ? " lost all its battles" : nullptr;
    if (what == nullptr && points[m] == most[m]) what = " won all its battles";
    if (what == nullptr) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("style control: ", models[m], what, ": its strength is ", most[m] == 0 ? "unknown" : "infinite"));
  }
  return absl::OkStatus();
}

// The models' strengths, then the features' coefficients. `times`: how often each unit counts. `start`: where to begin.
// Where strengths run to infinity, those of the last step; *converged says.
VectorXd Fit(const std::vector<Row>& rows, const std::vector<int>& features, const std::vector<double>& times,
             const VectorXd& start, bool* converged) {
  const int64_t models = start.size() - features.size(), k = features.size();
  VectorXd b = start;
  *converged = false;
  for (int step = 0; step < kMostSteps; ++step) {
    VectorXd gradient = VectorXd::Zero(b.size());
    // A little of a ridge in the information alone, which moves no optimum, for models that a resample has not drawn.
    MatrixXd information = 1e-9 * MatrixXd::Identity(b.size(), b.size());
    for (const Row& row : rows) {
      const double weight = row.weight * times[row.unit];
      if (weight == 0) continue;
      double logit = b(row.model);
      for (int64_t f = 0; f < k; ++f) logit += b(models + f) * row.z[features[f]];
      const double p = L1Sigmoid(logit), slope = weight * (row.score - p), curve = weight * p * (1 - p);
      gradient(row.model) += slope;
      information(row.model, row.model) += curve;
      for (int64_t f = 0; f < k; ++f) {
        const double z = row.z[features[f]];
        gradient(models + f) += slope * z;
        information(models + f, row.model) += curve * z;
        for (int64_t g = 0; g <= f; ++g) information(models + f, models + g) += curve * z * row.z[features[g]];
      }
    }
    const VectorXd change = information.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
    const double size = change.cwiseAbs().maxCoeff();
    if (!std::isfinite(size)) break;
    b += change * std::min(1.0, 1 / size);
    if (b.cwiseAbs().maxCoeff() > kInfinite) break;
    if (size < kPrecision) {
      *converged = true;
      break;
    }
  }
  return b;
}

std::vector<int> FeaturesFor(StyleControl control, const std::vector<Row>& rows) {
  std::vector<int> features;
  for (int f = 0; f < kStyles; ++f) {
    const bool is_asked = control == StyleControl::kBoth || (control == StyleControl::kLength && f == 0) ||
                          (control == StyleControl::kMarkdown && f > 0);
    // One that is the same in all battles explains nothing.
    const bool varies = std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.z[f] != 0; });
    if (is_asked && varies) features.push_back(f);
  }
  return features;
}

bool IsSpace(char c) { return absl::ascii_isspace(c); }

// Without ``` blocks that hold no backquote.
std::string WithoutCode(absl::string_view text) {
  std::string rest;
  while (!text.empty()) {
    const size_t begin = text.find("```");
    const size_t end = begin == absl::string_view::npos ? begin : text.find('`', begin + 3);
    if (end != absl::string_view::npos && text.substr(end, 3) == "```") {
      absl::StrAppend(&rest, text.substr(0, begin));
      text.remove_prefix(end + 3);
    } else {
      // One character more may begin a block.
      const size_t kept = begin == absl::string_view::npos ? text.size() : begin + 1;
      absl::StrAppend(&rest, text.substr(0, kept));
      text.remove_prefix(kept);
    }
  }
  return rest;
}

// How often `mark` + text without `mark`'s character and line breaks + `mark` stands in the text.
int64_t CountMarked(absl::string_view text, absl::string_view mark) {
  int64_t count = 0;
  for (size_t at = text.find(mark); at != absl::string_view::npos; at = text.find(mark, at)) {
    const size_t inside = at + mark.size();
    const char stops[] = {mark[0], '\n', 0};
    const size_t end = text.find_first_of(absl::string_view(stops, 2), inside);
    if (end != absl::string_view::npos && end > inside && text.substr(end, mark.size()) == mark) {
      ++count;
      at = end + mark.size();
    } else {
      ++at;
    }
  }
  return count;
}

void CountLine(absl::string_view line, bool has_end, Style* style) {
  const auto space_at = [&](size_t at) { return at < line.size() ? IsSpace(line[at]) : at == line.size() && has_end; };
  const size_t hashes = std::min(line.find_first_not_of('#'), line.size());
  style->headers += hashes >= 1 && hashes <= 6 && space_at(hashes);
  size_t at = 0;
  while (at < line.size() && IsSpace(line[at])) ++at;
  if (at == line.size()) return;
  if (absl::string_view("-*+").find(line[at]) != absl::string_view::npos) {
    style->lists += space_at(at + 1);
    return;
  }
  size_t digits = at;
  while (digits < line.size() && absl::ascii_isdigit(line[digits])) ++digits;
  style->lists += digits > at && digits < line.size() && line[digits] == '.' && space_at(digits + 1);
}

}  // namespace

Style MarkdownStyle(absl::string_view text) {
  Style style;
  style.length = base::CountCharacters(text);
  const std::string prose = WithoutCode(text);
  for (absl::string_view rest = prose; !rest.empty();) {
    const size_t end = rest.find('\n');
    CountLine(rest.substr(0, end), end != absl::string_view::npos, &style);
    rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
  }
  style.bold = CountMarked(prose, "**") + CountMarked(prose, "__");
  return style;
}

absl::StatusOr<StyleControlled> FitStyleControl(const std::vector<std::string>& models,
                                                absl::Span<const StyledBattle> battles, StyleControl control,
                                                BootstrapOptions options) {
  RETURN_IF_ERROR(Validate(options));
  int64_t units = 0;
  ASSIGN_OR_RETURN(std::vector<Row> rows, RowsOf(models, battles, &units));
  RETURN_IF_ERROR(CheckFinite(models, rows));
  Standardize(&rows);
  const std::vector<int> features = FeaturesFor(control, rows);
  const int64_t count = models.size();
  bool converged = false;
  const VectorXd b =
      Fit(rows, features, std::vector<double>(units, 1), VectorXd::Zero(count + features.size()), &converged);
  if (!converged) {
    return absl::InvalidArgumentError("style control: style and model tell every battle's winner: no finite strengths");
  }
  std::vector<std::vector<double>> replicates(count, std::vector<double>(options.resamples));
  ForEachResample(options.resamples, options.seed, "analysis/style_control", options.threads,
                  [&](int64_t r, IndexStream& stream) {
                    std::vector<double> times(units);
                    for (int64_t i = 0; i < units; ++i) ++times[stream.Below(units)];
                    bool drawn_converged = false;
                    const VectorXd drawn = Fit(rows, features, times, b, &drawn_converged);
                    for (int64_t m = 0; m < count; ++m) replicates[m][r] = L1Sigmoid(drawn(m));
                  });
  options.interval = BootstrapInterval::kPercentile;
  StyleControlled result;
  for (int64_t m = 0; m < count; ++m) {
    ASSIGN_OR_RETURN(result.win_rates.emplace_back(), BootstrapEstimate(
                                                          units, L1Sigmoid(b(m)), std::move(replicates[m]),
                                                          [] { return std::vector<double>(); }, options));
  }
  for (size_t f = 0; f < features.size(); ++f) {
    result.features.push_back(kStyleNames[features[f]]);
    result.coefficients.push_back(b(count + f));
  }
  return result;
}

}  // namespace analysis
