#include "analysis/commands/score_file.h"

#include <cmath>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/alpaca_eval_file.h"
#include "analysis/commands/row_format.h"
#include "analysis/commands/rows.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "analysis/statistics/estimate.h"
#include "base/status.h"

namespace analysis {
namespace {

// One item of both files; NaN stands for "no score".
struct Item {
  double a = kUndefined, b = kUndefined;
  bool in_b = false;
  std::string cluster, category;
};

// FastChat's "no rating".
constexpr double kNoRating = -1;

absl::StatusOr<double> Score(const Row& row, const std::string& key) {
  if (!row.Names(key)) return row.Error(absl::StrCat("\"", key, "\" is missing"));
  if (!row.Has(key)) return kUndefined;
  ASSIGN_OR_RETURN(const double score, row.Number(key));
  if (std::abs(score) <= kGreatestScore) return score;
  return row.Error(
      absl::StrCat("\"", key, "\" is ", score, ": a mean and its error are computed up to ", kGreatestScore));
}

absl::StatusOr<std::string> TextOrNone(const Row& row, const std::string& key) {
  return key.empty() ? std::string() : row.Id(key);
}

// What a row says of its item.
struct Scored {
  std::string id, cluster, category;
  double score = kUndefined;
};

// Reads the rows of one file, by the format's columns where none are named.
class ItemReader {
 public:
  ItemReader(const ScoreColumns& columns, const std::string& model) : columns_(columns), model_(model) {}

  // None for a row of another model than the one that was asked for.
  absl::StatusOr<std::optional<Scored>> Read(const Row& row) {
    RETURN_IF_ERROR(format_.Add(row));
    ASSIGN_OR_RETURN(const bool is_asked, IsAsked(row));
    if (!is_asked) return std::nullopt;
    Scored item;
    ASSIGN_OR_RETURN(item.id, Id(row));
    ASSIGN_OR_RETURN(item.score, ScoreOf(row));
    ASSIGN_OR_RETURN(item.cluster, TextOrNone(row, columns_.cluster));
    ASSIGN_OR_RETURN(item.category, TextOrNone(row, columns_.category));
    if (HasTurns(row) && columns_.cluster.empty()) {
      ASSIGN_OR_RETURN(item.cluster, row.Id("question_id"));
    }
    return item;
  }

  RowFormat format() const { return format_.format(); }
  std::string Says(const std::string& path) const {
    return absl::StrCat(
        format_.Says(path), metrics_,
        others_ > 0 ? absl::StrCat(" ", others_, " of other models than ", model_, " are left out.") : "");
  }

 private:
  bool HasTurns(const Row& row) const {
    return format_.format() == RowFormat::kFastChatSingle && columns_.id.empty() && row.Has("turn");
  }

  absl::StatusOr<bool> IsAsked(const Row& row) {
    const bool is_rating = format_.format() == RowFormat::kFastChatSingle;
    if (!is_rating && format_.format() != RowFormat::kAlpacaEval) return true;
    ASSIGN_OR_RETURN(const std::string model, row.Text(is_rating ? "model" : "generator_2"));
    if (!model_.empty()) {
      others_ += model != model_;
      return model == model_;
    }
    if (first_model_.empty()) first_model_ = model;
    if (model == first_model_) return true;
    return row.Error(absl::StrCat("the file has scores of several models, ", first_model_, " and ", model,
                                  ": choose with --model_a=NAME and --model_b=NAME"));
  }

  absl::StatusOr<std::string> Id(const Row& row) const {
    if (!columns_.id.empty()) return row.Id(columns_.id);
    if (format_.format() == RowFormat::kAlpacaEval) return row.Text("instruction");
    const char* key = "question_id";
    if (!row.Has(key) && format_.format() == RowFormat::kLmEval) key = "doc_id";
    if (!row.Has(key) && format_.format() == RowFormat::kHumanEval) key = "task_id";
    ASSIGN_OR_RETURN(std::string id, row.Id(key));
    if (!HasTurns(row)) return id;
    ASSIGN_OR_RETURN(const std::string turn, row.Id("turn"));
    return absl::StrCat(id, ", turn ", turn);
  }

  absl::StatusOr<double> ScoreOf(const Row& row) {
    if (!columns_.score.empty() || row.Names("score")) {
      ASSIGN_OR_RETURN(const double score, Score(row, columns_.score.empty() ? "score" : columns_.score));
      return format_.format() == RowFormat::kFastChatSingle && score == kNoRating ? kUndefined : score;
    }
    switch (format_.format()) {
      case RowFormat::kLmEval: {
        ASSIGN_OR_RETURN(const std::string metric, LmEvalMetric(row));
        if (metrics_.empty()) metrics_ = OtherMetrics(row, metric, "score");
        return Score(row, metric);
      }
      case RowFormat::kHumanEval:
        return Score(row, "passed");
      case RowFormat::kAlpacaEval: {
        ASSIGN_OR_RETURN(const double preference, AlpacaPreference(row));
        return AlpacaShare(preference);
      }
      default:
        return Score(row, "score");
    }
  }

