// The SAMI loss, its pieces and the published masking rules against recorded numbers:
//   bazel test //sami:loss_golden_test --test_arg=--golden_dir=DIR
// runs every case of the files that it knows in DIR instead of sami/testdata.
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "lm/checkpoint/safetensors.h"
#include "sami/loss.h"
#include "sami/reference_kl.h"
#include "sami/testing/reference_masks.h"
#include "training/labels/label_log_probs.h"
#include "training/testing/golden_testing.h"

namespace sami {
namespace {

using training::CasesOf;
using training::FileTensor;
using training::JsonTensor;
using training::LossTolerance;
using training::TensorsAgree;
using training::Tolerance;

std::vector<std::string> Files(absl::string_view prefix, absl::string_view suffix) {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", "sami/testdata"));
  return training::GoldenFiles(*folder, prefix, suffix);
}

std::vector<std::string> MatrixFiles() { return Files("sami_loss_matrices", ".json"); }
std::vector<std::string> LogitsFiles() { return Files("sami_logits_path", ".safetensors"); }
std::vector<std::string> MaskFiles() { return Files("sami_masks_prepare", ".json"); }

torch::Tensor JsonIds(const base::Json& value) { return JsonTensor(value).to(torch::kInt64); }

TEST(SamiGoldenTest, FolderHasCases) {
  EXPECT_GT(MatrixFiles().size() + LogitsFiles().size() + MaskFiles().size(), 0u)
      << "no sami_loss_matrices*.json, sami_logits_path*.safetensors or sami_masks_prepare*.json in --golden_dir";
}

// The reference subtracts a logsumexp as large as the entries and so rounds to their spacing, where log_softmax
// subtracts the maximum and does not: two spacings of the smallest entry are the reference's own error.
Tolerance MatrixTolerance(const torch::Tensor& logp) {
  Tolerance tolerance = LossTolerance(logp.scalar_type());
  const torch::Tensor sizes = logp.detach().abs().masked_select(logp.detach().isfinite());
  const double epsilon = logp.scalar_type() == torch::kFloat64 ? std::pow(2, -52) : std::pow(2, -23);
  if (sizes.numel() > 0) tolerance.absolute += 2 * epsilon * sizes.min().item<double>();
  return tolerance;
}

TEST(SamiGoldenTest, LossMatrices) {
  for (const std::string& path : MatrixFiles()) {
    const base::Json document = training::ReadGoldenJson(path);
    for (const base::Json& c : CasesOf(document, "cases")) {
      SCOPED_TRACE(absl::StrCat(path, ": ", c.value("name", "?"), " ", c.value("dtype", "?")));
      const torch::Tensor logp =
          JsonTensor(c.at("logprobs")).to(training::JsonDtype(c.at("dtype"))).set_requires_grad(true);
      const torch::Tensor loss = SamiLoss(logp);
      const Tolerance tolerance = MatrixTolerance(logp);
      EXPECT_TRUE(TensorsAgree(loss, JsonTensor(c.at("loss")), tolerance)) << "loss";
      if (c.contains("grad")) {
        const torch::Tensor grad = torch::autograd::grad({loss}, {logp})[0];
        EXPECT_TRUE(TensorsAgree(grad, JsonTensor(c["grad"]), tolerance)) << "gradient";
      }
      const SamiMetrics metrics = ComputeSamiMetrics(logp.unsqueeze(0));
      if (c.contains("accuracy_row")) EXPECT_EQ(metrics.accuracy_row_B.item<double>(), c["accuracy_row"]);
      if (c.contains("accuracy_col")) EXPECT_EQ(metrics.accuracy_col_B.item<double>(), c["accuracy_col"]);
    }
  }
}

// Cases are named in the metadata; their tensors are "<case>.labels" and "<case>.<f32|f64>.<what>".
void CheckLogitsCase(const lm::SafetensorsFile& file, const base::Json& c, const std::string& dtype) {
  const std::string name = c.at("name").get<std::string>();
  const std::string prefix = absl::StrCat(name, ".", dtype, ".");
  if (file.Find(prefix + "logits") == nullptr) return;  // recorded in the other type only
  SCOPED_TRACE(prefix);
  const torch::Tensor logits = FileTensor(file, prefix + "logits").set_requires_grad(true);
  const torch::Tensor average = training::SumLabelLogProbs(logits, FileTensor(file, name + ".labels")).Mean();
  const Tolerance tolerance = LossTolerance(logits.scalar_type());
  const Tolerance averages = dtype == "f64" ? tolerance : Tolerance{0, 2e-6};
  EXPECT_TRUE(TensorsAgree(average, FileTensor(file, prefix + "avg_logprobs"), averages)) << "averages";

  const int64_t n = c.at("n_constitutions").get<int64_t>();
  const torch::Tensor loss = SamiLoss(average.reshape({n, c.at("n_responses").get<int64_t>()}));
  EXPECT_TRUE(TensorsAgree(loss, FileTensor(file, prefix + "loss"), tolerance)) << "loss";
  const torch::Tensor grad = torch::autograd::grad({loss}, {logits})[0];
  EXPECT_TRUE(TensorsAgree(grad, FileTensor(file, prefix + "grad_logits"), tolerance)) << "gradient";
}

TEST(SamiGoldenTest, LogitsToLoss) {
  for (const std::string& path : LogitsFiles()) {
    ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
    ASSERT_TRUE(file.metadata().count("cases")) << path << ": no case list in the metadata";
    ASSERT_OK_AND_ASSIGN(const base::Json cases, base::ParseJson(file.metadata().at("cases"), path));
    ASSERT_FALSE(cases.empty()) << path;
    for (const base::Json& c : cases) {
      const std::string name = c.at("name").get<std::string>();
      EXPECT_TRUE(file.Find(name + ".f32.logits") || file.Find(name + ".f64.logits")) << path << ": " << name;
      for (const char* dtype : {"f32", "f64"}) CheckLogitsCase(file, c, dtype);
    }
    for (const char* name : {"all_masked_row", "only_first_label"}) {
      const std::string prefix = absl::StrCat(name, ".");
      if (file.Find(prefix + "logits") == nullptr) continue;
      const torch::Tensor average =
          training::SumLabelLogProbs(FileTensor(file, prefix + "logits"), FileTensor(file, prefix + "labels")).Mean();
      EXPECT_TRUE(TensorsAgree(average, FileTensor(file, prefix + "avg_logprobs"), {0, 2e-6})) << path << ": " << name;
    }
  }
}

TEST(SamiGoldenTest, Kl) {
  for (const std::string& path : LogitsFiles()) {
    ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
    if (file.Find("kl.value") == nullptr) continue;
    const torch::Tensor policy = FileTensor(file, "kl.policy_logits").set_requires_grad(true);
    const torch::Tensor kl = KlOverAllPositions(policy, FileTensor(file, "kl.ref_logits"));
    const Tolerance tolerance = LossTolerance(policy.scalar_type());
    EXPECT_TRUE(TensorsAgree(kl, FileTensor(file, "kl.value"), tolerance)) << path;
    const torch::Tensor grad = torch::autograd::grad({kl}, {policy})[0];
    EXPECT_TRUE(TensorsAgree(grad, FileTensor(file, "kl.grad_policy"), tolerance)) << path;
  }
}

TEST(SamiGoldenTest, Masks) {
  for (const std::string& path : MaskFiles()) {
    const base::Json document = training::ReadGoldenJson(path);
    for (const base::Json& c : CasesOf(document, "masks")) {
      SCOPED_TRACE(absl::StrCat(path, ": ", c.value("name", "?")));
      const torch::Tensor labels = JsonIds(c.at("labels"));
      const torch::Tensor prompt = JsonIds(c.at("prompt_attention_mask"));
      const int64_t pad = c.at("pad_token_id").get<int64_t>();
      EXPECT_TRUE(SamiRefMask(labels, prompt, pad).equal(JsonTensor(c.at("mask_sami_get_mask")).to(torch::kBool)));
      EXPECT_TRUE(
          SamiExtMask(labels, prompt, pad).equal(JsonTensor(c.at("mask_ext_without_masking_eos")).to(torch::kBool)));
    }
  }
}

// The rows of one query, in the published order: constitution by constitution, response by response.
torch::Tensor StackRows(const base::Json& c, const char* part, const char* what) {
  const int64_t n = c.at("n").get<int64_t>();
  std::vector<torch::Tensor> rows;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      rows.push_back(JsonIds(c.at("batch").at(absl::StrCat(part, "_c", i, "_r", j, "_", what))));
    }
  }
  return torch::cat(rows);
}

