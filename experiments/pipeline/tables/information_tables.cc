#include "experiments/pipeline/tables/information_tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"
#include "sami/exact_information.h"
#include "sami/information_bound.h"

namespace experiments {
namespace {

using Lines = absl::Span<const InformationSample>;

// The stretches of lines of one query each.
std::vector<Lines> ByQuery(Lines lines) {
  std::vector<Lines> queries;
  for (size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
    while (end < lines.size() && lines[end].query_id == lines[begin].query_id) ++end;
    queries.push_back(lines.subspan(begin, end - begin));
  }
  return queries;
}

absl::Status CheckComplete(Lines query) {
  const size_t n = query[0].log_probs.size();
  std::set<int64_t> seen;
  for (const InformationSample& line : query) {
    if (line.log_probs.size() == n) seen.insert(line.constitution);
  }
  if (seen.size() == n) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("query ", query[0].query_id, " has samples of ", seen.size(), " of its ", n, " constitutions"));
}

sami::ScoredSamples ScoresOf(Lines query) {
  sami::ScoredSamples scores;
  scores.n = query[0].log_probs.size();
  for (const InformationSample& line : query) scores.own.push_back(line.constitution);
  for (int64_t i = 0; i < scores.n; ++i) {
    for (const InformationSample& line : query) scores.log_probs.push_back(line.log_probs[i]);
  }
  return scores;
}

// Mean log-probabilities a token of each constitution's first sample; an impossible one as a very improbable one.
sami::LogProbMatrix MeansOf(Lines query) {
  constexpr double kImpossible = -1e4;
  const size_t n = query[0].log_probs.size();
  sami::LogProbMatrix matrix(n * n, kImpossible);
  std::set<int64_t> seen;
  for (const InformationSample& line : query) {
    if (!seen.insert(line.constitution).second) continue;
    for (size_t i = 0; i < n; ++i) {
      const double mean = line.log_probs[i] / std::max<size_t>(1, line.response_ids.size());
      if (std::isfinite(mean)) matrix[i * n + line.constitution] = mean;
    }
  }
  return matrix;
}

// Of the samples that have the value, where one has.
void AddMean(Lines query, double InformationSample::*value, std::vector<double>* means) {
  double sum = 0;
  int64_t count = 0;
  for (const InformationSample& line : query) {
    if (!std::isfinite(line.*value)) continue;
    sum += line.*value;
    ++count;
  }
  if (count > 0) means->push_back(sum / count);
}

}  // namespace

absl::StatusOr<analysis::MutualInformationSample> InformationOfArm(const std::string& arm, Lines lines, uint64_t seed) {
  analysis::MutualInformationSample of_arm;
  of_arm.arm = arm;
  std::vector<sami::ScoredSamples> scores;
  std::vector<sami::LogProbMatrix> means;
  for (const Lines query : ByQuery(lines)) {
    RETURN_IF_ERROR(base::Annotate(CheckComplete(query), absl::StrCat("information of ", arm)));
    scores.push_back(ScoresOf(query));
    means.push_back(MeansOf(query));
    of_arm.nats.push_back(sami::ExactInformation(scores.back()));
    of_arm.most = std::log(scores.back().n);
    AddMean(query, &InformationSample::followed, &of_arm.adherence);
    AddMean(query, &InformationSample::order, &of_arm.order);
    AddMean(query, &InformationSample::paraphrase, &of_arm.paraphrase);
    AddMean(query, &InformationSample::irrelevant, &of_arm.irrelevant);
    double of_length = 0;
    for (const InformationSample& line : query) of_length += line.length_nats / query.size();
    of_arm.beyond_length.push_back(of_arm.nats.back() - of_length);
  }
  of_arm.bound = sami::BoundInformation(means, seed).calibrated;
  const sami::CalibrationSlope slope = sami::FitCalibrationSlope(scores);
  of_arm.slope = slope.value;
  of_arm.slope_error = slope.standard_error;
  return of_arm;
}

analysis::Table PrincipleInformationForm() {
  analysis::Table table;
  table.caption = "Information by principle, each given those before it, in nats";
  table.columns = {{"arm", "arm"},    {"principle", "principle"}, {"nats", "nats"},
                   {"ci_low", "low"}, {"ci_high", "high"},        {"n", "n"}};
  return table;
}

absl::Status AddPrincipleInformation(const std::string& arm, Lines lines, double level, analysis::Table* table) {
  std::map<std::string, std::vector<double>> terms;
  for (const Lines query : ByQuery(lines)) {
    const sami::ScoredSamples scores = ScoresOf(query);
    std::map<std::string, size_t> places;  // of the query's principles, by id
    for (const InformationSample& line : query) {
      for (const InformationSample::Clause& clause : line.clauses) places.emplace(clause.principle, 0);
    }
    size_t next = 0;
    for (auto& [principle, place] : places) place = next++;
    std::vector<std::vector<bool>> asks(scores.n, std::vector<bool>(places.size()));
    for (const InformationSample& line : query) {
      for (const InformationSample::Clause& clause : line.clauses) {
        asks[line.constitution][places[clause.principle]] = clause.positive;
      }
    }
    const std::vector<double> of_query = sami::InformationByPrinciple(scores, asks);
    for (const auto& [principle, place] : places) terms[principle].push_back(of_query[place]);
  }
  for (const auto& [principle, values] : terms) {
    ASSIGN_OR_RETURN(const analysis::Estimate mean, analysis::StudentInterval(values, level));
    table->rows.push_back({arm, principle, mean.value, mean.low, mean.high, mean.n});
  }
  return absl::OkStatus();
}

}  // namespace experiments
