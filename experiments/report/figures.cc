#include "experiments/report/figures.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/forest_plot.h"
#include "analysis/figures/pdf.h"
#include "analysis/figures/win_rate_tables.h"
#include "base/file.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/report/table_sections.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/records.h"
#include "experiments/run/tables.h"

namespace experiments {
namespace {

using ::analysis::LineChart;
using ::analysis::LineSeries;
using ::base::Json;
using ::evaluation::ModelAnswer;
using ::training::StepMetrics;

// Of a figure's file: what it shows and, where the run has several of its kind, by what.
std::string FileName(const std::string& what, const RunFiles::Asker& asker) {
  return absl::StrCat(what, asker.title.empty() ? "" : "_", asker.title);
}

std::string WithTitle(const std::string& what, const RunFiles::Asker& asker) {
  return absl::StrCat(what, asker.title.empty() ? "" : ", ", asker.title);
}

// The same in the figure itself, which may stand alone in a paper.
analysis::BarChart Of(const RunFiles::Asker& asker, analysis::BarChart chart) {
  chart.title = WithTitle(chart.title, asker);
  return chart;
}

// A forest plot of each measure, setting and judge: a pair of arms a row.
void AddClaims(const std::vector<Claim>& claims, std::vector<NamedFigure>* figures) {
  std::vector<std::string> names;
  std::vector<analysis::ForestPlot> plots;
  for (const Claim& claim : claims) {
    const bool wins = claim.metric == kWinRate;
    std::string name = wins ? "win_rates" : absl::StrCat("differences_", claim.metric);
    for (const std::string& part : {claim.setting, claim.judge, claim.asked}) {
      if (!part.empty()) absl::StrAppend(&name, "_", part);
    }
    name = absl::StrReplaceAll(name, {{" ", "_"}, {",", ""}, {"=", ""}});
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      analysis::ForestPlot plot;
      plot.title = absl::StrCat(wins ? "Win rate" : absl::StrCat("Difference: ", claim.metric),
                                claim.where.empty() ? "" : ", ", claim.where);
      plot.subtitle =
          absl::StrFormat("%g%% intervals over %d questions%s; grey: not significant", 100 * claim.estimate.level,
                          claim.questions, claim.seeds > 1 ? absl::StrCat(" and ", claim.seeds, " seeds") : "");
      plot.x_label = wins             ? "questions won by the first, %"
                     : claim.is_share ? "points, first less second"
                                      : "nats, first less second";
      plot.reference = wins ? 50 : 0;
      names.push_back(name);
      plots.push_back(std::move(plot));
      found = names.end() - 1;
    }
    const double unit = claim.is_share ? 100 : 1, offset = wins ? 50 : 0;
    plots[found - names.begin()].rows.push_back(
        {absl::StrCat(claim.arm, " vs ", claim.against), offset + unit * claim.estimate.value,
         offset + unit * claim.estimate.low, offset + unit * claim.estimate.high, !claim.IsSignificant()});
  }
  for (size_t i = 0; i < names.size(); ++i) figures->push_back({names[i], plots[i].title, ToSvg(plots[i])});
}

void AddInformation(const RunFiles& run, const RunFiles::Asker& information, std::vector<NamedFigure>* figures) {
  const std::vector<analysis::MutualInformationRow> rows = ParseMutualInformation(
      run.Rows(MutualInformationStem(information.name)), run.spec().statistics().confidence_level());
  if (rows.empty()) return;
  figures->push_back({FileName("mutual_information", information),
                      WithTitle("Information I(Y; C | X) of each arm", information),
                      ToSvg(Of(information, analysis::MutualInformationFigure(rows)))});
}

// Curves of every arm's metric over its optimizer steps.
struct TrainingMetric {
  const char* key;
  const char* suffix;  // of the arm's name, where an arm has several such metrics
  bool held_out = false;
};

void AddTraining(const RunFiles& run, const std::string& name, const std::string& title, const std::string& unit,
                 const std::vector<TrainingMetric>& metrics, std::vector<NamedFigure>* figures) {
  LineChart chart;
  chart.title = title;
  chart.x_label = "optimizer step";
  chart.y_label = unit;
  for (const std::string& arm : run.Arms(MetricsFile("*"))) {
    std::vector<LineSeries> series;
    for (const TrainingMetric& metric : metrics) series.push_back({absl::StrCat(arm, metric.suffix), {}});
    run.ForEach<StepMetrics>(MetricsFile(arm), ParseStepMetrics, [&](const StepMetrics& step) {
      for (size_t m = 0; m < metrics.size(); ++m) {
        if (step.held_out != metrics[m].held_out) continue;
        const double value = MetricOf(step, metrics[m].key);
        if (std::isfinite(value)) series[m].points.push_back({static_cast<double>(step.step), value});
      }
    });
    for (LineSeries& one : series) {
      if (!one.points.empty()) chart.series.push_back(std::move(one));
    }
  }
  if (!chart.series.empty()) figures->push_back({name, title, ToSvg(chart)});
}

void AddAccuracy(const RunFiles& run, const RunFiles::Asker& accuracy, std::vector<NamedFigure>* figures) {
  const AccuracyTerms terms = TermsIn(run, accuracy.name);
  const auto add = [&](const std::string& stem, const std::string& name, LineChart chart) {
    chart.series = ParseCurves(run.Rows(stem));
    chart.title = WithTitle(chart.title, accuracy);
    if (!chart.series.empty()) figures->push_back({FileName(name, accuracy), chart.title, ToSvg(chart)});
  };
  add(AttemptsCurveStem(accuracy.name), "attempts", AttemptsChart(terms));
  add(DifferencesCurveStem(accuracy.name), "differences", DifferencesChart(terms));
}

// The share of texts with at most so many tokens, a step at each length that occurs.
LineSeries LengthCurve(const std::string& name, std::vector<double> lengths) {
  std::sort(lengths.begin(), lengths.end());
  LineSeries series{name, {}};
  series.band = true;  // no markers; there is no whisker to shade between
  const double n = lengths.size();
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (i + 1 < lengths.size() && lengths[i + 1] == lengths[i]) continue;
    const double below = series.points.empty() ? 0 : series.points.back().y;
    series.points.push_back({lengths[i], below});
    series.points.push_back({lengths[i], 100 * (i + 1) / n});
  }
  return series;
}

