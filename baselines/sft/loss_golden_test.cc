// The two reductions of the negative log-likelihood against recorded numbers:
//   bazel test //baselines/sft:loss_golden_test --test_arg=--golden_dir=DIR
// runs every case of logps_path*.safetensors in DIR instead of baselines/dpo/testdata.
#include <torch/autograd.h>
#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "baselines/sft/loss.h"
#include "lm/checkpoint/safetensors.h"
#include "training/labels/label_log_probs.h"
#include "training/testing/golden_testing.h"

namespace sft {
namespace {

using training::FileTensor;
using training::TensorsAgree;
using training::Tolerance;

std::vector<std::string> Files() {
  return training::GoldenFiles(base::FolderFromFlag("golden_dir", "baselines/dpo/testdata"), "logps_path",
                               ".safetensors");
}

void CheckCase(const lm::SafetensorsFile& file, const std::string& name, const std::string& dtype) {
  const std::string prefix = absl::StrCat(name, ".", dtype, ".");
  if (file.Find(prefix + "logits") == nullptr) return;  // recorded in the other type only
  SCOPED_TRACE(absl::StrCat(file.path(), ": ", prefix));
  const torch::Tensor logits = FileTensor(file, prefix + "logits").set_requires_grad(true);
  const auto scores = training::SumLabelLogProbs(logits, FileTensor(file, name + ".labels"));
  const Tolerance tolerance = training::LossTolerance(logits.scalar_type());
  // The file holds the gradient of the summed log-probability of all rows, of which both losses are multiples.
  const torch::Tensor grad_sum = FileTensor(file, prefix + "grad_sum");
  const auto gradient = [&](const torch::Tensor& loss) {
    return torch::autograd::grad({loss}, {logits}, {}, /*retain_graph=*/true)[0];
  };

  const torch::Tensor example_sum = ExampleSumLoss(scores.sum_B);
  EXPECT_TRUE(TensorsAgree(example_sum, FileTensor(file, prefix + "sft_loss"), tolerance)) << "summed NLL";
  EXPECT_TRUE(TensorsAgree(gradient(example_sum), -grad_sum / logits.size(0), tolerance)) << "summed NLL, gradient";

  const torch::Tensor token_mean = TokenMeanLoss(scores.sum_B, scores.count_B);
  EXPECT_TRUE(TensorsAgree(token_mean, FileTensor(file, prefix + "token_mean_ce"), tolerance)) << "token mean";
  EXPECT_TRUE(TensorsAgree(gradient(token_mean), -grad_sum / scores.count_B.sum(), tolerance))
      << "token mean, gradient";
}

TEST(SftGoldenTest, Losses) {
  ASSERT_FALSE(Files().empty()) << "no logps_path*.safetensors in --golden_dir";
  for (const std::string& path : Files()) {
    ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
    ASSERT_TRUE(file.metadata().count("cases")) << path << ": no case list in the metadata";
    ASSERT_OK_AND_ASSIGN(const base::Json cases, base::ParseJson(file.metadata().at("cases"), path));
    ASSERT_FALSE(cases.empty()) << path;
    for (const base::Json& c : cases) {
      const std::string name = c.at("name").get<std::string>();
      EXPECT_TRUE(file.Find(name + ".f32.logits") || file.Find(name + ".f64.logits")) << path << ": " << name;
      for (const char* dtype : {"f32", "f64"}) CheckCase(file, name, dtype);
    }
  }
}

}  // namespace
}  // namespace sft