using MaskRule = torch::Tensor (*)(const torch::Tensor&, const torch::Tensor&, int64_t);

// A model whose logits depend on the current token alone, so that everything around the model can be compared.
void CheckPreparedCase(const base::Json& c, MaskRule rule, const base::Json& expected) {
  const torch::Tensor ids = StackRows(c, "response", "input_ids");
  const torch::Tensor mask = rule(ids, StackRows(c, "prompt", "attention_mask"), c.at("pad_token_id").get<int64_t>());
  const torch::Tensor labels = ids.masked_fill(mask, training::kIgnoredLabel);
  EXPECT_TRUE(labels.equal(JsonIds(expected.at("labels")))) << "labels";

  const torch::Tensor table = JsonTensor(c.at("table")).set_requires_grad(true);
  const torch::Tensor average = training::SumLabelLogProbs(torch::embedding(table, ids), labels).Mean();
  const Tolerance tolerance = LossTolerance(torch::kFloat64);
  EXPECT_TRUE(TensorsAgree(average, JsonTensor(expected.at("avg_logprobs")), tolerance)) << "averages";
  const int64_t n = c.at("n").get<int64_t>();
  const torch::Tensor loss = SamiLoss(average.reshape({n, n}));
  EXPECT_TRUE(TensorsAgree(loss, JsonTensor(expected.at("loss")), tolerance)) << "loss";
  const torch::Tensor grad = torch::autograd::grad({loss}, {table})[0];
  EXPECT_TRUE(TensorsAgree(grad, JsonTensor(expected.at("grad_table")), tolerance)) << "gradient";
}

TEST(SamiGoldenTest, PreparedBatches) {
  for (const std::string& path : MaskFiles()) {
    const base::Json document = training::ReadGoldenJson(path);
    for (const base::Json& c : CasesOf(document, "prepare")) {
      SCOPED_TRACE(absl::StrCat(path, ": ", c.value("name", "?")));
      CheckPreparedCase(c, SamiRefMask, c.at("sami"));
      CheckPreparedCase(c, SamiExtMask, c.at("ext"));
    }
  }
}

}  // namespace
}  // namespace sami
