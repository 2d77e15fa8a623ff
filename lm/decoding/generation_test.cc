#include "lm/decoding/generation.h"

#include <torch/types.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "base/testing.h"
#include "lm/decoding/sampling.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Mixed lengths, unsorted, some of them equal.
std::vector<GenerationRequest> Requests(int count) {
  base::RandomStream stream(1, "lm/generation_test");
  std::vector<GenerationRequest> requests;
  for (int i = 0; i < count; ++i) {
    requests.push_back({RandomTokens(1 + (i * 7) % 11, stream), static_cast<uint64_t>(i / 2), i % 2u});
  }
  return requests;
}

std::vector<TokenIds> Ids(const std::vector<Generation>& generations) {
  std::vector<TokenIds> ids;
  for (const Generation& generation : generations) ids.push_back(generation.ids);
  return ids;
}

// The definition: one sequence, everything computed again for each token.
TokenIds Recompute(const Decoder& model, const GenerationRequest& request, const GenerationOptions& options) {
  base::RandomStream stream(options.seed, options.stream, request.item, request.sample);
  TokenIds ids = request.prompt, fresh;
  while (static_cast<int64_t>(fresh.size()) < options.max_new_tokens) {
    const torch::Tensor logits = model.Logits(model.Forward(PlainInput(ids)))[0][-1].to(torch::kFloat32).contiguous();
    const int32_t id =
        SampleToken(absl::MakeConstSpan(logits.data_ptr<float>(), logits.numel()), options.sampling, stream);
    ids.push_back(id);
    fresh.push_back(id);
    if (std::count(options.stop_ids.begin(), options.stop_ids.end(), id) > 0) break;
  }
  return fresh;
}

GenerationOptions Options(double temperature = 0) {
  GenerationOptions options;
  options.sampling.temperature = temperature;
  options.max_new_tokens = 12;
  options.stop_ids = {3, 17};
  options.seed = 9;
  options.stream = "test";
  options.batch_size = 7;
  return options;
}

// In float64 two ways of computing the same logits pick different tokens with a probability below 1e-10 each.
TEST(Generate, EqualsRecomputationWithoutACache) {
  const Decoder model = TinyModel(torch::kFloat64);
  for (const double temperature : {0.0, 0.8}) {
    for (const double top_p : {1.0, 0.7}) {
      GenerationOptions options = Options(temperature);
      options.sampling.top_p = top_p;
      const std::vector<GenerationRequest> requests = Requests(20);
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
      int stopped = 0;
      for (size_t i = 0; i < requests.size(); ++i) {
        const TokenIds expected = Recompute(model, requests[i], options);
        EXPECT_EQ(generations[i].ids, expected) << "request " << i;
        const bool stop = expected.back() == 3 || expected.back() == 17;
        EXPECT_EQ(generations[i].finish_reason, stop ? FinishReason::kStop : FinishReason::kLength);
        stopped += stop;
      }
      // Both ways of ending occur, so rows did leave the batch at different times.
      EXPECT_GT(stopped, 0);
      EXPECT_LT(stopped, 20);
    }
  }
}

TEST(Generate, Float32UsesTheFastLoopsAndAgrees) {
  const Decoder model = TinyModel(torch::kFloat32);
  const std::vector<GenerationRequest> requests = Requests(20);
  for (const double temperature : {0.0, 1.0}) {
    const GenerationOptions options = Options(temperature);
    ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
    for (size_t i = 0; i < requests.size(); ++i) {
      // 240 tokens at most whose choice turns on a difference of about 1e-6: a false alarm in 1 of 4000 models. This
      // one is fixed.
      EXPECT_EQ(generations[i].ids, Recompute(model, requests[i], options)) << "request " << i;
    }
  }
}

