#include "experiments/plan/graph.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "analysis/figures/layered_graph.h"
#include "base/jsonl.h"
#include "base/progress.h"

namespace experiments {
namespace {

// "done in 12 s" or "to do".
std::string State(const PlannedStage& stage) {
  if (!stage.is_complete) return "to do";
  return absl::StrCat("done in ", base::HumanDuration(absl::Seconds(stage.seconds)));
}

std::string Text(const std::string& name, const std::vector<PlannedStage>& plan) {
  size_t widest = 5, entry = 5;
  int64_t done = 0;
  for (const PlannedStage& stage : plan) {
    widest = std::max(widest, stage.name.size());
    entry = std::max(entry, stage.entry.size());
    done += stage.is_complete;
  }
  std::string text = absl::StrFormat("%s: %d stages, %d of them in the store\n", name, plan.size(), done);
  for (const PlannedStage& stage : plan) {
    std::vector<std::string> reads = stage.inputs;
    reads.insert(reads.end(), stage.needs.begin(), stage.needs.end());
    absl::StrAppendFormat(&text, "%-*s  %-*s  %-14s  %s\n", widest, stage.name, entry, stage.entry, State(stage),
                          reads.empty() ? "" : absl::StrCat("<- ", absl::StrJoin(reads, ", ")));
  }
  return text;
}

std::string Json(const std::string& name, const std::vector<PlannedStage>& plan) {
  base::OrderedJson stages = base::OrderedJson::array();
  for (const PlannedStage& stage : plan) {
    stages.push_back({{"stage", stage.name},
                      {"kind", stage.kind},
                      {"key", stage.key},
                      {"entry", stage.entry},
                      {"needs", stage.needs},
                      {"inputs", stage.inputs},
                      {"complete", stage.is_complete},
                      {"seconds", stage.is_complete ? base::OrderedJson(stage.seconds) : base::OrderedJson()}});
  }
  return base::PrintJson({{"name", name}, {"stages", stages}}, 1) + "\n";
}

// Names are letters, digits, '-', '_' and '.': nothing needs escaping.
std::string Dot(const std::string& name, const std::vector<PlannedStage>& plan) {
  std::string dot =
      absl::StrCat("digraph \"", name, "\" {\n  rankdir=LR;\n  node [shape=box fontname=\"sans-serif\"];\n");
  for (const PlannedStage& stage : plan) {
    absl::StrAppend(&dot, "  \"", stage.name, "\" [label=\"", stage.name, "\\n", stage.entry, "\"",
                    stage.is_complete ? " style=filled fillcolor=\"#cfe8dc\"" : "", "];\n");
    for (const std::string& need : stage.needs) {
      absl::StrAppend(&dot, "  \"", need, "\" -> \"", stage.name, "\";\n");
    }
  }
  return dot + "}\n";
}

std::string Svg(const std::string& name, const std::vector<PlannedStage>& plan) {
  std::vector<analysis::GraphNode> nodes;
  std::map<std::string, size_t> places;
  for (const PlannedStage& stage : plan) {
    analysis::GraphNode node{stage.name, State(stage), stage.entry, stage.is_complete, {}};
    for (const std::string& need : stage.needs) node.needs.push_back(places.at(need));
    places[stage.name] = nodes.size();
    nodes.push_back(std::move(node));
  }
  return analysis::LayeredGraphSvg(nodes, name);
}

}  // namespace

absl::StatusOr<std::string> GraphText(const std::string& name, const std::vector<PlannedStage>& plan,
                                      const std::string& format) {
  if (format == "text") return Text(name, plan);
  if (format == "json") return Json(name, plan);
  if (format == "dot") return Dot(name, plan);
  if (format == "svg") return Svg(name, plan);
  return absl::InvalidArgumentError(
      absl::StrCat("the graph's format is \"", format, "\"; it must be text, json, dot or svg"));
}

}  // namespace experiments
