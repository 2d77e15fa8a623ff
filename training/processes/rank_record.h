// Records of microbatches, which the ranks of a group give each other: every rank then has those of all.
#ifndef TRAINING_PROCESSES_RANK_RECORD_H_
#define TRAINING_PROCESSES_RANK_RECORD_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "training/processes/group.h"
#include "training/processes/rank_record.pb.h"

namespace training {

void SetStatus(const absl::Status& status, sami_harness::MicrobatchRecord* record);

// All ranks' records in the microbatches' order, on every rank. kUnavailable where a rank is lost; else the error of
// the first microbatch that has one.
absl::StatusOr<std::vector<sami_harness::MicrobatchRecord>> GatherRecords(Group& group, sami_harness::RankRecord own);

}  // namespace training

#endif  // TRAINING_PROCESSES_RANK_RECORD_H_
