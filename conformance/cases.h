// Test cases of the conformance pack: losses and gradients that every implementation should agree on.
//
// Everything is float64 and a pure function of the case's number, so that a checker needs no file but the answers.
#ifndef CONFORMANCE_CASES_H_
#define CONFORMANCE_CASES_H_

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/jsonl.h"

namespace sami {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

struct ConformanceCase {
  std::string id;             // "sami/0012"
  std::string kind;           // what is computed: kConformanceReadme lists them
  base::OrderedJson options;  // numbers and names that the kind needs
  NamedTensors inputs;        // int64 or float64
  NamedTensors answers;       // float64; empty when the case is an error
  std::string error;          // "empty response", or empty
};

// 1,010 cases, the same at every call.
std::vector<ConformanceCase> MakeConformanceCases();

// What each kind computes, and how files are laid out: the pack's README.md.
extern const char kConformanceReadme[];

}  // namespace sami

#endif  // CONFORMANCE_CASES_H_
