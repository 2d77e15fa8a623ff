#include "training/sharding/exchange.h"

#include <exception>
#include <string>
#include <utility>

#include "base/status.h"
#include "lm/runtime/runtime.h"

namespace training {

class Exchange::Coming {
 public:
  torch::Tensor run;
  bool is_done = false;
};

Exchange::Exchange(Group& group, const std::vector<LayerCut>& cuts, const std::vector<torch::Tensor>& own,
                   TakeGradients take)
    : group_(group), cuts_(cuts), own_(own), take_(std::move(take)), thread_([this] { Work(); }) {}

Exchange::~Exchange() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Exchange::Handle Exchange::Push(Wish wish) {
  wish.handle = std::make_shared<Coming>();
  Handle handle = wish.handle;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    wishes_.push_back(std::move(wish));
  }
  changed_.notify_all();
  return handle;
}

void Exchange::Await(const Handle& handle) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return handle->is_done; });
}

Exchange::Handle Exchange::Gather(int64_t layer) { return Push({kGather, layer, {}, nullptr}); }

absl::StatusOr<torch::Tensor> Exchange::Wait(const Handle& handle) {
  Await(handle);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!status_.ok()) return status_;
  return std::move(handle->run);
}

void Exchange::AwaitReduced() {
  if (last_reduce_ != nullptr) Await(std::exchange(last_reduce_, nullptr));
}

void Exchange::Reduce(int64_t layer, torch::Tensor run) {
  AwaitReduced();
  last_reduce_ = Push({kReduce, layer, std::move(run), nullptr});
}

absl::Status Exchange::Meet() {
  Await(Push({kMeet, 0, {}, nullptr}));
  last_reduce_ = nullptr;
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

void Exchange::Work() {
  lm::ObeyThreadLimit();
  const torch::NoGradGuard no_grad;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || !wishes_.empty(); });
    if (wishes_.empty()) return;
    Wish wish = std::move(wishes_.front());
    wishes_.pop_front();
    absl::Status status = status_;
    lock.unlock();
    bool all_meet = false;
    try {
      do {
        if (status.ok()) status = Round(wish, &all_meet);
      } while (status.ok() && wish.kind == kMeet && !all_meet);
    } catch (const std::exception& e) {  // torch's: memory
      status = absl::ResourceExhaustedError(e.what());
    }
    wish.run.reset();
    lock.lock();
    status_.Update(status);
    wish.handle->is_done = true;
    changed_.notify_all();
  }
}

// Kind and layer of each rank's wish.
absl::StatusOr<std::vector<int64_t>> Exchange::Tell(const Wish& wish) {
  const torch::Tensor all = torch::zeros({group_.size(), 2}, torch::kInt64);
  const torch::Tensor own = all[group_.rank()];
  own[0] = static_cast<int64_t>(wish.kind);
  own[1] = wish.layer;
  for (int rank = 0; rank < group_.size(); ++rank) {
    if (rank != group_.rank()) RETURN_IF_ERROR(group_.Send(own, rank));
  }
  for (int rank = 0; rank < group_.size(); ++rank) {
    if (rank != group_.rank()) RETURN_IF_ERROR(group_.Receive(all[rank], rank));
  }
  RETURN_IF_ERROR(group_.Flush());
  const int64_t* numbers = all.data_ptr<int64_t>();
  return std::vector<int64_t>(numbers, numbers + all.numel());
}

absl::Status Exchange::Round(const Wish& wish, bool* all_meet) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> wishes, Tell(wish));
  const int size = group_.size(), self = group_.rank();
  const auto wants = [&](int rank, Kind kind) { return wishes[2 * rank] == kind; };
  const auto layer_of = [&](int rank) { return wishes[2 * rank + 1]; };
  *all_meet = true;
  for (int rank = 0; rank < size; ++rank) *all_meet &= wants(rank, kMeet);
  // Between two ranks a stretch of weights goes before one of gradients.
  for (int rank = 0; rank < size; ++rank) {
    if (rank != self && wants(rank, kGather)) RETURN_IF_ERROR(group_.Send(own_[layer_of(rank)], rank));
  }
  const LayerCut& cut = cuts_[wish.layer];
  for (int rank = 0; wish.kind == kReduce && rank < size; ++rank) {
    if (rank != self) RETURN_IF_ERROR(group_.Send(cut.Stretch(wish.run, rank), rank));
  }
  if (wish.kind == kGather) {
    const torch::Tensor run = torch::empty({cut.bytes()}, own_[wish.layer].options());
    for (int rank = 0; rank < size; ++rank) {
      const torch::Tensor stretch = cut.Stretch(run, rank);
      if (rank != self) {
        RETURN_IF_ERROR(group_.Receive(stretch, rank));
      } else {
        stretch.copy_(own_[wish.layer]);
      }
    }
    wish.handle->run = run;
  }
  torch::Tensor incoming;
  for (int rank = 0; rank < size; ++rank) {
    if (!wants(rank, kReduce)) continue;
    const int64_t layer = layer_of(rank);
    if (rank == self) {
      take_(rank, layer, cut.Stretch(wish.run, rank));
      continue;
    }
    if (!incoming.defined() || incoming.numel() != own_[layer].numel()) incoming = torch::empty_like(own_[layer]);
    RETURN_IF_ERROR(group_.Receive(incoming, rank));
    take_(rank, layer, incoming);
  }
  return group_.Flush();
}

}  // namespace training
