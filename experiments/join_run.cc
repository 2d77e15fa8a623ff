#include "experiments/join_run.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/hash.h"
#include "base/status.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<training::JoinedGroup>> JoinRun(const training::Place& place, double seconds,
                                                               const RunFolderOptions& run) {
  training::JoinOptions join;
  join.place = place;
  join.patience = absl::Seconds(seconds);
  if (place.size > 1) {
    ASSIGN_OR_RETURN(const std::string program, base::Sha256HexOfFile("/proc/self/exe"));
    const sami_harness::ArithmeticRecord& by = run.arithmetic;
    const std::string arithmetic =
        absl::StrJoin({by.device(), by.products(), by.torch(), by.onednn(), by.kernels(), by.math_library()}, "; ");
    join.same = {{"run", run.run_id.substr(0, 12)},
                 {"program", program.substr(0, 12)},
                 {"arithmetic", run.other_arithmetic ? "any" : arithmetic}};
  }
  join.on_loss = [](const std::string& message, bool has_failed) {
    const char* hint = has_failed ? "" : "; all ranks end, and the same command goes on";
    std::fprintf(stderr, "error: %s%s\n", message.c_str(), hint);
    std::fflush(stderr);
    std::_Exit(base::ExitCode(absl::UnavailableError("")));
  };
  return training::Join(join);
}

}  // namespace experiments
