#include "experiments/spec/replicates.h"

#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"
#include "training/config.pb.h"

namespace experiments {
namespace {

using ::google::protobuf::RepeatedPtrField;
using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;

// Copies of some nodes, each the variant k of its original, which refer to the variant k of what has some.
class Writer {
 public:
  // suffixes: of the variants' names.
  Writer(std::set<std::string> arms, std::set<std::string> data, std::vector<std::string> suffixes)
      : arms_(std::move(arms)), data_(std::move(data)), suffixes_(std::move(suffixes)) {}

  bool HasVariants(const std::string& arm) const { return arms_.count(arm) > 0; }

  void WriteData(ExperimentSpec* spec, base::FieldLocations* locations,
                 absl::FunctionRef<void(size_t k, Data* copy)> vary) const {
    Replace<Data>("data", spec->mutable_data(), locations, data_, [&](size_t k, Data* copy) {
      copy->set_generator(ArmOf(copy->generator(), k));
      vary(k, copy);
    });
  }

  // `vary` sees the original's name.
  void WriteArms(ExperimentSpec* spec, base::FieldLocations* locations,
                 absl::FunctionRef<void(size_t k, Arm* copy)> vary) const {
    Replace<Arm>("arms", spec->mutable_arms(), locations, arms_, [&](size_t k, Arm* copy) {
      vary(k, copy);
      copy->set_parent(ArmOf(copy->parent(), k));
      if (data_.count(copy->data()) > 0) copy->set_data(copy->data() + suffixes_[k]);
    });
  }

  void WriteMeasures(ExperimentSpec* spec) const {
    for (auto& evaluation : *spec->mutable_evaluations()) {
      WriteAsked(&evaluation);
      WriteComparisons(&evaluation);
    }
    for (auto& information : *spec->mutable_information()) {
      WriteAsked(&information);
      WriteComparisons(&information);
    }
    for (auto& accuracy : *spec->mutable_accuracy()) WriteAsked(&accuracy);
  }

  // An accuracy compares with one arm alone.
  absl::Status CheckBaselines(const ExperimentSpec& spec, const base::FieldLocations& locations,
                              const char* why) const {
    for (int i = 0; i < spec.accuracy_size(); ++i) {
      if (!HasVariants(spec.accuracy(i).baseline())) continue;
      return locations.Error(base::Below(base::Below("", "accuracy", i), "baseline"),
                             absl::StrCat("is ", spec.accuracy(i).baseline(), ", ", why));
    }
    return absl::OkStatus();
  }

 private:
  std::string ArmOf(const std::string& name, size_t k) const { return HasVariants(name) ? name + suffixes_[k] : name; }

  // The arms that are asked. None stay none: all are.
  template <typename Asker>
  void WriteAsked(Asker* asker) const {
    const std::vector<std::string> names(asker->arms().begin(), asker->arms().end());
    asker->clear_arms();
    for (const std::string& name : names) {
      if (!HasVariants(name)) {
        asker->add_arms(name);
        continue;
      }
      for (const std::string& suffix : suffixes_) asker->add_arms(name + suffix);
    }
  }

  template <typename Asker>
  void WriteComparisons(Asker* asker) const {
    const RepeatedPtrField<sami_harness::Comparison> originals = asker->comparisons();
    asker->clear_comparisons();
    for (const sami_harness::Comparison& original : originals) {
      const bool varies = HasVariants(original.arm()) || HasVariants(original.baseline());
      for (size_t k = 0; k < (varies ? suffixes_.size() : 1); ++k) {
        sami_harness::Comparison* copy = asker->add_comparisons();
        copy->set_arm(ArmOf(original.arm(), k));
        copy->set_baseline(ArmOf(original.baseline(), k));
      }
    }
  }

  template <typename Node>
  void Replace(const char* kind, RepeatedPtrField<Node>* nodes, base::FieldLocations* locations,
               const std::set<std::string>& varied, absl::FunctionRef<void(size_t k, Node* copy)> refer) const {
    RepeatedPtrField<Node> written;
    std::vector<std::string> places;
    for (int i = 0; i < nodes->size(); ++i) {
      const Node& original = nodes->Get(i);
      const bool stays = varied.count(original.name()) == 0;
      for (size_t k = 0; k < (stays ? 1 : suffixes_.size()); ++k) {
        Node* copy = written.Add();
        *copy = original;
        places.push_back(locations->Where(base::Below("", kind, i)));
        if (stays) continue;
        refer(k, copy);
        copy->set_name(original.name() + suffixes_[k]);
      }
    }
    *nodes = std::move(written);
    for (int i = 0; i < nodes->size(); ++i) locations->Set(base::Below("", kind, i), places[i]);
  }

