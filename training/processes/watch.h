// Ranks that look after each other: a thread that tells the others that this rank is there, and hears it of them.
//
// Rank 0 hears each rank twice a second and answers it; what happens to one it tells the others. Connections are its
// own: those of the work may be busy for minutes.
#ifndef TRAINING_PROCESSES_WATCH_H_
#define TRAINING_PROCESSES_WATCH_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace training {

// What two ranks say to each other, in turn.
struct Beat {
  enum State : int64_t { kThere, kDone, kFailed, kLost };
  int64_t state = kThere;
  int64_t rank = 0;  // whose state: of kLost and kFailed in an answer, of a third rank's
};

// Carries beats; throws when the other rank is not there any more, or silent for longer than this.
class BeatCarrier {
 public:
  virtual ~BeatCarrier() = default;
  virtual void Send(const Beat& beat, int to) = 0;
  virtual Beat Receive(int from, absl::Duration silence) = 0;
};

class Watch {
 public:
  // `ranks`: their names. `on_loss`: as JoinOptions'.
  Watch(int rank, std::vector<std::string> ranks, absl::Duration silence, BeatCarrier& carrier,
        std::function<void(const std::string& message)> on_loss);
  // Says so to the others and returns when they have heard it.
  void Leave(bool failed);

 private:
  void Lead();
  // Hears and answers every rank that is there; false when the watch is over.
  bool HearAll();
  void Follow();
  void Report(const Beat& verdict) const;
  Beat Own();
  bool IsLeaving();

  const int rank_;
  const std::vector<std::string> ranks_;
  const absl::Duration silence_;
  BeatCarrier& carrier_;
  const std::function<void(const std::string&)> on_loss_;
  std::vector<bool> is_there_;  // rank 0's: whether beats come from this rank
  Beat verdict_;                // rank 0's: what happened to another
  std::mutex mutex_;
  std::condition_variable left_;
  Beat own_;
  std::thread thread_;
};

}  // namespace training

#endif  // TRAINING_PROCESSES_WATCH_H_
