#include "baselines/sft/objective.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "baselines/sft/method.h"
#include "lm/scoring/scoring.h"
#include "training/method/token_checks.h"

namespace sft {
namespace {

using ::sami_harness::SftConfig;
using training::TextExample;

class SftObjective : public training::Objective {
 public:
  SftObjective(SftConfig::Reduction reduction, std::vector<TextExample> examples)
      : reduction_(reduction), examples_(std::move(examples)) {}

  std::string unit() const override { return "texts"; }
  int64_t num_examples() const override { return examples_.size(); }
  double Weight(int64_t example) const override {
    return reduction_ == SftConfig::TOKEN_MEAN ? examples_[example].response.size() : 1;
  }
  int64_t NumTokens(int64_t example) const override {
    return examples_[example].prompt.size() + examples_[example].response.size();
  }

  // Weight times loss is the summed negative log-likelihood under either reduction.
  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    lm::ScoringBatch batch;
    double weight = 0;
    for (const int64_t example : share.examples()) {
      const int index = batch.prompts.size();
      batch.prompts.push_back(examples_[example].prompt);
      batch.responses.push_back(examples_[example].response);
      batch.pairs.push_back({index, index});
      weight += Weight(example);
    }
    const torch::Tensor weighted_loss = -lm::ScorePairs(model, batch).sum_P.sum();
    return {weighted_loss, {{"loss", weighted_loss, weight}}};
  }

 private:
  const SftConfig::Reduction reduction_;
  const std::vector<TextExample> examples_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<training::Objective>> MakeSftObjective(const SftConfig& config,
                                                                      std::vector<TextExample> examples,
                                                                      int64_t max_tokens) {
  for (size_t i = 0; i < examples.size(); ++i) {
    RETURN_IF_ERROR(training::CheckPromptAndResponse(examples[i].prompt, examples[i].response, max_tokens,
                                                     absl::StrCat("SFT example ", i)));
  }
  return std::make_unique<SftObjective>(config.reduction(), std::move(examples));
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const SftConfig& config, training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  return MakeSftObjective(config, std::get<std::vector<TextExample>>(std::move(examples)),
                          inputs.parent.config().max_positions);
}

}  // namespace sft
