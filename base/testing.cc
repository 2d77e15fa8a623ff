#include "base/testing.h"

#include <filesystem>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"

namespace base {

std::string TestFolder() {
  const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = absl::StrReplaceAll(absl::StrCat(info->test_suite_name(), ".", info->name()), {{"/", "_"}});
  const std::string folder = absl::StrCat(::testing::TempDir(), "/", name);
  static std::string* current = new std::string;
  if (*current != folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    *current = folder;
  }
  return folder;
}

std::string WriteTestFile(const std::string& name, absl::string_view content) {
  const std::string path = absl::StrCat(TestFolder(), "/", name);
  EXPECT_THAT(WriteFileAtomically(path, content), IsOk());
  return path;
}

std::string FolderFromFlag(absl::string_view flag, absl::string_view fallback) {
  const std::vector<std::string> arguments = ::testing::internal::GetArgvs();
  const std::string prefix = absl::StrCat("--", flag);
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (absl::StartsWith(arguments[i], prefix + "=")) return UserPath(arguments[i].substr(prefix.size() + 1));
    if (arguments[i] == prefix && i + 1 < arguments.size()) return UserPath(arguments[i + 1]);
  }
  return fallback.empty() ? "" : Runfile(fallback);
}

}  // namespace base
