#include "analysis/commands/score_file.h"

#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/rows.h"
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

absl::StatusOr<double> Score(const Row& row, const std::string& key) {
  if (row.members().find(key) == row.members().end()) return row.Error(absl::StrCat("\"", key, "\" is missing"));
  if (!row.Has(key)) return kUndefined;
  return row.Number(key);
}

absl::StatusOr<std::string> TextOrNone(const Row& row, const std::string& key) {
  return key.empty() ? std::string() : row.Text(key);
}

class PairReader {
 public:
  explicit PairReader(const ScoreColumns& columns) : columns_(columns) {}

  absl::Status ReadA(const Row& row) {
    ASSIGN_OR_RETURN(const std::string id, row.Text(columns_.id));
    if (!index_.emplace(id, items_.size()).second) return row.Error(absl::StrCat("item ", id, " occurs twice"));
    Item item;
    ASSIGN_OR_RETURN(item.a, Score(row, columns_.score));
    ASSIGN_OR_RETURN(item.cluster, TextOrNone(row, columns_.cluster));
    ASSIGN_OR_RETURN(item.category, TextOrNone(row, columns_.category));
    items_.push_back(std::move(item));
    return absl::OkStatus();
  }

  absl::Status ReadB(const Row& row) {
    ASSIGN_OR_RETURN(const std::string id, row.Text(columns_.id));
    ASSIGN_OR_RETURN(const double score, Score(row, columns_.score));
    const auto found = index_.find(id);
    if (found == index_.end()) {
      if (!others_.emplace(id, 0).second) return row.Error(absl::StrCat("item ", id, " occurs twice"));
      return absl::OkStatus();
    }
    Item& item = items_[found->second];
    if (item.in_b) return row.Error(absl::StrCat("item ", id, " occurs twice"));
    ASSIGN_OR_RETURN(const std::string cluster, TextOrNone(row, columns_.cluster));
    ASSIGN_OR_RETURN(const std::string category, TextOrNone(row, columns_.category));
    if (cluster != item.cluster || category != item.category) {
      return row.Error(absl::StrCat("item ", id, " is of cluster \"", cluster, "\" and category \"", category,
                                    "\" here, and of \"", item.cluster, "\" and \"", item.category,
                                    "\" in the other file"));
    }
    item.in_b = true;
    item.b = score;
    return absl::OkStatus();
  }

  PairedScores Finish() const {
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
      if (!columns_.cluster.empty()) {
        scores.clusters.push_back(clusters.emplace(item.cluster, clusters.size()).first->second);
      }
      if (!columns_.category.empty()) scores.categories.push_back(item.category);
    }
    return scores;
  }

 private:
  const ScoreColumns& columns_;
  absl::flat_hash_map<std::string, size_t> index_;
  absl::flat_hash_map<std::string, char> others_;  // items of b only
  std::vector<Item> items_;
};

}  // namespace

absl::StatusOr<PairedScores> ReadPairedScores(const std::string& path_a, const std::string& path_b,
                                              const ScoreColumns& columns) {
  PairReader reader(columns);
  RETURN_IF_ERROR(ForEachRow(path_a, columns.filter, [&](const Row& row) { return reader.ReadA(row); }));
  RETURN_IF_ERROR(ForEachRow(path_b, columns.filter, [&](const Row& row) { return reader.ReadB(row); }));
  PairedScores scores = reader.Finish();
  if (scores.a.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_a, " and ", path_b, " have no item with a score in both files"));
  }
  return scores;
}

absl::StatusOr<std::vector<SeedScore>> ReadSeedScores(const std::string& path, const ScoreColumns& columns,
                                                      const std::string& seed) {
  std::vector<SeedScore> scores;
  RETURN_IF_ERROR(ForEachRow(path, columns.filter, [&](const Row& row) -> absl::Status {
    SeedScore& score = scores.emplace_back();
    ASSIGN_OR_RETURN(score.question, row.Text(columns.id));
    ASSIGN_OR_RETURN(score.score, Score(row, columns.score));
    if (row.members().find(seed) == row.members().end()) return absl::OkStatus();
    ASSIGN_OR_RETURN(score.seed, row.Text(seed));
    return absl::OkStatus();
  }));
  return scores;
}

}  // namespace analysis
