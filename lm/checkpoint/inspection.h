// Inspection of a checkpoint folder: what is in it, and what is wrong with it.
#ifndef LM_CHECKPOINT_INSPECTION_H_
#define LM_CHECKPOINT_INSPECTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lm/config/config.h"

namespace lm {

struct ModelInspection {
  std::optional<ModelConfig> config;  // absent when it could not be read
  int64_t parameters = 0;             // that the config asks for
  int64_t file_bytes = 0;             // of the weights, as stored
  int64_t files = 0;                  // that hold them
  std::string types;                  // "BF16", "BF16, F32"
  std::string tokenizer;              // the file's name; empty: there is none
  int64_t tokenizer_vocabulary = 0;
  std::string adapter;  // the folder of a PEFT adapter that lies over the model; empty: none
  // One line each, naming the file and the field or tensor: everything that would keep the folder from being loaded,
  // and what would keep it from being trained or asked.
  std::vector<std::string> problems;
  std::string no_weights;  // the problem that there are none at all (HasNoWeights); empty where it is another, or none
};

// Reads all files, the weights' values too, in a few MiB of memory. Goes on after a problem as far as that means
// anything.
ModelInspection InspectModel(const std::string& folder);

// For people: a line each for family, sizes, parameters, bytes and tokenizer, `more` behind them, then one for each
// problem, or "problems: none".
std::string InspectionText(const ModelInspection& inspection, const std::vector<std::string>& more = {});

}  // namespace lm

#endif  // LM_CHECKPOINT_INSPECTION_H_