void AddLengthChart(const std::string& name, const std::string& title, std::vector<LineSeries> series,
                    std::vector<NamedFigure>* figures) {
  if (series.empty()) return;
  LineChart chart;
  chart.title = title;
  chart.x_label = "tokens";
  chart.y_label = "texts that are no longer, %";
  chart.series = std::move(series);
  figures->push_back({name, title, ToSvg(chart)});
}

void AddAnswerLengths(const RunFiles& run, const RunFiles::Asker& evaluation, std::vector<NamedFigure>* figures) {
  std::map<std::string, std::vector<LineSeries>> charts;  // by setting
  for (const RunFiles::ArmAnswers& arm : run.Answers(evaluation.name)) {
    std::map<std::string, std::vector<double>> lengths;
    for (const std::string& file : arm.files) {
      run.ForEach<ModelAnswer>(file, ::evaluation::ParseModelAnswer, [&](const ModelAnswer& answer) {
        const int64_t tokens = answer.choices[0].num_tokens;
        if (tokens >= 0) lengths[answer.setting].push_back(tokens);
      });
    }
    for (auto& [setting, values] : lengths) charts[setting].push_back(LengthCurve(arm.arm, std::move(values)));
  }
  for (auto& [setting, series] : charts) {
    AddLengthChart(
        FileName(absl::StrCat("lengths", setting.empty() ? "" : "_", setting), evaluation),
        WithTitle(absl::StrCat("Length of answers", setting.empty() ? "" : ", setting ", setting), evaluation),
        std::move(series), figures);
  }
}

