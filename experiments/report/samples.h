// Samples for the sample browser: questions, constitutions, answers and verdicts of one run or several.
//
//   index     {"questions": [{"id", "category", "text", "gold"?}],
//              "strings": [what judges said and constitutions, each once],
//              "columns": [{"arm", "setting", "right"?: [question -> "10..." one an attempt, or null]}],
//              "groups": [{"comparison", "setting", "a", "b": columns, b may be null, "questions": [question],
//                          "judges": [{"name", "games": [a string a game, one of w t l x a question],
//                                      "words": [a list a game, a number of `strings` or null a question]}]}]}
//   columns   {"texts": [question -> [an attempt each], or null], "tokens": [question -> [count]], "cut": [question ->
//              "01..."], "asked": [question -> number of `strings`]}
//
// Questions are numbers of index.questions. Games are from the first-named arm's side: won, tied, lost, or x where the
// judge gave no verdict; in game 0 its answer was shown first, in game 1 the other's.
#ifndef EXPERIMENTS_REPORT_SAMPLES_H_
#define EXPERIMENTS_REPORT_SAMPLES_H_

#include <string>
#include <vector>

#include "base/jsonl.h"
#include "experiments/run/run_files.h"

namespace experiments {

struct Samples {
  base::OrderedJson index;
  std::vector<base::OrderedJson> columns;
  bool empty() const { return index["groups"].empty(); }
};

// A run with its name among the runs of the same report; empty where it is alone.
struct LabelledRun {
  const RunFiles* files;
  std::string label;
};

// With two runs, further groups set the answers of each arm that both have side by side.
Samples CollectSamples(const std::vector<LabelledRun>& runs);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_SAMPLES_H_
