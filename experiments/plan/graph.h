// Graph of a run's stages, to look at: text, JSON, Graphviz and SVG of a plan (experiments/run/stage.h).
#ifndef EXPERIMENTS_PLAN_GRAPH_H_
#define EXPERIMENTS_PLAN_GRAPH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/run/stage.h"

namespace experiments {

// Formats: "text", a line a stage; "json", one object {"name", "stages": [{"stage", "kind", "key", "entry", "needs",
// "inputs", "complete", "seconds"}]}; "dot" for Graphviz; "svg". kInvalidArgument for another.
//   name: of the experiment
absl::StatusOr<std::string> GraphText(const std::string& name, const std::vector<PlannedStage>& plan,
                                      const std::string& format);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_GRAPH_H_
