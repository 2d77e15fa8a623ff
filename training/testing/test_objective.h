// A test objective and a small model for it that need no text, for this room's tests.
#ifndef TRAINING_TESTING_TEST_OBJECTIVE_H_
#define TRAINING_TESTING_TEST_OBJECTIVE_H_

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "lm/model/decoder.h"
#include "training/objective.h"

namespace training {

inline lm::Decoder TinyModel(torch::Dtype dtype, uint64_t seed = 1, int64_t layers = 1) {
  lm::ModelConfig config;
  config.vocab_size = 23;
  config.hidden_size = 8;
  config.intermediate_size = 12;
  config.num_layers = layers;
  config.num_heads = config.num_kv_heads = 2;
  config.head_dim = 4;
  config.max_positions = 32;
  config.initializer_range = 0.3;
  const lm::Decoder random = lm::Decoder::Random(config, seed);
  std::vector<lm::Parameter> parameters;
  for (const lm::Parameter& p : random.parameters()) parameters.push_back({p.name, p.value.to(dtype)});
  return lm::Decoder(config, std::move(parameters));
}

// Next-token loss on random rows. Example i weighs 1 + i % 3. Microbatches finish out of order on purpose.
class ToyObjective : public Objective {
 public:
  static constexpr int64_t kTokens = 6;

  explicit ToyObjective(int64_t num_examples, uint64_t seed = 7) {
    base::RandomStream stream(seed, "training/toy");
    for (int64_t i = 0; i < num_examples * kTokens; ++i) ids_.push_back(stream.Below(23));
  }

  // What goes wrong with one example.
  enum class Fault { kNone, kNanLoss, kNanGradient, kThrow };
  void Break(int64_t example, Fault fault) {
    broken_ = example;
    fault_ = fault;
  }

  std::string unit() const override { return "rows"; }
  int64_t num_examples() const override { return ids_.size() / kTokens; }
  double Weight(int64_t example) const override { return 1 + example % 3; }
  int64_t NumTokens(int64_t) const override { return kTokens; }

  Evaluation EvaluateShare(const lm::Decoder& model, const Share& share) const override {
    const absl::Span<const int64_t> examples = share.examples();
    std::this_thread::sleep_for(std::chrono::microseconds(500 * (examples[0] % 5)));
    std::vector<lm::DecoderInput> inputs;
    for (const int64_t example : examples) {
      const torch::Tensor ids = Ids(example);
      inputs.push_back({ids, torch::arange(kTokens).unsqueeze(0), torch::zeros_like(ids)});
    }
    const auto outputs = model.ForwardTogether(inputs);
    torch::Tensor total;
    double seen = 0, weight = 0;
    for (size_t i = 0; i < examples.size(); ++i) {
      const int64_t example = examples[i];
      const torch::Tensor loss = Weight(example) * Loss(model, outputs[i], example);
      total = total.defined() ? total + loss : loss;
      seen += static_cast<double>(example);
      weight += Weight(example);
    }
    return {total, {{"loss", total, weight}, {"example", seen, static_cast<double>(examples.size())}}};
  }

 private:
  torch::Tensor Ids(int64_t example) const {
    const std::vector<int64_t> row(ids_.begin() + example * kTokens, ids_.begin() + (example + 1) * kTokens);
    return torch::tensor(row).unsqueeze(0);
  }

  torch::Tensor Loss(const lm::Decoder& model, const lm::Decoder::PassOutput& output, int64_t example) const {
    const torch::Tensor ids = Ids(example);
    torch::Tensor logits = model.Logits(output.hidden_BTD, output.head_VD)[0].narrow(0, 0, kTokens - 1);
    if (logits.scalar_type() == torch::kBFloat16) logits = logits.to(torch::kFloat32);
    const torch::Tensor loss = torch::nll_loss(torch::log_softmax(logits, -1), ids[0].narrow(0, 1, kTokens - 1));
    if (example != broken_ || fault_ == Fault::kNone) return loss;
    if (fault_ == Fault::kThrow) throw std::runtime_error("out of cheese\nat line 1");
    if (fault_ == Fault::kNanLoss) return loss * std::numeric_limits<double>::quiet_NaN();
    // sqrt(0 x): the value is 0, the derivative 0 * infinity.
    return loss + (logits.sum() * 0).sqrt();
  }

  std::vector<int64_t> ids_;
  int64_t broken_ = -1;
  Fault fault_ = Fault::kNone;
};

}  // namespace training

#endif  // TRAINING_TESTING_TEST_OBJECTIVE_H_
