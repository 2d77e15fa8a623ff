// PEFT adapters merged into their bases, against what PEFT itself merged:
//   bazel test //lm:adapter_golden_test --test_arg=--golden_dir=DIR
// checks every folder in DIR that has an adapter (adapter/, golden.json, golden.safetensors; the base is where
// golden.json says). By default a few of them, in testdata/adapters.
#include <torch/types.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/peft/merge_adapter.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/model/decoder.h"

namespace lm {
namespace {

namespace fs = std::filesystem;

// PEFT's own float32: an SVD's, a QR's, a product's.
double WeightTolerance(const base::Json& init) { return init == "pissa" ? 5e-5 : init == "olora" ? 5e-6 : 1e-6; }
double LogitTolerance(const base::Json& init) { return init == "pissa" ? 5e-4 : 1e-4; }
double SequenceTolerance(const base::Json& init) { return init == "pissa" ? 1e-3 : 1e-4; }

std::string GoldenFolder() { return base::FolderFromFlag("golden_dir", "lm/testdata/adapters"); }

std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(GoldenFolder(), error)) {
    if (fs::is_directory(entry.path() / "adapter", error)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::Json ReadJson(const std::string& path) {
  const auto text = base::ReadFile(path);
  EXPECT_OK(text.status());
  return base::Json::parse(text.value_or("{}"));
}

class AdapterCase {
 public:
  explicit AdapterCase(const std::string& name)
      : folder_(absl::StrCat(GoldenFolder(), "/", name)), golden_(ReadJson(folder_ + "/golden.json")) {}

  void Check(const std::string& adapter) {
    const base::Json init = ReadJson(adapter + "/adapter_config.json").value("init_lora_weights", base::Json());
    ASSERT_OK_AND_ASSIGN(const Decoder base, LoadModel(absl::StrCat(folder_, "/", golden_["base"].get<std::string>())));
    const auto merged = MergePeftAdapter(adapter, base);
    // A residual that PEFT draws anew at each load defines no model.
    const bool is_defined = !(init.is_string() && absl::StartsWith(init.get<std::string>(), "pissa_niter"));
    if (!golden_["peft_merges"].get<bool>() || !is_defined) {
      EXPECT_EQ(merged.status().code(), absl::StatusCode::kUnimplemented) << merged.status();
      return;
    }
    ASSERT_OK(merged.status());
    ASSERT_OK_AND_ASSIGN(file_, SafetensorsFile::Open(folder_ + "/golden.safetensors"));
    CheckWeights(base, merged->model, WeightTolerance(init));
    CheckLogits(merged->model, LogitTolerance(init), SequenceTolerance(init));
    if (golden_.contains("merged_vocab_size"))
      EXPECT_EQ(merged->model.config().vocab_size, golden_["merged_vocab_size"]);
    if (golden_.contains("merged_config_tie_word_embeddings")) {
      EXPECT_EQ(merged->model.config().tie_word_embeddings, golden_["merged_config_tie_word_embeddings"].get<bool>());
    }
  }

 private:
  torch::Tensor Golden(const std::string& name) const { return ToTensor(*file_.Find(name)); }

  void CheckWeights(const Decoder& base, const Decoder& model, double tolerance) {
    int compared = 0;
    for (const Parameter& parameter : model.parameters()) {
      const TensorView* recorded = file_.Find("merged." + parameter.name);
      if (recorded == nullptr) continue;
      const torch::Tensor expected = ToTensor(*recorded);
      ASSERT_EQ(parameter.value.sizes(), expected.sizes()) << parameter.name;
      EXPECT_LE((parameter.value - expected).abs().max().item<double>(), tolerance) << parameter.name;
      ++compared;
    }
    int recorded = 0;
    for (const TensorView& view : file_.tensors()) {
      // A tied head has no parameter of its own.
      const bool is_head = model.config().tie_word_embeddings && view.name == "merged.lm_head.weight";
      recorded += absl::StartsWith(view.name, "merged.") && !is_head;
    }
    EXPECT_EQ(compared, recorded);
    for (const base::Json& name : golden_.value("unchanged_tensors", base::Json::array())) {
      for (const Parameter& parameter : model.parameters()) {
        if (parameter.name != name.get<std::string>()) continue;
        for (const Parameter& own : base.parameters()) {
          if (own.name == parameter.name) EXPECT_TRUE(torch::equal(own.value, parameter.value)) << own.name;
        }
      }
    }
  }

  void CheckLogits(const Decoder& model, double tolerance, double sequence_tolerance) {
    torch::NoGradGuard no_grad;
    const torch::Tensor is_token_BT = Golden("right.attention_mask").to(torch::kBool);
    DecoderInput input;
    input.ids_BT = Golden("right.input_ids");
    input.segments_BT = is_token_BT.to(torch::kInt64) - 1;  // tokens are shared, padding is -1
    input.positions_BT = torch::arange(input.ids_BT.size(1)).expand_as(input.ids_BT).contiguous();
    const torch::Tensor logits_BTV = model.Logits(model.Forward(input));
    EXPECT_LE((logits_BTV - Golden("right.logits")).abs().index({is_token_BT}).max().item<double>(), tolerance);
    // Position t predicts label t + 1; -100 is none.
    const torch::Tensor targets_BT = Golden("right.labels").slice(1, 1);
    const torch::Tensor log_probs_BTV = torch::log_softmax(logits_BTV.to(torch::kFloat64), -1).slice(1, 0, -1);
    const torch::Tensor sums_B =
        (log_probs_BTV.gather(2, targets_BT.clamp_min(0).unsqueeze(2)).squeeze(2) * (targets_BT >= 0)).sum(1);
    EXPECT_LE((sums_B - Golden("right.seq_logps")).abs().max().item<double>(), sequence_tolerance);
  }

  const std::string folder_;
  const base::Json golden_;
  SafetensorsFile file_;
};

TEST(AdapterGoldenTest, MergesAsPeftDoes) {
  ASSERT_FALSE(CaseNames().empty()) << "--golden_dir: there is no case folder in " << GoldenFolder();
  for (const std::string& name : CaseNames()) {
    SCOPED_TRACE(name);
    const std::string folder = absl::StrCat(GoldenFolder(), "/", name);
    AdapterCase(name).Check(folder + "/adapter");
    // The same adapter as an older PEFT described it.
    const std::string old_config = folder + "/adapter_config_old.json";
    if (!base::FileExists(old_config)) continue;
    const std::string old = absl::StrCat(base::TestFolder(), "/", name);
    fs::create_directories(old);
    fs::copy_file(old_config, old + "/adapter_config.json");
    fs::create_symlink(fs::absolute(folder).string() + "/adapter/adapter_model.safetensors",
                       old + "/adapter_model.safetensors");
    AdapterCase(name).Check(old);
  }
}

}  // namespace
}  // namespace lm
