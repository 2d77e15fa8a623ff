#include "experiments/spec/iterate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;
using ::sami_harness::Iterate;

constexpr int64_t kMostTimes = 100;

void WriteOut(const Iterate& iterate, const std::string& where, ExperimentSpec* spec, base::FieldLocations* locations) {
  for (int64_t i = 1; i <= iterate.times(); ++i) {
    const std::string before = absl::StrCat(iterate.arm().name(), i - 1);
    Data& data = *spec->add_data();
    data = iterate.data();
    data.set_name(absl::StrCat(iterate.data().name(), i));
    if (i > 1) {
      data.set_generator(before);
      if (iterate.data().has_take()) data.set_skip(iterate.data().skip() + (i - 1) * iterate.data().take());
    }
    Arm& arm = *spec->add_arms();
    arm = iterate.arm();
    arm.set_name(absl::StrCat(iterate.arm().name(), i));
    arm.set_data(data.name());
    if (i > 1 && iterate.parent() == Iterate::PREVIOUS) arm.set_parent(before);
    locations->Set(base::Below("", "data", spec->data_size() - 1), where);
    locations->Set(base::Below("", "arms", spec->arms_size() - 1), where);
  }
}

}  // namespace

absl::Status WriteOutIterations(ExperimentSpec* spec, base::FieldLocations* locations) {
  for (int i = 0; i < spec->iterate_size(); ++i) {
    const Iterate& iterate = spec->iterate(i);
    const std::string path = base::Below("", "iterate", i);
    // What else may be wrong is found in what is written out.
    if (iterate.times() < 1 || iterate.times() > kMostTimes) {
      return locations->Error(base::Below(path, "times"), absl::StrCat("is ", iterate.times(), "; it must be a whole ",
                                                                       "number from 1 to ", kMostTimes));
    }
    if (!IsTrained(iterate.arm())) {
      return locations->Error(base::Below(path, "arm"), "has no method that trains it; give it one, as sami");
    }
    if (iterate.arm().has_data()) {
      return locations->Error(base::Below(path, "arm.data"),
                              "is given, and each arm is trained on its own iteration's "
                              "data; leave it out");
    }
    WriteOut(iterate, locations->Where(path), spec, locations);
  }
  spec->clear_iterate();
  return absl::OkStatus();
}

}  // namespace experiments
