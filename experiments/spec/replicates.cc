#include "experiments/spec/replicates.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::google::protobuf::RepeatedPtrField;
using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;

class Writer {
 public:
  explicit Writer(const ExperimentSpec& spec)
      : seeds_(spec.replicates().seeds().begin(), spec.replicates().seeds().end()) {
    for (const Data& data : spec.data()) {
      if (IsGenerated(data)) data_.insert(data.name());
    }
    for (const Arm& arm : spec.arms()) {
      if (IsTrained(arm)) arms_.insert(arm.name());
    }
  }

  bool IsReplicated(const std::string& arm) const { return arms_.count(arm) > 0; }

  absl::Status WriteData(ExperimentSpec* spec, base::FieldLocations* locations) const {
    return Replace<Data>("data", spec->mutable_data(), locations, data_,
                         [&](uint64_t seed, Data* copy) { copy->set_generator(ArmOf(copy->generator(), seed)); });
  }

  absl::Status WriteArms(ExperimentSpec* spec, base::FieldLocations* locations) const {
    return Replace<Arm>("arms", spec->mutable_arms(), locations, arms_, [&](uint64_t seed, Arm* copy) {
      copy->set_replicate_of(copy->name());
      copy->set_parent(ArmOf(copy->parent(), seed));
      if (data_.count(copy->data()) > 0) copy->set_data(NameOf(copy->data(), seed));
    });
  }

  // The arms that are asked. None stay none: all are.
  template <typename Asker>
  void WriteAsked(Asker* asker) const {
    const std::vector<std::string> names(asker->arms().begin(), asker->arms().end());
    asker->clear_arms();
    for (const std::string& name : names) {
      if (!IsReplicated(name)) asker->add_arms(name);
      for (const uint64_t seed : SeedsOf(name)) asker->add_arms(NameOf(name, seed));
    }
  }

  template <typename Asker>
  void WriteComparisons(Asker* asker) const {
    const RepeatedPtrField<sami_harness::Comparison> originals = asker->comparisons();
    asker->clear_comparisons();
    for (const sami_harness::Comparison& original : originals) {
      if (!IsReplicated(original.arm()) && !IsReplicated(original.baseline())) *asker->add_comparisons() = original;
      for (const uint64_t seed : SeedsOf(IsReplicated(original.arm()) ? original.arm() : original.baseline())) {
        sami_harness::Comparison* copy = asker->add_comparisons();
        copy->set_arm(ArmOf(original.arm(), seed));
        copy->set_baseline(ArmOf(original.baseline(), seed));
      }
    }
  }

 private:
  static std::string NameOf(const std::string& name, uint64_t seed) { return absl::StrCat(name, "-s", seed); }
  std::string ArmOf(const std::string& name, uint64_t seed) const {
    return IsReplicated(name) ? NameOf(name, seed) : name;
  }
  std::vector<uint64_t> SeedsOf(const std::string& arm) const {
    return IsReplicated(arm) ? seeds_ : std::vector<uint64_t>();
  }

  template <typename Node, typename Refer>
  absl::Status Replace(const char* kind, RepeatedPtrField<Node>* nodes, base::FieldLocations* locations,
                       const std::set<std::string>& replicated, const Refer& refer) const {
    RepeatedPtrField<Node> written;
    std::vector<std::string> places;
    for (int i = 0; i < nodes->size(); ++i) {
      const Node& original = nodes->Get(i);
      const std::string path = base::Below("", kind, i);
      const bool stays = replicated.count(original.name()) == 0;
      if (!stays && original.has_seed()) {
        return locations->Error(base::Below(path, "seed"),
                                "is given, and replicates give each one; leave one of them out");
      }
      for (const uint64_t seed : stays ? std::vector<uint64_t>{0} : seeds_) {
        Node* copy = written.Add();
        *copy = original;
        places.push_back(locations->Where(path));
        if (stays) continue;
        copy->set_seed(seed);
        refer(seed, copy);
        copy->set_name(NameOf(original.name(), seed));
      }
    }
    *nodes = std::move(written);
    for (int i = 0; i < nodes->size(); ++i) locations->Set(base::Below("", kind, i), places[i]);
    return absl::OkStatus();
  }

  const std::vector<uint64_t> seeds_;
  std::set<std::string> data_, arms_;
};

}  // namespace

absl::Status WriteOutReplicates(ExperimentSpec* spec, base::FieldLocations* locations) {
  if (!spec->has_replicates()) return absl::OkStatus();
  std::set<uint64_t> seen;
  for (int i = 0; i < spec->replicates().seeds_size(); ++i) {
    const uint64_t seed = spec->replicates().seeds(i);
    if (seen.insert(seed).second) continue;
    return locations->Error(base::Below("replicates", "seeds", i),
                            absl::StrCat("is ", seed, " again; seeds must differ"));
  }
  if (seen.empty()) return locations->Error("replicates.seeds", "is missing; give the seeds, as [42, 43, 44]");
  const Writer writer(*spec);
  for (int i = 0; i < spec->accuracy_size(); ++i) {
    if (!writer.IsReplicated(spec->accuracy(i).baseline())) continue;
    return locations->Error(
        base::Below(base::Below("", "accuracy", i), "baseline"),
        absl::StrCat("is ", spec->accuracy(i).baseline(),
                     ", which replicates train once a seed; it must be an arm that is not trained"));
  }
  RETURN_IF_ERROR(writer.WriteData(spec, locations));
  RETURN_IF_ERROR(writer.WriteArms(spec, locations));
  for (auto& evaluation : *spec->mutable_evaluations()) {
    writer.WriteAsked(&evaluation);
    writer.WriteComparisons(&evaluation);
  }
  for (auto& information : *spec->mutable_information()) {
    writer.WriteAsked(&information);
    writer.WriteComparisons(&information);
  }
  for (auto& accuracy : *spec->mutable_accuracy()) writer.WriteAsked(&accuracy);
  spec->clear_replicates();
  return absl::OkStatus();
}

}  // namespace experiments