  const ScoreColumns& columns_;
  std::string model_, first_model_;
  std::string metrics_;  // those that were not taken
  OneFormat format_;
  int64_t others_ = 0;
};

class PairReader {
 public:
  absl::Status ReadA(const Row& row, const Scored& scored) {
    if (!index_.emplace(scored.id, items_.size()).second) return Twice(row, scored);
    items_.push_back({scored.score, kUndefined, false, scored.cluster, scored.category});
    return absl::OkStatus();
  }

  absl::Status ReadB(const Row& row, const Scored& scored) {
    const auto found = index_.find(scored.id);
    if (found == index_.end()) return others_.emplace(scored.id, 0).second ? absl::OkStatus() : Twice(row, scored);
    Item& item = items_[found->second];
    if (item.in_b) return Twice(row, scored);
    if (scored.cluster != item.cluster || scored.category != item.category) {
      return row.Error(absl::StrCat("item ", scored.id, " is of cluster \"", scored.cluster, "\" and category \"",
                                    scored.category, "\" here, and of \"", item.cluster, "\" and \"", item.category,
                                    "\" in the other file"));
    }
    item.in_b = true;
    item.b = scored.score;
    return absl::OkStatus();
  }

  // has_clusters: those that a flag named, each item in one; else the turns of a question are one, where it has
  // several.
  PairedScores Finish(bool has_clusters, bool has_categories) const {
    PairedScores scores;
    scores.only_b = others_.size();
    absl::flat_hash_map<std::string, int64_t> clusters;
    for (const Item& item : items_) {
      if (!item.in_b) {
        ++scores.only_a;
        continue;
      }
      if (std::isnan(item.a) || std::isnan(item.b)) {
        ++scores.no_score;
        continue;
      }
      scores.a.push_back(item.a);
      scores.b.push_back(item.b);
      if (has_clusters || !item.cluster.empty()) {
        scores.clusters.push_back(clusters.emplace(item.cluster, clusters.size()).first->second);
      }
      if (has_categories) scores.categories.push_back(item.category);
    }
    if (!has_clusters && clusters.size() == scores.a.size()) scores.clusters.clear();
    return scores;
  }

 private:
  static absl::Status Twice(const Row& row, const Scored& scored) {
    return row.Error(absl::StrCat("item ", scored.id, " occurs twice, and this pairs one score of each item with ",
                                  "another; sami pass-at-k reads several attempts at an item"));
  }

  absl::flat_hash_map<std::string, size_t> index_;
  absl::flat_hash_map<std::string, char> others_;  // items of b only
  std::vector<Item> items_;
};

}  // namespace

absl::StatusOr<PairedScores> ReadPairedScores(const std::string& path_a, const std::string& path_b,
                                              const ScoreColumns& columns) {
  PairReader reader;
  ItemReader a(columns, columns.model_a), b(columns, columns.model_b);
  RETURN_IF_ERROR(ForEachRow(path_a, columns.filter, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Scored> scored, a.Read(row));
    return scored.has_value() ? reader.ReadA(row, *scored) : absl::OkStatus();
  }));
  RETURN_IF_ERROR(ForEachRow(path_b, columns.filter, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Scored> scored, b.Read(row));
    return scored.has_value() ? reader.ReadB(row, *scored) : absl::OkStatus();
  }));
  PairedScores scores = reader.Finish(!columns.cluster.empty(), !columns.category.empty());
  scores.says = {a.Says(path_a), b.Says(path_b)};
  if (scores.a.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_a, " and ", path_b, " have no item with a score in both files"));
  }
  return scores;
}

absl::StatusOr<std::vector<SeedScore>> ReadSeedScores(const std::string& path, const ScoreColumns& columns,
                                                      const std::string& seed, const std::string& model) {
  std::vector<SeedScore> scores;
  ItemReader items(columns, model);
  RETURN_IF_ERROR(ForEachRow(path, columns.filter, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Scored> scored, items.Read(row));
    if (!scored.has_value()) return absl::OkStatus();
    SeedScore& score = scores.emplace_back();
    score.question = scored->id;
    score.score = scored->score;
    if (row.members().find(seed) == row.members().end()) return absl::OkStatus();
    ASSIGN_OR_RETURN(score.seed, row.Id(seed));
    return absl::OkStatus();
  }));
  return scores;
}

}  // namespace analysis
