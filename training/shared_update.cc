#include "training/shared_update.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>

#include "base/check.h"
#include "base/status.h"

namespace training {
namespace {

using ::sami_harness::TrainingConfig;

// All ranks' numbers, rank behind rank, on every rank. T: of plain numbers.
template <typename T>
absl::StatusOr<std::vector<T>> GatherNumbers(Group& group, const std::vector<T>& own) {
  if (group.size() == 1) return own;
  const std::string bytes(reinterpret_cast<const char*>(own.data()), own.size() * sizeof(T));
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, GatherTexts(group, bytes));
  std::vector<T> all;
  for (const std::string& text : texts) {
    const size_t before = all.size();
    all.resize(before + text.size() / sizeof(T));
    if (!text.empty()) std::memcpy(all.data() + before, text.data(), text.size());
  }
  return all;
}

}  // namespace

std::vector<int64_t> WorkSplit::Microbatches() const {
  std::vector<int64_t> own;
  for (int64_t round = 0; HasItem(round, rank_); ++round) {
    const int64_t first = (round * ranks_ + rank_) * per_item_;
    for (int64_t i = 0; i < SizeOf(round); ++i) own.push_back(first + i);
  }
  return own;
}

std::vector<Trained> WholeParameters(const lm::Decoder& model) {
  std::vector<Trained> whole;
  int64_t place = 0;
  for (const auto& [name, value] : model.trainable()) {
    if (!lm::IsAbsentWeight(value)) whole.push_back({value, value.dim() >= 2, place, value.numel()});
    place += value.numel();
  }
  return whole;
}

SharedUpdate::SharedUpdate(const TrainingConfig& config, const std::vector<Trained>& parameters, Group& group,
                           int threads, ShardedLayers* layers)
    : parameters_(parameters),
      layers_(layers),
      group_(group),
      threads_(threads),
      per_item_(config.accumulated_microbatches()),
      runs_(Cut(parameters, group.size())),
      own_parts_(PartsOf(group.rank())),
      optimizer_(config.optimizer(), own_parts_),
      split_(group, 0, per_item_) {
  if (layers_ != nullptr) {
    SAMI_CHECK_EQ(per_item_, 1) << "items of several microbatches where layers are sharded";
    const std::vector<torch::Tensor> all = optimizer_.gradients();
    const size_t whole = all.size() - layers_->Parts(group.rank()).size();
    layers_->TrainInto({all.begin() + static_cast<int64_t>(whole), all.end()});
  }
  if (is_direct() || parameters_.empty()) return;
  for (const Trained& parameter : parameters_) {
    SAMI_CHECK(parameter.values.scalar_type() == parameters_[0].values.scalar_type()) << "weights of several types";
  }
  const torch::TensorOptions options = parameters_[0].values.options().requires_grad(false);
  staging_ = torch::empty({runs_.back().offset + runs_.back().size}, options);
  if (group_.size() > 1) incoming_ = torch::empty({own().size}, options);
}

// A run ends with the block in which its share of all elements does.
std::vector<SharedUpdate::Run> SharedUpdate::Cut(const std::vector<Trained>& parameters, int ranks) {
  int64_t total = 0;
  for (const Trained& parameter : parameters) total += parameter.size;
  std::vector<Run> runs(ranks);
  int64_t offset = 0;
  int rank = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int64_t elements = parameters[i].size;
    for (int64_t begin = 0; begin < elements; begin += kBlockElements) {
      const int64_t size = std::min(kBlockElements, elements - begin);
      // By the block's middle.
      while (rank + 1 < ranks && (2 * offset + size) * ranks >= 2 * (rank + 1) * total) runs[++rank].offset = offset;
      Run& run = runs[rank];
      if (!run.parts.empty() && run.parts.back().parameter == i) {
        run.parts.back().size += size;
      } else {
        run.parts.push_back({i, begin, size, offset});
      }
      run.size += size;
      offset += size;
    }
  }
  while (rank + 1 < ranks) runs[++rank].offset = offset;
  return runs;
}

torch::Tensor SharedUpdate::View(const torch::Tensor& whole, const Part& part) const {
  return whole.detach().view({-1}).narrow(0, part.begin, part.size);
}

