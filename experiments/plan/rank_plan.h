// Rank plan: what each of several devices that share a spec's work holds, sends and computes.
//
// Training is split by microbatches, which are whole: of m in a batch a device has at most ceil(m / w). Its state is
// replicated, or sharded over the devices by layers, as in ZeRO-3 (Rajbhandari et al., arXiv:1910.02054, section 5) and
// FSDP (Zhao et al., arXiv:2304.11277, section 3). Who samples, answers or scores has the whole model on each device,
// and a share of the texts.
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
  kWhole,       // one device, or each has the model and a share of the texts
  kReplicated,  // weights, gradients and moments on each; gradients are added up once a step
  kSharded,     // of them a share on each; a layer is gathered when it is computed, forwards and backwards
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

// Peak of each of w >= 1 devices. On one, TrainingMemory. Sharded on more:
//   (weights + gradients + optimizer) / w + one unit's gathered weights + activations
// where the unit is the largest of the layers, the embedding and the head.
double RankBytes(const TrainingShape& shape, int64_t devices, Sharding sharding);

// What each device sends in a step, of P = 4 bytes a trained parameter, F = bytes of frozen ones, s = (w - 1) / w and r
// = its microbatches of a step:
//   replicated  2 s P: gradients are reduced to shares, and the shares gathered
//   sharded     r s (3 P + 2 F): weights are gathered forwards and backwards, gradients reduced to shares
// A copy of the parent for SAMI's KL is gathered once more in each microbatch.
double SentBytes(const TrainingShape& shape, int64_t devices, Sharding sharding);

// Every stage on w >= 1 devices: replicated where that fits, which sends less, else sharded. Seconds are those of the
// arithmetic of the device with the most microbatches and of what it sends, one after the other.
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
