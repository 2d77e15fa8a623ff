// Run context, which every stage is handed: the spec, the inputs that were found and their hashes, the run's folder.
#ifndef EXPERIMENTS_INPUTS_CONTEXT_H_
#define EXPERIMENTS_INPUTS_CONTEXT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "datasets/constitutions/principle.h"
#include "evaluation/judges/judge.pb.h"
#include "experiments/run/stage.h"
#include "experiments/spec/spec.pb.h"
#include "lm/chat/chat_format.h"

namespace training {
class Group;  // training/processes/group.h
}

namespace experiments {

// A query of a set, as prompts and records have it.
struct Query {
  int64_t id = 0;      // of records and random streams; unique in its set
  std::string source;  // the id that the source gives
  std::string category;
  std::string text;
  std::string answer;  // the right one, where it is known, in GSM-8K's format: "#### 18" last
};

struct Pipeline {
  sami_harness::ExperimentSpec spec;  // canonical
  int threads = 1;
  double checkpoint_seconds = 120;
  bool shard_weights = false;  // of trainings, where there are several processes
  std::string device = "cpu";  // where models compute
  // Of what models compute side by side: a device has one queue of work, and memory for one.
  int model_threads() const { return device == "cpu" ? threads : 1; }
  // How endpoints of language model judges are reached, by the judge's name.
  std::map<std::string, sami_harness::EndpointAccess> judge_access;
  // The same of models that are endpoints.
  std::map<std::string, sami_harness::EndpointAccess> model_access;
  // Of the spec's nodes, by their names.
  std::map<std::string, std::string> model_folders;  // of models that are replayed the recording's file; no endpoints
  std::map<std::string, std::shared_ptr<const lm::ChatFormat>> chats;  // of models that are asked in conversation
  std::map<std::string, std::string> data_files;                       // of data sets that are files
  std::map<std::string, std::vector<Query>> queries;
  std::map<std::string, std::vector<datasets::Principle>> principles;
  // What the run reads from outside -> SHA-256: "<role>/<name>" with the roles model, queries, constitutions, data and
  // judge (a language model judge's prompts, recording and model folder).
  std::map<std::string, std::string> input_hashes;
  RunFolder* run = nullptr;
  training::Group* group = nullptr;  // of the processes that train together; null: this one
};

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_CONTEXT_H_
