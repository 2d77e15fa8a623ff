#include "benchmarks/decoding_times.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/random.h"
#include "benchmarks/decoding_model.h"
#include "lm/tokenizer/text/tokens.h"

namespace benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

int Threads() { return std::max(1u, std::thread::hardware_concurrency()); }

std::vector<lm::GenerationRequest> Requests(int64_t items, int64_t samples) {
  std::vector<lm::GenerationRequest> requests;
  for (int64_t item = 0; item < items; ++item) {
    base::RandomStream stream(1, "benchmarks/decoding", item);
    lm::TokenIds prompt(kPromptTokens);
    for (int32_t& id : prompt) id = static_cast<int32_t>(stream.Below(Model().config().vocab_size));
    for (int64_t sample = 0; sample < samples; ++sample) {
      requests.push_back({prompt, static_cast<uint64_t>(item), static_cast<uint32_t>(sample)});
    }
  }
  return requests;
}

lm::GenerationOptions Options(int64_t batch_size) {
  lm::GenerationOptions options;
  options.sampling.temperature = 1;
  options.max_new_tokens = kNewTokens;
  options.seed = 1;
  options.stream = "benchmarks/decoding";
  options.batch_size = batch_size;
  options.threads = Threads();
  return options;
}

DecodingTimes TimeDecoding(const std::vector<lm::GenerationRequest>& requests, lm::GenerationOptions options) {
  std::mutex mutex;
  Clock::time_point first;
  options.ends = [&](int64_t, const lm::TokenIds& ids) {
    if (ids.size() > 1) return false;
    const std::lock_guard<std::mutex> lock(mutex);
    first = Clock::now();
    return false;
  };
  const Clock::time_point start = Clock::now();
  SAMI_CHECK(lm::Generate(Model(), requests, options).ok());
  return {Seconds(first - start), Seconds(Clock::now() - first)};
}

}  // namespace benchmarks
