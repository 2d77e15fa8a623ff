// Figures of a run, drawn from the numbers in its folder.
#ifndef EXPERIMENTS_REPORT_FIGURES_H_
#define EXPERIMENTS_REPORT_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/claims/claims.h"
#include "experiments/run/run_files.h"

namespace experiments {

struct NamedFigure {
  std::string name;   // of the file, without ".svg": letters, digits, '_' and '-'
  std::string title;  // with the setting and judge where several figures have the same
  std::string svg;
};

// A grid's frontier, the claims of each measure, setting and judge, the information per arm, training curves, accuracy
// against attempts, lengths of answers. Each where its numbers are there. With `costs_file`, what
// //benchmarks:cost_curves wrote, also time against n.
std::vector<NamedFigure> RunFigures(const RunFiles& run, const Findings& findings, const std::string& costs_file);

// <folder>/<name>.svg and .pdf of each.
absl::Status WriteFigures(const std::vector<NamedFigure>& figures, const std::string& folder);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_FIGURES_H_
