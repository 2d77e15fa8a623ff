#include "experiments/join_run.h"

#include <cstdio>
#include <cstdlib>

#include "absl/time/time.h"
#include "base/hash.h"
#include "base/status.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<training::JoinedGroup>> JoinRun(const training::Place& place, double seconds,
                                                               const std::string& run_id) {
  training::JoinOptions join;
  join.place = place;
  join.patience = absl::Seconds(seconds);
  if (place.size > 1) {
    ASSIGN_OR_RETURN(const std::string program, base::Sha256HexOfFile("/proc/self/exe"));
    join.same = {{"run", run_id.substr(0, 12)}, {"program", program.substr(0, 12)}};
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
