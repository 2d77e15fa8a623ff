#include "benchmarks/device/agreement.h"

#include <torch/types.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/decoding/generation.h"
#include "lm/model/adapter.h"
#include "lm/scoring/scoring.h"

namespace benchmarks {
namespace {

constexpr int64_t kGreedyTokens = 16;

torch::Tensor Ids(const lm::TokenIds& ids, const torch::Device& device) {
  return torch::tensor(std::vector<int64_t>(ids.begin(), ids.end()), torch::kInt64).unsqueeze(0).to(device);
}

lm::DecoderInput InputOf(const torch::Tensor& ids_BT) {
  const torch::Tensor positions = torch::arange(ids_BT.size(1), ids_BT.options()).expand_as(ids_BT).contiguous();
  return {ids_BT, positions, torch::zeros_like(ids_BT)};
}

double MostDifference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.cpu() - b.cpu()).abs().max().item<double>();
}

// Of the summed log-probability of each prompt's second half.
std::vector<torch::Tensor> Gradients(lm::Decoder& model, const std::vector<lm::TokenIds>& texts) {
  lm::ScoringBatch batch;
  for (const lm::TokenIds& text : texts) {
    const int index = static_cast<int>(batch.prompts.size());
    const auto middle = text.begin() + static_cast<int64_t>(text.size()) / 2;
    batch.prompts.emplace_back(text.begin(), middle);
    batch.responses.emplace_back(middle, text.end());
    batch.pairs.push_back({index, index});
  }
  model.SetRequiresGrad(true);
  std::vector<torch::Tensor> parameters;
  for (const lm::Parameter& parameter : model.parameters()) parameters.push_back(parameter.value);
  std::vector<torch::Tensor> gradients =
      torch::autograd::grad({lm::ScorePairs(model, batch).sum_P.sum()}, parameters, {}, /*retain_graph=*/false,
                            /*create_graph=*/false, /*allow_unused=*/true);
  model.SetRequiresGrad(false);
  return gradients;
}

// An adapter of zeros changes nothing, but takes the decoder that devices take.
lm::Decoder ForDeviceDecoding(const lm::Decoder& model) {
  lm::Decoder adapted = model;
  lm::AdapterConfig config;
  config.rank = 1;
  config.targets = {"all-linear"};
  SAMI_CHECK_OK(lm::AddAdapter(config, /*seed=*/1, adapted));
  return adapted;
}

absl::StatusOr<std::vector<lm::TokenIds>> Greedy(const lm::Decoder& model, const std::vector<lm::TokenIds>& prompts) {
  std::vector<lm::GenerationRequest> requests;
  for (const lm::TokenIds& prompt : prompts) requests.push_back({prompt, requests.size(), 0});
  lm::GenerationOptions options;
  options.max_new_tokens = kGreedyTokens;
  ASSIGN_OR_RETURN(const std::vector<lm::Generation> texts, lm::Generate(model, requests, options));
  std::vector<lm::TokenIds> ids;
  for (const lm::Generation& text : texts) ids.push_back(text.ids);
  return ids;
}

// Counts where two continuations of a prompt part.
void CompareTexts(const lm::Decoder& model, lm::TokenIds text, const lm::TokenIds& expected, const lm::TokenIds& got,
                  Agreement& agreement) {
  for (size_t t = 0; t < expected.size(); ++t) {
    ++agreement.tokens;
    if (expected[t] == got[t]) {
      text.push_back(expected[t]);
      continue;
    }
    const torch::NoGradGuard no_grad;
    const torch::Tensor logits = model.Logits(
        model.Forward(InputOf(Ids(text, torch::kCPU))).select(1, static_cast<int64_t>(text.size()) - 1))[0];
    const double gap = (logits[expected[t]] - logits[got[t]]).abs().item<double>();
    ++(gap <= Agreement::kTie ? agreement.ties : agreement.differ);
    return;
  }
}

absl::StatusOr<Agreement> Compare(const std::string& folder, const std::string& device) {
  Agreement agreement;
  agreement.model = std::filesystem::path(folder).filename().string();
  lm::LoadOptions options;
  options.device = device;
  ASSIGN_OR_RETURN(lm::Decoder here, lm::LoadModel(folder));
  ASSIGN_OR_RETURN(lm::Decoder there, lm::LoadModel(folder, options));
  ASSIGN_OR_RETURN(const lm::SafetensorsFile golden, lm::SafetensorsFile::Open(folder + "/golden.safetensors"));
  const lm::TensorView *const ids = golden.Find("full.input_ids"), *const logits = golden.Find("full.logits");
  if (ids == nullptr || logits == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(golden.path(), ": full.input_ids or full.logits is missing"));
  }
  const torch::Tensor ids_BT = lm::ToTensor(*ids).to(torch::kInt64);
  {
    const torch::NoGradGuard no_grad;
    agreement.logits =
        MostDifference(there.Logits(there.Forward(InputOf(ids_BT.to(there.device())))), lm::ToTensor(*logits));
  }
  std::vector<lm::TokenIds> texts;
  for (int64_t row = 0; row < ids_BT.size(0); ++row) {
    const torch::Tensor text = ids_BT[row].to(torch::kInt32).contiguous();
    texts.emplace_back(text.data_ptr<int32_t>(), text.data_ptr<int32_t>() + text.numel());
  }
  const std::vector<torch::Tensor> expected = Gradients(here, texts), got = Gradients(there, texts);
  double largest = 0, difference = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!expected[i].defined()) continue;
    largest = std::max(largest, expected[i].abs().max().item<double>());
    difference = std::max(difference, MostDifference(expected[i], got[i]));
  }
  agreement.gradients = difference / largest;
  // Prompts that leave room in the context.
  for (lm::TokenIds& text : texts) {
    const auto most = static_cast<size_t>(std::max<int64_t>(1, here.config().max_positions - kGreedyTokens));
    text.resize(std::min(text.size(), most));
  }
  ASSIGN_OR_RETURN(const std::vector<lm::TokenIds> row_wise, Greedy(here, texts));
  ASSIGN_OR_RETURN(const std::vector<lm::TokenIds> batched, Greedy(ForDeviceDecoding(there), texts));
  for (size_t row = 0; row < texts.size(); ++row) {
    CompareTexts(here, texts[row], row_wise[row], batched[row], agreement);
  }
  return agreement;
}

}  // namespace

absl::StatusOr<std::vector<Agreement>> CompareRecorded(const std::string& folder, const std::string& device) {
  std::vector<std::string> models;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (base::FileExists(entry.path().string() + "/golden.safetensors")) models.push_back(entry.path().string());
  }
  if (models.empty()) return absl::NotFoundError(absl::StrCat(folder, ": there is no recorded model"));
  std::sort(models.begin(), models.end());
  std::vector<Agreement> agreements;
  for (const std::string& model : models) {
    ASSIGN_OR_RETURN(Agreement agreement, Compare(model, device));
    agreements.push_back(std::move(agreement));
  }
  return agreements;
}

}  // namespace benchmarks
