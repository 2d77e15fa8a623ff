// A device computes a step without waiting for the host: how many numbers the host reads in a step depends neither on
// the microbatches nor on the parameters.
#include "lm/runtime/host_reads.h"

#include "base/testing.h"
#include "training/testing/tiny_training.h"

namespace training {
namespace {

// bfloat16 weights take the way of a device through the optimizer, on the CPU too.
double ReadsOfAStep(int64_t microbatch_size, torch::Dtype type) {
  const ToyObjective objective(24);
  sami_harness::TrainingConfig config = TinyConfig();
  config.set_batch_size(12);
  config.set_microbatch_size(microbatch_size);
  config.set_epochs(3);
  const lm::HostReads reads;
  const TinyRun run = TrainTiny(objective, config, {}, type);
  EXPECT_OK(run.status);
  EXPECT_EQ(run.steps.size(), 6u);
  return static_cast<double>(reads.count()) / 6;
}

TEST(HostReadsTest, AreCounted) {
  const torch::Tensor x = torch::tensor({1., 0., 2.});
  const lm::HostReads reads;
  EXPECT_EQ(reads.count(), 0);
  EXPECT_EQ(x.sum().item<double>(), 3);
  EXPECT_EQ(reads.count(), 1);
  EXPECT_EQ(torch::where(x > 0)[0].numel(), 2);
  EXPECT_EQ(reads.count(), 2);
}

TEST(HostReadsTest, NoneBetweenForwardPassAndUpdate) {
  for (const torch::Dtype type : {torch::kBFloat16, torch::kFloat32}) {
    for (const int64_t microbatch_size : {12, 4, 1}) EXPECT_EQ(ReadsOfAStep(microbatch_size, type), 0);
  }
}

// What is read in a step is read by copies of whole tensors of numbers: the losses and metrics, the norm's parts, the
// counts of changed elements.
TEST(DeviceNumberTest, AreReadTogether) {
  lm::DeviceNumber plain = 0.25, loss = torch::tensor(0.1f), count = torch::tensor(int64_t{7}),
                   read = torch::tensor(2.);
  const lm::HostReads reads;
  EXPECT_EQ(read, 2);
  EXPECT_EQ(reads.count(), 1);
  lm::DeviceNumber::ReadAll({&plain, &loss, &count});
  EXPECT_EQ(plain, 0.25);
  EXPECT_EQ(loss, 0.1f);  // float32's bits, in double
  EXPECT_EQ(count, 7);
  EXPECT_EQ(reads.count(), 1);
}

}  // namespace
}  // namespace training