void AddAttemptLengths(const RunFiles& run, const RunFiles::Asker& accuracy, std::vector<NamedFigure>* figures) {
  std::vector<LineSeries> series;
  for (const std::string& arm : run.Arms(AttemptsFile(accuracy.name, "*"))) {
    std::vector<double> lengths;
    run.ForEach<Attempt>(AttemptsFile(accuracy.name, arm), ParseAttempt, [&](const Attempt& attempt) {
      if (attempt.num_tokens >= 0 && attempt.attempt > 0) lengths.push_back(attempt.num_tokens);
    });
    if (!lengths.empty()) series.push_back(LengthCurve(arm, std::move(lengths)));
  }
  AddLengthChart(FileName("lengths_attempts", accuracy), WithTitle("Length of sampled attempts", accuracy),
                 std::move(series), figures);
}

// null where there is no such element.
Json ElementAt(const Json& value, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  return value.contains(at) ? value.at(at) : Json();
}

void AddCosts(const RunFiles& run, const std::string& path, std::vector<NamedFigure>* figures) {
  const auto text = base::ReadFile(path);
  const auto costs = text.ok() ? base::ParseJson(*text, path) : absl::StatusOr<Json>(text.status());
  if (!costs.ok()) {
    run.Warn(absl::StrCat("Costs: ", std::string(costs.status().message())));
    return;
  }
  LineChart chart;
  chart.title = "Time of a SAMI step against n";
  chart.subtitle = TextOf(ElementAt(*costs, "/cost_of_n"), "first");
  chart.x_label = "constitutions a query, n";
  chart.y_label = "seconds a query";
  for (const auto& [key, name] : {std::make_pair("ours", "here"), std::make_pair("naive", "the published way")}) {
    const Json x = ElementAt(*costs, absl::StrCat("/cost_of_n/", key, "/x"));
    const Json y = ElementAt(*costs, absl::StrCat("/cost_of_n/", key, "/seconds_per_query"));
    LineSeries series{name, {}};
    for (size_t i = 0; x.is_array() && y.is_array() && i < std::min(x.size(), y.size()); ++i) {
      if (x[i].is_number() && y[i].is_number()) series.points.push_back({x[i].get<double>(), y[i].get<double>()});
    }
    if (!series.points.empty()) chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) {
    run.Warn(absl::StrCat("Costs: ", path, " has no cost_of_n; //benchmarks:cost_curves writes it."));
    return;
  }
  figures->push_back({"cost_of_n", chart.title, ToSvg(chart)});
}

}  // namespace

std::vector<NamedFigure> RunFigures(const RunFiles& run, const Findings& findings, const std::string& costs_file) {
  std::vector<NamedFigure> figures;
  for (const LineChart& chart : FrontierFigures(findings.grid)) {
    figures.push_back({absl::AsciiStrToLower(absl::StrReplaceAll(chart.title, {{": ", "_"}, {" ", "_"}})), chart.title,
                       ToSvg(chart)});
  }
  AddClaims(findings.claims, &figures);
  for (const RunFiles::Asker& asker : run.Accuracies()) AddAccuracy(run, asker, &figures);
  for (const RunFiles::Asker& asker : run.Information()) AddInformation(run, asker, &figures);
  AddTraining(run, "training", "Training loss", "loss, nats", {{"loss", ""}, {"loss", ", held out", true}}, &figures);
  AddTraining(
      run, "training_accuracy", "Right response, constitution or preference", "share of the batch",
      {{"accuracy/row", ", responses"}, {"accuracy/col", ", constitutions"}, {"rewards/accuracies", ", preferred"}},
      &figures);
  for (const RunFiles::Asker& asker : run.Evaluations()) AddAnswerLengths(run, asker, &figures);
  for (const RunFiles::Asker& asker : run.Accuracies()) AddAttemptLengths(run, asker, &figures);
  if (!costs_file.empty()) AddCosts(run, costs_file, &figures);
  return figures;
}

absl::Status WriteFigures(const std::vector<NamedFigure>& figures, const std::string& folder) {
  for (const NamedFigure& figure : figures) {
    RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(folder, "/", figure.name, ".svg"), figure.svg));
    ASSIGN_OR_RETURN(const std::string pdf, analysis::SvgToPdf(figure.svg));
    RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(folder, "/", figure.name, ".pdf"), pdf));
  }
  return absl::OkStatus();
}

}  // namespace experiments