TEST(Generate, DoesNotDependOnBatchesThreadsOrOrder) {
  const Decoder model = TinyModel(torch::kFloat64);
  const std::vector<GenerationRequest> requests = Requests(23);
  for (const double temperature : {0.0, 1.0}) {
    GenerationOptions options = Options(temperature);
    ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
    for (const int64_t batch_size : {1, 2, 23, 100}) {
      for (const int threads : {1, 2}) {
        options.batch_size = batch_size;
        options.threads = threads;
        ASSERT_OK_AND_ASSIGN(const std::vector<Generation> others, Generate(model, requests, options));
        EXPECT_EQ(Ids(others), Ids(generations)) << batch_size << " " << threads;
      }
    }
    std::vector<GenerationRequest> reversed(requests.rbegin(), requests.rend());
    ASSERT_OK_AND_ASSIGN(std::vector<Generation> others, Generate(model, reversed, options));
    std::reverse(others.begin(), others.end());
    EXPECT_EQ(Ids(others), Ids(generations));
  }
}

TEST(Generate, SamplesOfAnItemDifferAndSeedsAndStreamsMatter) {
  const Decoder model = TinyModel(torch::kFloat32);
  GenerationOptions options = Options(/*temperature=*/1);
  options.stop_ids.clear();
  const std::vector<GenerationRequest> requests = {{{1, 2}, 5, 0}, {{1, 2}, 5, 1}, {{1, 2}, 6, 0}, {{1, 2}, 5, 0}};
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
  EXPECT_NE(generations[0].ids, generations[1].ids);
  EXPECT_NE(generations[0].ids, generations[2].ids);
  EXPECT_EQ(generations[0].ids, generations[3].ids);
  options.stream = "another";
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> another, Generate(model, requests, options));
  EXPECT_NE(another[0].ids, generations[0].ids);
}

// The batch's make-up must not show in a single bit: at temperature 1 a token turns on differences of any size, so many
// tokens are compared.
TEST(Generate, ATextIsTheSameWhateverElseIsDecoded) {
  const Decoder model = TinyModel(torch::kFloat32);
  GenerationOptions options = Options(/*temperature=*/1);
  options.max_new_tokens = 40;
  options.stop_ids = {3};
  std::vector<GenerationRequest> requests;
  for (const GenerationRequest& request : Requests(16)) {
    for (uint32_t sample = 0; sample < 5; ++sample) requests.push_back({request.prompt, request.item, sample});
  }
  options.batch_size = 64;
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> together, Generate(model, requests, options));
  for (const int64_t batch_size : {1, 3, 7, 100}) {
    for (const int threads : {1, 3}) {
      options.batch_size = batch_size;
      options.threads = threads;
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> others, Generate(model, requests, options));
      EXPECT_EQ(Ids(others), Ids(together)) << batch_size << " " << threads;
    }
  }
  for (size_t i = 0; i < requests.size(); i += 7) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Generation> alone, Generate(model, {requests[i]}, options));
    EXPECT_EQ(alone[0].ids, together[i].ids);
  }
}

// A window that prompts and texts outgrow, so that own blocks wrap round and prompts are cut: against the full mask.
TEST(Generate, AWindowedCacheEqualsTheFullMask) {
  ModelConfig config = TinyConfig();
  config.family = Family::kMistral;
  for (const int64_t window : {1, 5, 17}) {
    config.sliding_window = window;
    GenerationOptions options = Options(/*temperature=*/0.9);
    options.stop_ids.clear();
    options.max_new_tokens = 40;
    std::vector<GenerationRequest> requests = Requests(10);
    base::RandomStream stream(2, "lm/generation_test");
    requests.push_back({RandomTokens(24, stream), 90, 0});
    requests.push_back({requests.back().prompt, 90, 1});
    for (const torch::Dtype dtype : {torch::kFloat32, torch::kFloat64}) {
      std::vector<Parameter> parameters = TinyModel(dtype).parameters();
      const Decoder model(config, std::move(parameters));
      options.batch_size = 5;
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
      for (size_t i = 0; i < requests.size(); ++i) {
        // 480 tokens whose choice turns on differences of 1e-6: a false alarm in 1 of 2000 models; these are fixed.
        EXPECT_EQ(generations[i].ids, Recompute(model, requests[i], options)) << window << " request " << i;
      }
      options.batch_size = 1;
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> alone, Generate(model, requests, options));
      EXPECT_EQ(Ids(alone), Ids(generations));
    }
    // The window bounds the cache: slots are padded to 16.
    const Decoder model(config, TinyModel(torch::kFloat32).parameters());
    options.batch_size = 1;
    const int64_t prompt_slots = window == 17 ? 32 : 16, own_slots = window == 17 ? 32 : 16;
    EXPECT_EQ(CacheBytes(model, {requests.back()}, options), (prompt_slots + own_slots) * 2 * 2 * (6 + 16) * 4);
  }
}

