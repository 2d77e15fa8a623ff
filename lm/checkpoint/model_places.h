// Where a model's files are: a folder, a name in the local Hugging Face cache, an adapter over a base. No torch, no
// network.
#ifndef LM_CHECKPOINT_MODEL_PLACES_H_
#define LM_CHECKPOINT_MODEL_PLACES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

// The folder that a user means: a path that is there (base::UserPath); else "ORG/NAME", or "hf:NAME" for whatever NAME,
// with
// "@REVISION" behind it or without (main), by what the Hugging Face hub's tools downloaded: in HF_HUB_CACHE, else
// HF_HOME/hub, else XDG_CACHE_HOME/huggingface/hub, else ~/.cache/huggingface/hub. kNotFound, with where it was looked
// for and what downloads it.
absl::StatusOr<std::string> FindModelFolder(const std::string& path_or_name);

struct ModelPlaces {
  std::string model;    // folder of config.json and the weights
  std::string adapter;  // PEFT folder that is merged into it; empty: none
  std::string texts;    // folder of the tokenizer, the chat template and generation_config.json
};

// Of a folder. One of an adapter alone (adapter_config.json, no config.json) lies over the base that it names: a path,
// absolute or from the adapter's folder or the working directory, or a name of FindModelFolder's; its own tokenizer
// goes before the base's. kNotFound where the base is not there, with what to do; kInvalidArgument where it names none,
// and as CheckEntries.
absl::StatusOr<ModelPlaces> FindModelPlaces(const std::string& folder);

// kInvalidArgument where a folder has a link to nothing, as a download leaves that was broken off, or to itself, a
// device or a FIFO: neither would count as absent. OK where there is no folder.
absl::Status CheckEntries(const std::string& folder);

}  // namespace lm

#endif  // LM_CHECKPOINT_MODEL_PLACES_H_
