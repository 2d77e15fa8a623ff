// Layered drawing of a directed acyclic graph: from left to right, each node right of all that it needs.
#ifndef ANALYSIS_FIGURES_LAYERED_GRAPH_H_
#define ANALYSIS_FIGURES_LAYERED_GRAPH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace analysis {

struct GraphNode {
  std::string label;
  std::string detail;         // a second line; may be empty
  std::string tooltip;        // may be empty
  bool done = false;          // filled instead of outlined
  std::vector<size_t> needs;  // places of earlier nodes
};

// An SVG document. Nodes stand in the order given, which must be topological (CHECK), in columns by the longest way
// that leads to them; a line is drawn for each need that no other need implies. O(nodes * edges) time.
std::string LayeredGraphSvg(const std::vector<GraphNode>& nodes, absl::string_view title);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_LAYERED_GRAPH_H_
