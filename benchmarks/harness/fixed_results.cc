#include "benchmarks/harness/fixed_results.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/arithmetic/products.h"
#include "lm/decoding/generation.h"
#include "lm/model/decoder.h"
#include "lm/scoring/scoring.h"
#include "training/config.pb.h"
#include "training/trainer.h"

namespace benchmarks {
namespace {

constexpr int64_t kVocab = 4096, kPrompt = 64, kResponse = 32;
constexpr char kMagic[] = "sami_arithmetic";

lm::TokenIds RandomIds(const char* what, int64_t which, int64_t count) {
  base::RandomStream stream(1, what, which);
  lm::TokenIds ids(count);
  for (int32_t& id : ids) id = static_cast<int32_t>(stream.Below(kVocab));
  return ids;
}

std::vector<float> LogProbs(const lm::Decoder& model, bool rounds) {
  const lm::RoundedProducts products(rounds);
  lm::ScoringBatch batch;
  for (int i = 0; i < 8; ++i) {
    batch.prompts.push_back(RandomIds("prompt", i, kPrompt));
    for (int response : {2 * i, 2 * i + 1}) {
      batch.responses.push_back(RandomIds("response", response, kResponse));
      batch.pairs.push_back({i, response});
    }
  }
  const torch::NoGradGuard no_grad;
  const torch::Tensor sums = lm::ScorePairs(model, batch).sum_P.contiguous();
  return {sums.data_ptr<float>(), sums.data_ptr<float>() + sums.numel()};
}

std::vector<float> TrainedWeights(const Workload& workload, lm::Decoder model, int threads, bool rounds) {
  const Examples examples = MakeExamples(workload, /*count=*/8, /*seed=*/1);
  sami_harness::TrainingConfig config;
  config.set_batch_size(4);
  config.set_microbatch_size(1);
  config.set_epochs(4);
  if (rounds) config.set_compute_type(sami_harness::TrainingConfig::BFLOAT16_PRODUCTS);
  config.mutable_optimizer()->set_learning_rate(1e-4);
  training::TrainerOptions options;
  options.name = "fixed";
  options.threads = threads;
  SAMI_CHECK_OK(training::Train(*MakeObjective(workload, examples), config, options, model));
  std::vector<float> weights;
  for (const lm::Parameter& parameter : model.parameters()) {
    const torch::Tensor value = parameter.value.detach().contiguous();
    weights.insert(weights.end(), value.data_ptr<float>(), value.data_ptr<float>() + value.numel());
  }
  return weights;
}

std::vector<float> Tokens(const lm::Decoder& model, int threads) {
  std::vector<lm::GenerationRequest> requests;
  for (int i = 0; i < 16; ++i) requests.push_back({RandomIds("prompt", i, kPrompt), static_cast<uint64_t>(i), 0});
  lm::GenerationOptions options;
  options.sampling.temperature = 1;
  options.max_new_tokens = kResponse;
  options.seed = 1;
  options.stream = "benchmarks/fixed";
  options.threads = threads;
  const auto texts = lm::Generate(model, requests, options);
  SAMI_CHECK_OK(texts.status());
  std::vector<float> tokens;
  for (const lm::Generation& text : *texts) tokens.insert(tokens.end(), text.ids.begin(), text.ids.end());
  return tokens;
}

std::vector<const std::vector<float>*> Parts(const FixedResults& results) {
  return {&results.log_probs, &results.weights, &results.tokens};
}

}  // namespace

FixedResults ComputeFixedResults(ModelSize size, int threads, bool rounds) {
  const Workload workload = {Method::kSami, 2, kPrompt, kResponse, kVocab, size};
  const lm::Decoder model = lm::Decoder::Random(workload.Model(), /*seed=*/1);
  return {LogProbs(model, rounds), TrainedWeights(workload, model.Clone(), threads, rounds), Tokens(model, threads)};
}

Distance DistanceOf(const std::vector<float>& a, const std::vector<float>& b) {
  SAMI_CHECK_EQ(a.size(), b.size());
  Distance distance;
  int64_t equal = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    equal += std::memcmp(&a[i], &b[i], sizeof(float)) == 0 ? 1 : 0;
    distance.largest = std::max(distance.largest, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  distance.equal = a.empty() ? 1 : static_cast<double>(equal) / a.size();
  return distance;
}

absl::Status WriteFixedResults(const FixedResults& results, const std::string& arithmetic, const std::string& path) {
  base::OrderedJson header = {{kMagic, 1}, {"arithmetic", arithmetic}, {"counts", base::OrderedJson::array()}};
  for (const auto* part : Parts(results)) header["counts"].push_back(part->size());
  std::string content = header.dump() + "\n";
  for (const auto* part : Parts(results)) {
    content.append(reinterpret_cast<const char*>(part->data()), part->size() * sizeof(float));
  }
  return base::WriteFileAtomically(path, content);
}

absl::StatusOr<RecordedResults> ReadFixedResults(const std::string& path, const FixedResults& like) {
  ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
  const size_t line = content.find('\n');
  const auto wrong = [&](const char* what) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", what, "; --save of the same program makes it"));
  };
  const absl::StatusOr<base::Json> header = base::ParseJson(content.substr(0, std::min(line, size_t{10'000})), path);
  if (line == std::string::npos || !header.ok() || !header->is_object() || !header->contains(kMagic) ||
      !header->contains("arithmetic") || !(*header)["arithmetic"].is_string()) {
    return wrong("it is no file of results");
  }
  RecordedResults recorded = {like, (*header)["arithmetic"].get<std::string>()};
  size_t begin = line + 1;
  for (auto* part : {&recorded.results.log_probs, &recorded.results.weights, &recorded.results.tokens}) {
    const size_t bytes = part->size() * sizeof(float);
    if (content.size() - begin < bytes) return wrong("it is of another model, or was cut");
    std::memcpy(part->data(), content.data() + begin, bytes);
    begin += bytes;
  }
  if (begin != content.size()) return wrong("it is of another model");
  return recorded;
}

}  // namespace benchmarks