// Those of parameters that are whole, then those of layers. The values of another rank's are not asked for.
std::vector<Trained> SharedUpdate::PartsOf(int rank) const {
  std::vector<Trained> parts;
  if (group_.size() == 1) parts = parameters_;
  for (const Part& part : runs_[rank].parts) {
    if (group_.size() == 1) break;
    const Trained& parameter = parameters_[part.parameter];
    SAMI_CHECK(parameter.values.is_contiguous());
    parts.push_back({View(parameter.values, part), parameter.is_matrix, parameter.place + part.begin, part.size});
  }
  if (layers_ == nullptr) return parts;
  for (Trained& part : layers_->Parts(rank)) parts.push_back(std::move(part));
  return parts;
}

void SharedUpdate::Begin(int64_t microbatches) {
  split_ = WorkSplit(group_, microbatches, per_item_);
  round_ = in_item_ = 0;
  has_sum_ = false;
  direct_sum_.clear();
  direct_rest_.clear();
  status_ = absl::OkStatus();
  if (layers_ != nullptr) layers_->BeginSum();
}

// The first microbatch's gradients become the sum. The last's are left to the optimizer's own pass: when they come,
// there is nothing else for the other threads to do.
void SharedUpdate::AddDirectly(std::vector<torch::Tensor>& gradients) {
  ++in_item_;
  if (direct_sum_.empty()) {
    for (size_t i = 0; i < gradients.size(); ++i) {
      torch::Tensor gradient = std::move(gradients[i]);
      if (!gradient.defined()) gradient = torch::zeros_like(parameters_[i].values);
      // Autograd may give two parameters one tensor.
      const bool is_own = gradient.use_count() == 1 && gradient.storage().use_count() == 1 && gradient.is_contiguous();
      direct_sum_.push_back(is_own ? gradient : gradient.clone(torch::MemoryFormat::Contiguous));
    }
  } else if (in_item_ == split_.num_items()) {
    for (torch::Tensor& gradient : gradients) {
      direct_rest_.push_back(gradient.defined() ? gradient.contiguous() : gradient);
    }
  } else {
    for (size_t i = 0; i < gradients.size(); ++i) {
      if (gradients[i].defined()) direct_sum_[i].add_(gradients[i]);
    }
  }
}

void SharedUpdate::Add(std::vector<torch::Tensor>* gradients) {
  const torch::NoGradGuard no_grad;
  if (is_direct()) {
    if (gradients != nullptr) AddDirectly(*gradients);
    return;
  }
  const bool starts = in_item_ == 0;
  for (size_t i = 0, offset = 0; i < parameters_.size(); ++i) {
    const int64_t elements = parameters_[i].size;
    const torch::Tensor into = staging_.narrow(0, offset, elements).view(parameters_[i].values.sizes());
    const bool has_one = gradients != nullptr && (*gradients)[i].defined();
    if (!starts) {
      if (has_one) into.add_((*gradients)[i]);
    } else if (has_one) {
      into.copy_((*gradients)[i]);
    } else {
      into.zero_();
    }
    offset += elements;
  }
  if (++in_item_ < split_.SizeOf(round_)) return;
  in_item_ = 0;
  status_.Update(ExchangeRound());
}

absl::Status SharedUpdate::Finish() {
  for (size_t i = 0; i < direct_sum_.size(); ++i) {
    optimizer_.TakeGradient(i, std::move(direct_sum_[i]), direct_rest_.empty() ? torch::Tensor() : direct_rest_[i]);
  }
  direct_sum_.clear();
  direct_rest_.clear();
  if (is_direct()) return absl::OkStatus();
  while (status_.ok() && round_ < split_.num_rounds()) status_.Update(ExchangeRound());
  return status_;
}

// Each rank's item of this round, in the ranks' order.
absl::Status SharedUpdate::ExchangeRound() {
  if (!status_.ok()) return status_;
  const torch::NoGradGuard no_grad;
  if (split_.HasItem(round_, group_.rank())) {
    for (int rank = 0; rank < group_.size(); ++rank) {
      if (rank != group_.rank()) RETURN_IF_ERROR(group_.Send(Staged(runs_[rank]), rank));
    }
  }
  for (int rank = 0; rank < group_.size() && split_.HasItem(round_, rank); ++rank) {
    if (rank == group_.rank()) {
      AddItem(Staged(own()));
      continue;
    }
    RETURN_IF_ERROR(group_.Receive(incoming_, rank));
    AddItem(incoming_);
  }
  ++round_;
  return group_.Flush();  // the next item takes the place of what is sent
}