// Every family, by both decoders, in batches and alone; phi3's texts pass the length from which on longrope's other
// factors hold (16 tokens).
TEST(Generate, EveryFamilyEqualsRecomputation) {
  for (const FamilyTraits& traits : Families()) {
    SCOPED_TRACE(traits.name);
    GenerationOptions options = Options(/*temperature=*/0.9);
    options.stop_ids = {3};
    std::vector<GenerationRequest> requests = Requests(3);
    base::RandomStream stream(3, "lm/generation_test");
    for (const int64_t length : {14, 16, 17, 24}) requests.push_back({RandomTokens(length, stream), 90, 0});
    requests.push_back({requests.back().prompt, 90, 1});
    for (const torch::Dtype dtype : {torch::kFloat32, torch::kFloat64}) {
      const Decoder model = RandomModelOf(TinyConfigOf(traits), dtype);
      options.batch_size = 5;
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
      for (size_t i = 0; i < requests.size(); ++i) {
        // 96 tokens whose choice turns on differences of 1e-6: a false alarm in 1 of 10000 models; these are fixed.
        EXPECT_EQ(generations[i].ids, Recompute(model, requests[i], options)) << "request " << i;
      }
      options.batch_size = 1;
      ASSERT_OK_AND_ASSIGN(const std::vector<Generation> alone, Generate(model, requests, options));
      EXPECT_EQ(Ids(alone), Ids(generations));
    }
  }
}

TEST(Generate, ASequenceThatEndsMakesRoom) {
  const Decoder model = TinyModel(torch::kFloat32);
  GenerationOptions options = Options();
  options.stop_ids.clear();
  options.batch_size = 2;
  const std::vector<GenerationRequest> requests = {{{1, 2, 3}, 0, 0}, {{1, 2}, 1, 0}, {{1}, 2, 0}};
  const std::vector<size_t> lengths = {9, 2, 3};
  options.ends = [&](int64_t request, const TokenIds& ids) { return ids.size() == lengths[request]; };
  std::vector<int64_t> finished;
  options.on_finished = [&](int64_t request, const Generation&) { finished.push_back(request); };
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, requests, options));
  EXPECT_THAT(finished, ElementsAre(1, 2, 0));  // the third did not wait for the first
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(generations[i].ids.size(), lengths[i]);
    EXPECT_EQ(generations[i].finish_reason, FinishReason::kStop);
  }
}

TEST(Generate, SaysWhatTheCacheMayNeedAndRefusesWhatDoesNotFit) {
  const Decoder model = TinyModel(torch::kFloat32);
  GenerationOptions options = Options();
  std::vector<GenerationRequest> requests;
  for (uint32_t sample = 0; sample < 10; ++sample) requests.push_back({TokenIds(20, 1), 0, sample});
  options.batch_size = 4;
  // One prompt of 20 tokens and 4 rows of 12 new ones, slots and heads padded to 16; 2 layers, 2 key/value heads of 6
  // (keys) and 16 (values) numbers.
  const int64_t expected = (32 + 4 * 16) * 2 * 2 * (6 + 16) * 4;
  EXPECT_EQ(CacheBytes(model, requests, options), expected);
  options.max_cache_bytes = expected;
  EXPECT_OK(Generate(model, requests, options));
  options.max_cache_bytes = expected - 1;
  EXPECT_THAT(Generate(model, requests, options),
              base::StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr(std::to_string(expected) + " bytes")));
  // Another prompt is one more to hold.
  requests.push_back({TokenIds(5, 2), 1, 0});
  EXPECT_EQ(CacheBytes(model, requests, options), expected + 16 * 2 * 2 * (6 + 16) * 4);
}

