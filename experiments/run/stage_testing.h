// Stages of tests: a run's folder in a test's folder, and a stage that writes one file.
#ifndef EXPERIMENTS_RUN_STAGE_TESTING_H_
#define EXPERIMENTS_RUN_STAGE_TESTING_H_

#include <memory>
#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/stage.h"

namespace experiments {

constexpr char kSpec[] = "name: \"a\"\n";

class StageTest : public ::testing::Test {
 protected:
  std::string Path() const { return base::TestFolder() + "/run"; }

  RunFolderOptions Options(const std::string& run_id = "id1") const {
    RunFolderOptions options;
    options.path = Path();
    options.store = base::TestFolder() + "/store";
    options.canonical_spec = kSpec;
    options.run_id = run_id;
    options.code_commit = "c0ffee";
    return options;
  }

  void Open(const std::string& run_id = "id1") { ASSERT_OK_AND_ASSIGN(folder_, RunFolder::Open(Options(run_id))); }

  static Stage Make(const std::string& input = "h1") {
    return {"make", "make", "", {{"input", "input", input}}, {"out/file"}};
  }

  std::string EntryOf(const std::string& input = "h1") const {
    return base::TestFolder() + "/store/" + EntryName("make", StageKey("make", {{"input", input}}, "", 0));
  }

  // A stage that writes `content` to out/file, and counts how often it does.
  absl::Status Run(const std::string& input = "h1", const std::string& content = "data") {
    ::testing::internal::CaptureStderr();
    const absl::Status status = folder_->RunStage(Make(input), [&](const std::string&) {
      ++runs_;
      return base::WriteFileAtomically(folder_->PathOf("out/file"), content);
    });
    said_ = ::testing::internal::GetCapturedStderr();
    return status;
  }

  std::unique_ptr<RunFolder> folder_;
  int runs_ = 0;
  std::string said_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_STAGE_TESTING_H_