void SharedUpdate::AddItem(const torch::Tensor& sum) {
  const std::vector<torch::Tensor> gradients = optimizer_.gradients();
  for (size_t i = 0; i < own().parts.size(); ++i) {
    const Part& part = own().parts[i];
    const torch::Tensor& into = gradients[i];
    const torch::Tensor item = sum.narrow(0, part.offset - own().offset, part.size).view(into.sizes());
    has_sum_ ? into.add_(item) : into.copy_(item);
  }
  has_sum_ = true;
}

absl::StatusOr<double> SharedUpdate::GradientNorm() {
  ASSIGN_OR_RETURN(auto blocks, GatherNumbers(group_, optimizer_.GradientSquares(threads_)));
  std::sort(blocks.begin(), blocks.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
  double sum = 0;
  for (const Optimizer::BlockSquares& block : blocks) sum += block.sum;
  return std::sqrt(sum);
}

absl::StatusOr<int64_t> SharedUpdate::Step(double learning_rate, double gradient_scale) {
  const double own_changes = optimizer_.Step(learning_rate, gradient_scale, threads_);
  RETURN_IF_ERROR(ShareWeights());
  ASSIGN_OR_RETURN(const std::vector<double> changes, GatherNumbers<double>(group_, {own_changes}));
  return static_cast<int64_t>(std::accumulate(changes.begin(), changes.end(), 0.0));
}

absl::Status SharedUpdate::ShareWeights() {
  if (group_.size() == 1) return absl::OkStatus();
  const torch::NoGradGuard no_grad;
  for (const Part& part : own().parts) {
    staging_.narrow(0, part.offset, part.size).copy_(View(parameters_[part.parameter].values, part));
  }
  for (int rank = 0; rank < group_.size(); ++rank) {
    if (rank != group_.rank()) RETURN_IF_ERROR(group_.Send(Staged(own()), rank));
  }
  for (int rank = 0; rank < group_.size(); ++rank) {
    if (rank == group_.rank()) continue;
    RETURN_IF_ERROR(group_.Receive(Staged(runs_[rank]), rank));
    for (const Part& part : runs_[rank].parts) {
      View(parameters_[part.parameter].values, part).copy_(staging_.narrow(0, part.offset, part.size));
    }
  }
  return group_.Flush();
}

absl::StatusOr<torch::Tensor> SharedUpdate::Collect(int64_t place, int64_t size, torch::Dtype type,
                                                    const std::vector<torch::Tensor>& own) {
  const torch::NoGradGuard no_grad;
  SAMI_CHECK_EQ(own.size(), own_parts_.size());
  const auto is_of = [&](const Trained& part) { return part.place >= place && part.place < place + size; };
  torch::Tensor whole;
  for (size_t i = 0; i < own.size(); ++i) {
    if (!is_of(own_parts_[i])) continue;
    const torch::Tensor part = own[i].detach().reshape({-1});
    if (!group_.leads()) {
      RETURN_IF_ERROR(group_.Send(part, 0));
    } else if (own_parts_[i].size == size) {
      return part.cpu();
    } else {
      if (!whole.defined()) whole = torch::empty({size}, type);
      whole.narrow(0, own_parts_[i].place - place, own_parts_[i].size).copy_(part);
    }
  }
  if (!group_.leads()) {
    RETURN_IF_ERROR(group_.Flush());
    return torch::Tensor();
  }
  if (!whole.defined()) whole = torch::empty({size}, type);
  for (int rank = 1; rank < group_.size(); ++rank) {
    for (const Trained& part : PartsOf(rank)) {
      if (is_of(part)) RETURN_IF_ERROR(group_.Receive(whole.narrow(0, part.place - place, part.size), rank));
    }
  }
  return whole;
}

}  // namespace training
