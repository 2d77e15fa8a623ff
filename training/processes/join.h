// Meeting of the ranks, and the group that they are from then on: torch's process groups (Gloo) and its store.
//
// Rank 0 listens at its place's address and port; each other rank comes there, says who it is, and is let in only when
// all have come and all have the same of what must be the same. From then on a thread of each rank tells rank 0 twice a
// second that it is alive: a process that is killed is noticed within a second, a machine that falls silent within
// `silence`, by every rank and whatever it does at that moment.
#ifndef TRAINING_PROCESSES_JOIN_H_
#define TRAINING_PROCESSES_JOIN_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "training/processes/group.h"
#include "training/processes/place.h"

namespace training {

struct JoinOptions {
  Place place;
  // What must be the same on every rank: what it is called ("run"), and a short text of it.
  std::vector<std::pair<std::string, std::string>> same;
  // How long ranks are waited for.
  absl::Duration patience = absl::Minutes(5);
  // How long a rank may be silent before it counts as lost.
  absl::Duration silence = absl::Seconds(30);
  // Called once, on a thread of its own, when another rank is lost, or has left with failure. Says which. It is to end
  // the process: what the caller's other threads wait for may never come.
  std::function<void(const std::string& message, bool has_failed)> on_loss;
};

class JoinedGroup : public Group {
 public:
  // Leaves the group: without failure when every rank has nothing more to say. Ranks that hear of a failure call their
  // on_loss. Nothing may be sent afterwards. The destructor leaves with failure, where it is not done before.
  virtual void Leave(bool failed) = 0;
};

// The group, when all have come. Of one process: without any connection.
// kFailedPrecondition when the port is taken, a rank has not come (says which), there is one twice, or ranks differ in
// what must be the same (says which and in what); kUnavailable when rank 0 or a connection to a rank is not there.
absl::StatusOr<std::unique_ptr<JoinedGroup>> Join(const JoinOptions& options);

}  // namespace training

#endif  // TRAINING_PROCESSES_JOIN_H_