  const std::set<std::string> arms_, data_;
  const std::vector<std::string> suffixes_;
};

template <typename Node>
absl::Status CheckNoSeed(const char* kind, const RepeatedPtrField<Node>& nodes, const std::set<std::string>& replicated,
                         const base::FieldLocations& locations) {
  for (int i = 0; i < nodes.size(); ++i) {
    if (replicated.count(nodes[i].name()) == 0 || !nodes[i].has_seed()) continue;
    return locations.Error(base::Below(base::Below("", kind, i), "seed"),
                           "is given, and replicates give each one; leave one of them out");
  }
  return absl::OkStatus();
}

// "lr1_6e-3"
std::string RateName(double rate) {
  const std::string scientific = absl::StrFormat("%.5e", rate);
  const size_t e = scientific.find('e');
  std::string mantissa = scientific.substr(0, e);
  mantissa.erase(mantissa.find_last_not_of('0') + 1);
  if (mantissa.back() == '.') mantissa.pop_back();
  return absl::StrReplaceAll(absl::StrCat("lr", mantissa, "e", std::atoi(scientific.c_str() + e + 1)), {{".", "_"}});
}

void SetLearningRate(double rate, Arm* arm) {
  const auto* method =
      arm->GetReflection()->GetOneofFieldDescriptor(*arm, arm->GetDescriptor()->FindOneofByName("method"));
  google::protobuf::Message* settings = arm->GetReflection()->MutableMessage(arm, method);
  const auto* training = settings->GetDescriptor()->FindFieldByName("training");
  SAMI_CHECK(training != nullptr) << method->name();
  static_cast<sami_harness::TrainingConfig*>(settings->GetReflection()->MutableMessage(settings, training))
      ->mutable_optimizer()
      ->set_learning_rate(rate);
}

absl::Status CheckGrid(const ExperimentSpec& spec, const std::set<std::string>& arms,
                       const base::FieldLocations& locations) {
  std::set<std::string> seen;
  for (int i = 0; i < spec.grid().arms_size(); ++i) {
    const std::string& name = spec.grid().arms(i);
    const Arm* arm = FindNode(spec.arms(), name);
    const std::string path = base::Below("grid", "arms", i);
    if (arm == nullptr || !IsTrained(*arm)) {
      return locations.Error(path, absl::StrCat("is ", name, ", which is no trained arm of the spec"));
    }
    if (!seen.insert(name).second) return locations.Error(path, absl::StrCat("is ", name, " again"));
  }
  for (int i = 1; i < spec.grid().learning_rates_size(); ++i) {
    if (spec.grid().learning_rates(i) > spec.grid().learning_rates(i - 1)) continue;
    return locations.Error(base::Below("grid", "learning_rates", i), "must be larger than the one before it");
  }
  if (seen.empty()) return locations.Error("grid.arms", "is missing; name the arms, as [\"sami\", \"dpo\"]");
  if (spec.grid().learning_rates_size() < 2) {
    return locations.Error("grid.learning_rates", "needs at least two rates to choose from");
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const Arm& arm = spec.arms(i);
    if (!IsTrained(arm) || arms.count(arm.name()) > 0 || arms.count(arm.parent()) == 0) continue;
    return locations.Error(base::Below(base::Below("", "arms", i), "parent"),
                           absl::StrCat("is ", arm.parent(), ", whose rates grid.arms try; name ", arm.name(),
                                        " there, too, or choose the parent's rate first"));
  }
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!IsGenerated(spec.data(i)) || arms.count(spec.data(i).generator()) == 0) continue;
    return locations.Error(base::Below(base::Below("", "data", i), "generator"),
                           absl::StrCat("is ", spec.data(i).generator(),
                                        ", whose rates grid.arms try; data are written by what is chosen"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteOutReplicates(ExperimentSpec* spec, base::FieldLocations* locations) {
  if (!spec->has_replicates()) return absl::OkStatus();
  const std::vector<uint64_t> seeds(spec->replicates().seeds().begin(), spec->replicates().seeds().end());
  std::set<uint64_t> seen;
  std::vector<std::string> suffixes;
  for (size_t i = 0; i < seeds.size(); ++i) {
    if (!seen.insert(seeds[i]).second) {
      return locations->Error(base::Below("replicates", "seeds", i),
                              absl::StrCat("is ", seeds[i], " again; seeds must differ"));
    }
    suffixes.push_back(absl::StrCat("-s", seeds[i]));
  }
  if (seen.empty()) return locations->Error("replicates.seeds", "is missing; give the seeds, as [42, 43, 44]");
  std::set<std::string> arms, data;
  for (const Data& one : spec->data()) {
    if (IsGenerated(one)) data.insert(one.name());
  }
  for (const Arm& arm : spec->arms()) {
    if (IsTrained(arm)) arms.insert(arm.name());
  }
  RETURN_IF_ERROR(CheckNoSeed("data", spec->data(), data, *locations));
  RETURN_IF_ERROR(CheckNoSeed("arms", spec->arms(), arms, *locations));
  const Writer writer(arms, data, suffixes);
  RETURN_IF_ERROR(writer.CheckBaselines(*spec, *locations,
                                        "which replicates train once a seed; it must be an arm that is not trained"));
  writer.WriteData(spec, locations, [&](size_t k, Data* copy) { copy->set_seed(seeds[k]); });
  writer.WriteArms(spec, locations, [&](size_t k, Arm* copy) {
    copy->set_replicate_of(copy->name());
    copy->set_seed(seeds[k]);
  });
  writer.WriteMeasures(spec);
  spec->clear_replicates();
  return absl::OkStatus();
}

absl::Status WriteOutGrid(ExperimentSpec* spec, base::FieldLocations* locations) {
  if (!spec->has_grid()) return absl::OkStatus();
  const std::set<std::string> arms(spec->grid().arms().begin(), spec->grid().arms().end());
  RETURN_IF_ERROR(CheckGrid(*spec, arms, *locations));
  std::vector<std::string> suffixes;
  for (const double rate : spec->grid().learning_rates()) suffixes.push_back(absl::StrCat("-", RateName(rate)));
  const Writer writer(arms, {}, suffixes);
  RETURN_IF_ERROR(writer.CheckBaselines(*spec, *locations, "whose rates grid.arms try; it must be another arm"));
  writer.WriteArms(spec, locations, [&](size_t k, Arm* copy) {
    copy->set_grid_of(copy->name());
    SetLearningRate(spec->grid().learning_rates(k), copy);
  });
  writer.WriteMeasures(spec);
  spec->clear_grid();
  return absl::OkStatus();
}

}  // namespace experiments
