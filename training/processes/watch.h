// Ranks that look after each other: a thread that tells the others that this rank is there, and hears it of them.
//
// Rank 0 hears each rank twice a second and answers it; what happens to one it tells the others. Connections are its
// own: those of the work may be busy for minutes.
#ifndef TRAINING_PROCESSES_WATCH_H_
#define TRAINING_PROCESSES_WATCH_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace training {

// What two ranks say to each other, in turn.
struct Beat {
  enum State : int64_t { kThere, kDone, kFailed, kLost };
  int64_t state = kThere;
  int64_t rank = 0;  // whose state: in an answer perhaps a third rank's
};

// Carries beats, for several threads at once. Throws when the other rank is not there any more. Whoever has waited for
// longer than `patience` throws, too, and hears nothing of any rank from then on: Gloo closes all connections then.
class BeatCarrier {
 public:
  virtual ~BeatCarrier() = default;
  virtual void Send(const Beat& beat, int to) = 0;
  virtual Beat Receive(int from, absl::Duration patience) = 0;
};

class Watch {
 public:
  // `ranks`: their names. `on_loss`, as JoinOptions', is to end the process.
  Watch(int rank, std::vector<std::string> ranks, absl::Duration silence, std::shared_ptr<BeatCarrier> carrier,
        std::function<void(const std::string& message, bool has_failed)> on_loss);
  // Says so to the others and returns when they have heard it.
  void Leave(bool failed);

 private:
  struct State;
  // Rank 0's: hears one rank and answers it, until it leaves or is lost.
  static void Hear(const std::shared_ptr<State>& state, int rank);
  void Lead() const;
  void Follow() const;
  void Report(const Beat& verdict) const;

  const std::vector<std::string> ranks_;
  const absl::Duration silence_;
  const std::function<void(const std::string&, bool)> on_loss_;
  const std::shared_ptr<State> state_;  // a thread that hears a silent rank has it longer than this object
  std::thread thread_;
};

}  // namespace training

#endif  // TRAINING_PROCESSES_WATCH_H_