TEST(Generate, RepetitionPenaltyIsOfPromptAndText) {
  GenerationOptions options = Options();
  options.stop_ids.clear();
  options.sampling.repetition_penalty = 1e6;  // nothing comes twice while its logit is not the only one left
  for (const torch::Dtype dtype : {torch::kFloat32, torch::kFloat64}) {  // row by row, and by the library
    const Decoder model = TinyModel(dtype);
    ASSERT_OK_AND_ASSIGN(const std::vector<Generation> generations, Generate(model, {{{4, 5}, 0, 0}}, options));
    TokenIds text = generations[0].ids;
    text.insert(text.end(), {4, 5});
    std::sort(text.begin(), text.end());
    EXPECT_EQ(std::unique(text.begin(), text.end()), text.end());
  }
}

TEST(Generate, StopsAtTheFirstTokenAndAtTheContextsEnd) {
  const Decoder model = TinyModel(torch::kFloat32);
  GenerationOptions options = Options();
  options.stop_ids.clear();
  for (int32_t id = 0; id < 29; ++id) options.stop_ids.push_back(id);
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> stopped, Generate(model, {{{1}, 0, 0}}, options));
  EXPECT_EQ(stopped[0].ids.size(), 1);
  EXPECT_EQ(stopped[0].finish_reason, FinishReason::kStop);
  options.stop_ids.clear();
  options.max_new_tokens = 4;
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> full, Generate(model, {{TokenIds(60, 1), 0, 0}}, options));
  EXPECT_EQ(full[0].ids.size(), 4);
  EXPECT_EQ(full[0].finish_reason, FinishReason::kLength);
}

TEST(Generate, AModelInTrainingGeneratesTheSame) {
  Decoder model = TinyModel(torch::kFloat32);
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> before, Generate(model, Requests(5), Options()));
  model.SetRequiresGrad(true);
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> after, Generate(model, Requests(5), Options()));
  EXPECT_EQ(Ids(before), Ids(after));
}

TEST(Generate, ReportsProgressOncePerSequence) {
  GenerationOptions options = Options();
  std::atomic<int64_t> done{0};
  options.on_finished = [&](int64_t, const Generation&) { ++done; };
  options.threads = 2;
  ASSERT_OK(Generate(TinyModel(torch::kFloat32), Requests(23), options));
  EXPECT_EQ(done, 23);
}

TEST(Generate, NoRequests) { EXPECT_THAT(Ids(*Generate(TinyModel(torch::kFloat32), {}, Options())), ElementsAre()); }

TEST(Generate, NamesTheRequestThatCannotBe) {
  const Decoder model = TinyModel(torch::kFloat32);
  const auto invalid = [](const char* text) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text));
  };
  EXPECT_THAT(Generate(model, {{{1}, 0, 0}, {TokenIds(53, 1), 0, 0}}, Options()),
              invalid("request 1: 53 prompt tokens and 12 new ones exceed the model's context of 64"));
  EXPECT_THAT(Generate(model, {{{1}, 0, 0}, {{}, 0, 0}}, Options()), invalid("request 1: empty prompt"));
  EXPECT_THAT(Generate(model, {{{1, 29}, 0, 0}}, Options()), invalid("request 0: token id 29"));
  EXPECT_THAT(Generate(model, {{{-1}, 0, 0}}, Options()), invalid("token id -1"));
  GenerationOptions options = Options();
  options.sampling.top_p = 0;
  EXPECT_THAT(Generate(model, {}, options), invalid("top_p"));
  options = Options(std::nan(""));
  EXPECT_THAT(Generate(model, {}, options), invalid("temperature"));
}

TEST(Generate, RefusesWeightsThatAreNotFinite) {
  Decoder model = TinyModel(torch::kFloat32);
  torch::Tensor(model.parameters()[0].value).fill_(std::nan(""));
  EXPECT_THAT(Generate(model, Requests(3), Options()),
              base::StatusIs(absl::StatusCode::kInternal, HasSubstr("not finite")));
}

