#include "benchmarks/harness/paired_run.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/parallel.h"
#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/gemm_peak.h"
#include "benchmarks/harness/naive.h"
#include "lm/model/decoder.h"
#include "lm/runtime/runtime.h"
#include "training/config.pb.h"
#include "training/optimizer.h"
#include "training/trainer.h"

namespace benchmarks {
namespace {

constexpr double kLearningRate = 1e-5;
constexpr double kTransientFactor = 1.2;  // of NaiveBytes, which is rather too low

// Of all threads of this process.
double CpuSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Time and tensor bytes since it was made.
class Mark {
 public:
  Mark() : bytes_(AllocatedBytes()) {
    ResetPeak();
    cpu_start_ = CpuSeconds();
    start_ = std::chrono::steady_clock::now();
  }
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  double cpu_seconds() const { return CpuSeconds() - cpu_start_; }
  int64_t peak_bytes() const { return PeakBytes() - bytes_; }

 private:
  int64_t bytes_;
  double cpu_start_;
  std::chrono::steady_clock::time_point start_;
};

double MedianShare(double flops, const std::vector<double>& seconds, const std::vector<double>& limit) {
  std::vector<double> shares;
  for (size_t i = 0; i < limit.size(); ++i) shares.push_back(flops / seconds[i] / limit[i]);
  return Median(std::move(shares));
}

sami_harness::TrainingConfig Config(int64_t queries, int64_t steps) {
  sami_harness::TrainingConfig config;
  config.set_batch_size(queries);
  config.set_microbatch_size(1);
  config.set_epochs(steps);
  config.mutable_optimizer()->set_learning_rate(kLearningRate);
  return config;
}

// The naive implementation's training: loss.backward() into the parameters' gradients, clipping, AdamW.
class NaiveTrainer {
 public:
  NaiveTrainer(const Workload& workload, const Examples& examples, const lm::Decoder& model, int at_once)
      : workload_(workload), examples_(examples), at_once_(at_once), model_(model.Clone()) {
    std::vector<torch::Tensor> parameters;
    for (const lm::Parameter& parameter : model_.parameters()) parameters.push_back(parameter.value);
    optimizer_ = std::make_unique<training::Optimizer>(Config(1, 1).optimizer(), parameters);
    model_.SetRequiresGrad(true);
    for (size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = optimizer_->gradients()[i];
  }

  void Step() {
    for (torch::Tensor gradient : optimizer_->gradients()) gradient.zero_();
    base::ParallelFor(at_once_, at_once_, [this](int64_t i) {
      lm::ObeyThreadLimit();
      NaiveLoss(model_, workload_, examples_, i).backward();
    });
    const double norm = optimizer_->GradientNorm(at_once_) / at_once_;
    optimizer_->Step(kLearningRate, std::min(1.0, 1 / norm) / at_once_, at_once_);
  }

 private:
  const Workload workload_;
  const Examples& examples_;
  const int at_once_;
  lm::Decoder model_;
  std::unique_ptr<training::Optimizer> optimizer_;
};

// Calls on_step after each step with nothing of its own in between.
void TrainHarness(const Workload& workload, const Examples& examples, int queries, int64_t steps, Factors factors,
                  lm::Decoder& model, const std::function<void()>& on_step) {
  const auto objective = MakeObjective(workload, examples);
  training::TrainerOptions options;
  options.name = "benchmark";
  options.threads = queries;
  options.on_step = [&](const training::StepMetrics&) { on_step(); };
  sami_harness::TrainingConfig config = Config(queries, steps);
  if (factors == Factors::kBfloat16) config.set_compute_type(sami_harness::TrainingConfig::BFLOAT16_PRODUCTS);
  SAMI_CHECK_OK(training::Train(*objective, config, options, model));
}

}  // namespace

double Median(std::vector<double> values) {
  SAMI_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double PairedTimes::SecondsPerQuery() const { return Median(seconds_per_query); }

double PairedTimes::Speedup() const {
  std::vector<double> ratios;
  for (size_t i = 0; i < naive_seconds_per_query.size(); ++i) {
    ratios.push_back(naive_seconds_per_query[i] / seconds_per_query[i]);
  }
  return Median(std::move(ratios));
}

double PairedTimes::GemmPeakShare(double minimal_flops) const {
  return MedianShare(minimal_flops, seconds_per_query, gemm_peak);
}

double PairedTimes::HardwareShare(double minimal_flops) const {
  return MedianShare(minimal_flops, seconds_per_query, hardware_limit);
}

double PairedTimes::HardwareShareOfCpuTime(double minimal_flops, int threads) const {
  return threads * MedianShare(minimal_flops, cpu_seconds_per_query, hardware_limit);
}

bool NaiveFits(const Workload& workload, double memory_bytes) {
  return kTransientFactor * NaiveBytes(workload) <= memory_bytes;
}

PairedTimes MeasurePaired(const Workload& workload, const PairedOptions& options) {
  SAMI_CHECK(options.repetitions >= 1 && options.threads >= 1);
  lm::SetUpRuntime();
  const int queries = options.threads;
  const Examples examples = MakeExamples(workload, queries, /*seed=*/1);
  lm::Decoder model = lm::Decoder::Random(workload.Model(), /*seed=*/1);
  PairedTimes times;
  times.tokens_per_query = MakeObjective(workload, examples)->NumTokens(0);

  std::unique_ptr<NaiveTrainer> naive;
  if (options.with_naive && !options.harness_twice) {
    const bool together = NaiveFits(workload, options.naive_memory_bytes / queries);
    times.naive_queries_at_once = together ? queries : 1;
    naive = std::make_unique<NaiveTrainer>(workload, examples, model, times.naive_queries_at_once);
    naive->Step();
  }
  int step = 0;
  Mark mark;
  const int64_t steps = (options.harness_twice ? 2 : 1) * options.repetitions + 1;
  TrainHarness(workload, examples, queries, steps, options.factors, model, [&] {
    const double seconds = mark.seconds() / queries, cpu_seconds = mark.cpu_seconds() / queries;
    const int64_t bytes = mark.peak_bytes();
    if (step > 0 && options.harness_twice && step % 2 == 0) {
      times.naive_seconds_per_query.push_back(seconds);
    } else if (step > 0) {
      times.seconds_per_query.push_back(seconds);
      times.peak_bytes = std::max(times.peak_bytes, bytes);
      times.cpu_seconds_per_query.push_back(cpu_seconds);
      if (options.with_peaks) {
        times.gemm_peak.push_back(MeasureGemmPeak(options.threads));
        times.hardware_limit.push_back(MeasureLimit(options.factors, options.threads));
      }
      if (naive != nullptr) {
        const Mark naive_mark;
        naive->Step();
        // One query on one thread counts as if it became faster by the number of cores.
        times.naive_seconds_per_query.push_back(naive_mark.seconds() / options.threads);
        times.naive_peak_bytes = std::max(times.naive_peak_bytes, naive_mark.peak_bytes());
      }
    }
    ++step;
    mark = Mark();
  });
  return times;
}

}  // namespace benchmarks
