#include "experiments/run/links.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/layout.h"
#include "experiments/run/stage.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::StageRecord;

}  // namespace

absl::Status MakeLink(const std::string& target, const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  const bool is_link = fs::is_symlink(path, error);
  if (is_link && fs::read_symlink(path, error) == target) return absl::OkStatus();
  if (!is_link) fs::remove_all(path, error);
  const std::string partial = absl::StrCat(path, ".link");
  fs::remove(partial, error);
  fs::create_symlink(target, partial, error);
  if (!error) fs::rename(partial, path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": cannot make a link to ", target, ": ", error.message()));
}

absl::Status RunFolder::Take(const Stage& stage, const PlannedStage& planned) const {
  StageRecord record;
  const std::string file = absl::StrCat(options_.taken_from, "/", StageFile(stage.name));
  RETURN_IF_ERROR(base::ReadTextProto(file, &record));
  if (record.key() != planned.key || record.outputs_size() != static_cast<int>(stage.outputs.size())) {
    return absl::FailedPreconditionError(
        absl::StrCat(file, ": this program would make the stage from something else (key ", planned.key,
                     "); take the version that made the run (its code_commit), and the same models and files"));
  }
  RETURN_IF_ERROR(store_.Begin(planned.entry).status());
  std::error_code error;
  for (size_t i = 0; i < stage.outputs.size(); ++i) {
    record.mutable_outputs(i)->set_path(stage.outputs[i].stored);
    const fs::path from = fs::absolute(fs::path(options_.taken_from) / stage.outputs[i].path, error);
    RETURN_IF_ERROR(MakeLink(from.string(), absl::StrCat(store_.PathOf(planned.entry), "/", stage.outputs[i].stored)));
  }
  record.clear_name();
  record.clear_inputs();
  return base::WriteFileAtomically(absl::StrCat(store_.PathOf(planned.entry), "/", kEntryRecord),
                                   base::PrintTextProto(record));
}

}  // namespace experiments
