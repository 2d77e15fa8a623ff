#include "analysis/figures/layered_graph.h"

#include <algorithm>
#include <utility>

#include "analysis/figures/svg.h"
#include "base/check.h"

namespace analysis {
namespace {

constexpr double kMargin = 20, kTitle = 30, kHeight = 38, kBetweenRows = 14, kBetweenColumns = 56, kTextSize = 12;
constexpr double kPadding = 10;
constexpr char kDone[] = "#cfe8dc", kOpen[] = "#f1f1f1", kEdge[] = "#8a8a8a";

// Of each node: all nodes that it needs, directly or not.
std::vector<std::vector<bool>> Ancestors(const std::vector<GraphNode>& nodes) {
  std::vector<std::vector<bool>> ancestors(nodes.size(), std::vector<bool>(nodes.size()));
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const size_t need : nodes[i].needs) {
      SAMI_CHECK(need < i) << "node " << i << " needs " << need;
      ancestors[i][need] = true;
      for (size_t j = 0; j < i; ++j) ancestors[i][j] = ancestors[i][j] || ancestors[need][j];
    }
  }
  return ancestors;
}

struct Box {
  double x, y, width;
};

// Columns by the longest way, each as wide as its widest text.
std::vector<Box> Place(const std::vector<GraphNode>& nodes, double* width, double* height) {
  std::vector<size_t> column(nodes.size());
  size_t columns = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const size_t need : nodes[i].needs) column[i] = std::max(column[i], column[need] + 1);
    columns = std::max(columns, column[i] + 1);
  }
  std::vector<double> widths(columns), used(columns, kTitle + kMargin);
  for (size_t i = 0; i < nodes.size(); ++i) {
    const double text = std::max(TextWidth(nodes[i].label, kTextSize), TextWidth(nodes[i].detail, kTextSize - 2));
    widths[column[i]] = std::max(widths[column[i]], text + 2 * kPadding);
  }
  std::vector<double> left(columns + 1, kMargin);
  for (size_t c = 0; c < columns; ++c) left[c + 1] = left[c] + widths[c] + kBetweenColumns;
  std::vector<Box> boxes;
  for (size_t i = 0; i < nodes.size(); ++i) {
    double& y = used[column[i]];
    boxes.push_back({left[column[i]], y, widths[column[i]]});
    y += kHeight + kBetweenRows;
  }
  *width = left[columns] - kBetweenColumns + kMargin;
  *height = columns == 0 ? kTitle : *std::max_element(used.begin(), used.end()) + kMargin;
  return boxes;
}

}  // namespace

std::string LayeredGraphSvg(const std::vector<GraphNode>& nodes, absl::string_view title) {
  const std::vector<std::vector<bool>> ancestors = Ancestors(nodes);
  double width = 0, height = 0;
  const std::vector<Box> boxes = Place(nodes, &width, &height);
  Canvas canvas(std::max(width, TextWidth(title, 15) + 2 * kMargin), height);
  canvas.Text(kMargin, kTitle - 6, title, {15, Anchor::kStart, "#222222", true});
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const size_t need : nodes[i].needs) {
      const bool implied = std::any_of(nodes[i].needs.begin(), nodes[i].needs.end(),
                                       [&](size_t other) { return ancestors[other][need]; });
      if (implied) continue;
      canvas.Line(boxes[need].x + boxes[need].width, boxes[need].y + kHeight / 2, boxes[i].x, boxes[i].y + kHeight / 2,
                  kEdge, 1.2);
    }
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const Box& box = boxes[i];
    canvas.Rectangle(box.x, box.y, box.width, kHeight, nodes[i].done ? kDone : kOpen, nodes[i].tooltip);
    canvas.Text(box.x + kPadding, box.y + 16, nodes[i].label, {kTextSize, Anchor::kStart, "#222222", true});
    canvas.Text(box.x + kPadding, box.y + 31, nodes[i].detail, {kTextSize - 2, Anchor::kStart, "#555555"});
  }
  return canvas.Svg(title);
}

}  // namespace analysis
