// Rank plan: what each of several devices that share a spec's work holds, sends and computes.
//
// Training is split by microbatches, which are whole, in items of accumulated_microbatches (training/shared_update.h):
// of I items of a step a device has at most ceil(I / w). Its state is shared, or sharded by layers (shard_weights of a
// deployment, training/sharding/sharded_layers.h), which takes more time. Who samples, answers or scores has the whole
// model on each device, and a share of the texts.
#ifndef EXPERIMENTS_PLAN_RANK_PLAN_H_
#define EXPERIMENTS_PLAN_RANK_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/plan/stage_costs.h"

namespace experiments {

struct RankHardware {
  double flops_per_second = 1e12;    // of one device
  double device_bytes = 0;           // > 0
  double link_bytes_per_second = 0;  // that a device sends; 0: what is sent takes no time
};

enum class Sharding {
  kWhole,    // one device, or each has the model and a share of the texts
  kShared,   // weights and a microbatch's gradients on each; a share of the gradients' sum and of the moments
  kSharded,  // a share of layers' weights, gradients and moments on each; a layer is gathered when it is computed
};

// One stage on w devices.
struct RankPlan {
  std::string stage;
  Sharding sharding = Sharding::kWhole;
  double bytes = 0;         // of each device at its peak; 0: unknown
  double sent_bytes = 0;    // by each device in a step
  double step_seconds = 0;  // 0: nothing is trained, or it is unknown
  double hours = 0;         // of the stage; 0: unknown
  bool fits = false;
};

// Peak of each of w >= 1 devices, of P bytes of trained parameters, 4 each, B of the best model where it is kept, U of
// what is outside of layers and L of the largest layer. On one, TrainingMemory. On more:
//   shared      weights + P + (P + optimizer + B) / w + what is on its way, P + P / w, + activations
//   sharded     (weights - U) / w + U + U + (P + optimizer + B) / w + what is on its way, U + U / w + 4 L, +
//               activations with recomputation
// Under an adapter U and L are frozen weights as they are stored: of these 2 L are on their way, and P and P / w, the
// adapter's, stand for U and U / w.
double RankBytes(const TrainingShape& shape, int64_t devices, Sharding sharding);

// Whether this program shards such a training: not with accumulated_microbatches, nor where SAMI's KL asks a second
// model.
bool CanShard(const TrainingShape& shape);

// The fewest devices, of at most 65536, on which a sharded training fits; 0: none.
int64_t FewestSharded(const TrainingShape& shape, double device_bytes);

// What each device sends in a step, of Y = bytes of the layers' weights (frozen ones as stored), s = (w - 1) / w, r =
// its items and m = its microbatches:
//   shared      (r + 1) s P: each item's gradients to those who add them up, and the weights that it updated
//   sharded     3 m s Y + (m + 1) s U: layers are gathered forwards and backwards, their gradients reduced to shares;
//               under an adapter 2 m s Y + (m + 1) s P
double SentBytes(const TrainingShape& shape, int64_t devices, Sharding sharding);

// Every stage on w >= 1 devices: shared where that fits, else sharded, where it can be. Seconds are those of the
// arithmetic of the device with the most microbatches, sharded with layers computed again, and of what it sends, one
// after the other.
std::vector<RankPlan> PlanRanks(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware);

struct DeviceChoice {
  int64_t devices = 0;  // 0: none
  std::string reason;   // a sentence: which stage decides, and by what
};

// The fewest devices, of at most 65536, on which all stages fit whose memory is known.
DeviceChoice FewestDevices(const std::vector<StageCost>& costs, const RankHardware& hardware);

// For people: the table of PlanRanks, after FewestDevices' reason where `devices` is 0 (of the stages that fit on any
// number of devices, if some do not), and the hours and price of all.
//   price: of a device-hour; 0: not known
std::string DescribeRanks(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware,
                          double price);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_RANK_PLAN_H_
