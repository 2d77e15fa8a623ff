// Any bytes as model.safetensors.index.json beside one sound shard: refused in one line that names a file, or read as
// weights that lie in files of the folder.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/one_line_error.h"
#include "lm/checkpoint/weight_files.h"

namespace lm {
namespace {

// A folder of this process with a shard of one tensor, "a", of one F32.
const std::string& Folder() {
  static const auto* const folder = [] {
    std::string path = std::filesystem::temp_directory_path() / "weights_index_fuzz.XXXXXX";
    SAMI_CHECK(mkdtemp(path.data()) != nullptr) << path;
    const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    std::string shard(8, '\0');
    shard[0] = static_cast<char>(header.size());
    std::ofstream(path + "/s.safetensors", std::ios::binary) << shard << header << std::string(4, '\0');
    return new std::string(path);
  }();
  return *folder;
}

void TestIndex(absl::string_view json) {
  std::ofstream(absl::StrCat(Folder(), "/", kIndexFile), std::ios::binary) << json;
  const auto files = OpenWeightFiles(Folder());
  if (!files.ok()) {
    if (!absl::IsNotFound(files.status())) base::CheckOneLineError(files.status(), Folder());
    return;
  }
  for (const auto& [name, weight] : files->weights) SAMI_CHECK(name == "a" && weight.view != nullptr);
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lm::TestIndex(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
