// Processes that train together. Rank 0 leads: it alone writes files and talks to people.
//
// All that is between them is sent from one to another. What is added up is added by us, in an order that stands in
// training/shared_update.h: no result depends on the algorithm of a library's reductions.
#ifndef TRAINING_PROCESSES_GROUP_H_
#define TRAINING_PROCESSES_GROUP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace at {
class Tensor;  // torch::Tensor: whoever only hands a group on needs no torch
}

namespace training {

// Every rank calls the same functions in the same order. Errors are kUnavailable: the connection to a rank is lost, and
// the group is of no use any more. Not thread-safe.
class Group {
 public:
  virtual ~Group() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool leads() const { return rank() == 0; }

  // Sends a contiguous tensor's bytes to another rank, which receives them into one of as many bytes. Send only begins:
  // the tensor must stay as it is until Flush. Messages from one rank to another arrive in their order. Tensors without
  // elements are not sent.
  virtual absl::Status Send(const at::Tensor& tensor, int to) = 0;
  virtual absl::Status Receive(const at::Tensor& tensor, int from) = 0;
  // Waits until all that was sent has arrived or is on its way.
  virtual absl::Status Flush() = 0;

  // Of tensors' bytes, by this rank so far.
  virtual int64_t bytes_sent() const = 0;
};

// The group of one process, which never sends.
Group& Alone();
inline Group& OrAlone(Group* group) { return group == nullptr ? Alone() : *group; }

// Every rank's text, by rank, on every rank.
absl::StatusOr<std::vector<std::string>> GatherTexts(Group& group, const std::string& own);
// The same on rank 0 alone; nothing on the others.
absl::StatusOr<std::vector<std::string>> CollectTexts(Group& group, const std::string& own);
// Rank 0's, on every rank. It may be waited for as long as it takes.
absl::StatusOr<std::string> LeadersText(Group& group, const std::string& own);
// One rank's tensor, on every rank; that rank is to Flush before it changes it.
absl::Status ShareFrom(Group& group, int from, const at::Tensor& tensor);
// What went wrong with the first rank with which something did, on every rank: OK where nothing did.
absl::Status Agreed(Group& group, const absl::Status& own);

}  // namespace training

#endif  // TRAINING_PROCESSES_GROUP_H_