TEST(Sampling, GreedyTakesTheLowestOfEqualIds) {
  EXPECT_EQ(LargestLogit({1, 3, -2, 3}), 1);
  EXPECT_EQ(LargestLogit({-INFINITY, -5}), 1);
  EXPECT_EQ(LargestLogit({1, NAN, 2}), -1);
  EXPECT_EQ(LargestLogit({NAN, 1}), -1);
  EXPECT_EQ(LargestLogit({-INFINITY, -INFINITY}), -1);
}

SamplingOptions Sampling(double temperature, double top_p = 1) {
  SamplingOptions options;
  options.temperature = temperature;
  options.top_p = top_p;
  return options;
}

std::vector<int32_t> Kept(const std::vector<float>& logits, double top_p) {
  std::vector<int32_t> ids;
  for (const TokenProbability& token : SamplingDistribution(logits, Sampling(1, top_p))) ids.push_back(token.id);
  return ids;
}

TEST(Sampling, NucleusIsTheSmallestSetThatReachesTopP) {
  const std::vector<float> logits = {std::log(0.1f), std::log(0.5f), std::log(0.15f), std::log(0.25f)};
  EXPECT_THAT(Kept(logits, 0.05), ElementsAre(1));  // at least one
  EXPECT_THAT(Kept(logits, 0.49), ElementsAre(1));
  EXPECT_THAT(Kept(logits, 0.51), ElementsAre(1, 3));
  EXPECT_THAT(Kept(logits, 0.76), ElementsAre(1, 3, 2));
  EXPECT_THAT(Kept(logits, 0.91), ElementsAre(1, 3, 2, 0));
  EXPECT_THAT(Kept(logits, 1), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Kept({0, 0, 0, 0}, 0.5), ElementsAre(0, 1));  // of equal ones the lowest ids
  EXPECT_THAT(Kept({0, -INFINITY}, 0.9999999), ElementsAre(0));
}

TEST(Sampling, DistributionIsTemperedAndSumsToOne) {
  const std::vector<float> logits = {0, 1, 2};
  const double total = 1 + std::exp(2) + std::exp(4);  // temperature 1/2 doubles the logits
  const auto tokens = SamplingDistribution(logits, Sampling(0.5));
  EXPECT_NEAR(tokens[0].probability, 1 / total, 1e-15);
  EXPECT_NEAR(tokens[2].probability, std::exp(4) / total, 1e-15);
  const auto nucleus = SamplingDistribution(logits, Sampling(0.5, 0.9));  // 0.867 + 0.117
  ASSERT_EQ(nucleus.size(), 2);
  EXPECT_NEAR(nucleus[0].probability + nucleus[1].probability, 1, 1e-15);
}

TEST(Sampling, FrequenciesAreTheProbabilities) {
  // 10000 draws: a count is 5 standard deviations off with probability 6e-7; 3 counts.
  const std::vector<float> logits = {std::log(0.2f), std::log(0.7f), std::log(0.1f)};
  base::RandomStream stream(1, "lm/generation_test/frequencies");
  std::vector<int> counts(3);
  for (int i = 0; i < 10000; ++i) ++counts[SampleToken(logits, Sampling(1), stream)];
  const std::vector<double> probabilities = {0.2, 0.7, 0.1};
  for (int i = 0; i < 3; ++i) {
    const double p = probabilities[i];
    EXPECT_NEAR(counts[i], 10000 * p, 5 * std::sqrt(10000 * p * (1 - p))) << i;
  }
}

TEST(Sampling, AVeryLowTemperatureIsGreedyAndAVeryHighOneUniform) {
  const std::vector<float> logits = {0.1f, 0.3f, 0.2f};
  base::RandomStream stream(1, "lm/generation_test/temperature");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(SampleToken(logits, Sampling(1e-6), stream), 1);
  for (const auto& token : SamplingDistribution(logits, Sampling(1e6))) EXPECT_NEAR(token.probability, 1 / 3., 1e-6);
}

}  // namespace
}  // namespace lm
