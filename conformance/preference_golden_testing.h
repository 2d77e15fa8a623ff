// For preference_losses_golden_test: where its recorded cases are.
#ifndef CONFORMANCE_PREFERENCE_GOLDEN_TESTING_H_
#define CONFORMANCE_PREFERENCE_GOLDEN_TESTING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/program.h"
#include "base/testing.h"
#include "training/testing/golden_testing.h"

namespace training {

inline constexpr char kRecordedPreferences[] = "conformance/testdata/objectives";

inline const std::string& PreferenceGoldenFolder() {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", kRecordedPreferences));
  return *folder;
}

inline std::vector<std::string> PreferenceGoldenFiles(absl::string_view prefix) {
  return GoldenFiles(PreferenceGoldenFolder(), prefix, ".json");
}

// Of a model that a case names: beside a folder that was given, or the room lm's own.
inline std::string GoldenModelFolder(const std::string& name) {
  const bool given = PreferenceGoldenFolder() != base::Runfile(kRecordedPreferences);
  return (given ? PreferenceGoldenFolder() + "/../models/" : base::Runfile("lm/testdata/models/")) + name;
}

}  // namespace training

#endif  // CONFORMANCE_PREFERENCE_GOLDEN_TESTING_H_
