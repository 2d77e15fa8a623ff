// Interface of a training method: what those who plan and run experiments know of it.
//
// A method is a folder. Its method.h declares four functions in the folder's namespace, which is also the name of the
// method's field in a spec; experiments/methods/registry.h lists the folders.
//
//   training::MethodDescription Describe(const Config& config);
//     Whatever the settings. No torch here, nor in the next two.
//   training::MethodCost CostOf(const Config& config, int64_t constitutions);
//     Of one example. `constitutions`: how many each query of the data has, for methods that take them all.
//   absl::Status CheckConfig(const Config& config, const std::string& path, const base::FieldLocations& locations);
//     What limits of single fields (base/textproto/limits.proto) cannot say: kInvalidArgument at the first field, below
//     `path`, that contradicts another or has no effect.
//   absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(
//       const Config& config, training::Examples examples, const training::ObjectiveInputs& inputs);
//     `examples` are of the kind that Describe says. kInvalidArgument, naming an example by its index, when one is
//     empty or too long for the model; kInternal when a reference model cannot be evaluated.
#ifndef TRAINING_METHOD_METHOD_H_
#define TRAINING_METHOD_METHOD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/textproto/field_locations.h"
#include "google/protobuf/message.h"
#include "training/config.pb.h"
#include "training/method/examples.h"

namespace lm {
class Decoder;
}

namespace training {

class Group;
class Objective;

struct MethodDescription {
  std::string title;  // in tables: "DPO"
  ExampleKind examples = ExampleKind::kText;
  // The settings' own, with what the method's other settings say of them.
  sami_harness::TrainingConfig training;
};

// In texts: prompts with responses. All of one example.
struct MethodCost {
  double trained = 1;         // with gradients, each time the example is trained on
  double forward = 0;         // without, each time: a reference model's, or a first phase's (training/objective.h)
  double reference = 0;       // once, before training
  bool keeps_parent = false;  // the parent's weights stay in memory while the model is trained
};

// Of training by the method: the arithmetic of so many examples, each time that one is trained on counted, of which
// `distinct` differ, in texts' forward passes. A backward pass is two of them, half of which a frozen weight saves, and
// activations that are computed again are one more.
double ForwardPasses(const MethodCost& each, const sami_harness::TrainingConfig& training, double examples,
                     double distinct);

struct ObjectiveInputs {
  // The model that training starts from, before it has an adapter. It stays as it is where MethodCost::keeps_parent.
  const lm::Decoder& parent;
  std::string arm;  // for progress lines
  uint64_t seed = 0;
  int32_t eos = -1;     // the end-of-sequence token
  std::string scratch;  // an existing folder that outlives a kill: what takes long is kept here
  int threads = 1;
  // The processes that train, of which each makes the objective. Null: this one.
  Group* group = nullptr;
};

// kInvalidArgument "<path>.<field> is ..., which has no effect with <with>; leave it out" when an optional field of
// `config` has another value than its default.
absl::Status RefuseUnused(const google::protobuf::Message& config, const std::string& field, absl::string_view with,
                          const std::string& path, const base::FieldLocations& locations);

}  // namespace training

#endif  // TRAINING_METHOD_METHOD_H_
