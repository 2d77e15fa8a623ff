// Preference losses against numbers that TRL's own code gave:
//   bazel test //conformance:preference_losses_golden_test --test_arg=--golden_dir=DIR
// runs every case of DIR/dpo_losses*.json, cpo_simpo*.json, orpo*.json, kto*.json and trainer_batches*.json
// (preference_batches_golden_test.cc) instead of those of testdata/objectives. A folder without any fails.
//
// A case's sequences are lists of log-probabilities of tokens, and so are gradients.
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "baselines/cpo/loss.h"
#include "baselines/dpo/aot_loss.h"
#include "baselines/dpo/loss.h"
#include "baselines/kto/loss.h"
#include "baselines/orpo/loss.h"
#include "baselines/responses/scores.h"
#include "conformance/preference_golden_testing.h"
#include "training/testing/golden_testing.h"

namespace training {
namespace {

// float64 first: what is agreed of it is 1e-10, relative. The absolute part is rounding of terms of order 1 to 1e3 that
// cancel.
struct Precision {
  torch::ScalarType dtype;
  Tolerance tolerance;
};
const Precision kPrecisions[] = {{torch::kFloat64, {1e-10, 1e-13}}, {torch::kFloat32, {1e-5, 1e-6}}};

// One row of log-probabilities a sequence, with gradients.
class Sequences {
 public:
  Sequences(const base::Json& rows, torch::ScalarType dtype) {
    for (const base::Json& row : rows) {
      rows_.push_back(torch::tensor(row.get<std::vector<double>>(), torch::kFloat64).to(dtype).set_requires_grad(true));
    }
  }
  const std::vector<torch::Tensor>& rows() const { return rows_; }
  int64_t size() const { return rows_.size(); }

  torch::Tensor Sums() const { return Weighted({}, 1); }
  // The first heads[i] tokens of row i in full, the others `tail` times; all in full where there are no heads.
  torch::Tensor Weighted(const std::vector<int64_t>& heads, double tail) const {
    std::vector<torch::Tensor> sums;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const int64_t head = heads.empty() ? rows_[i].size(0) : heads[i];
      sums.push_back(rows_[i].narrow(0, 0, head).sum() +
                     tail * rows_[i].narrow(0, head, rows_[i].size(0) - head).sum());
    }
    return torch::stack(sums);
  }
  torch::Tensor Lengths() const {
    std::vector<double> lengths;
    for (const torch::Tensor& row : rows_) lengths.push_back(row.size(0));
    return torch::tensor(lengths, torch::kFloat64).to(rows_[0].scalar_type());
  }
  torch::Tensor Means() const { return Sums() / Lengths(); }

  void ExpectGradients(const torch::Tensor& loss, const base::Json& expected, Tolerance tolerance) const {
    const auto gradients = torch::autograd::grad({loss}, rows_, {}, /*retain_graph=*/true, /*create_graph=*/false,
                                                 /*allow_unused=*/true);
    ASSERT_EQ(gradients.size(), expected.size());
    std::vector<torch::Tensor> ours, theirs;
    for (size_t i = 0; i < rows_.size(); ++i) {
      ours.push_back(gradients[i].defined() ? gradients[i] : torch::zeros_like(rows_[i]));
      theirs.push_back(JsonTensor(expected[i]));
      ASSERT_EQ(ours.back().sizes(), theirs.back().sizes());
    }
    EXPECT_TRUE(TensorsAgree(torch::cat(ours), torch::cat(theirs), tolerance)) << "gradient";
  }

 private:
  std::vector<torch::Tensor> rows_;
};

// ---- DPO

struct DpoCase {
  DpoCase(const base::Json& json, torch::ScalarType dtype)
      : c(json),
        chosen(json.at("chosen"), dtype),
        rejected(json.at("rejected"), dtype),
        ref_chosen(json.at("ref_chosen"), dtype),
        ref_rejected(json.at("ref_rejected"), dtype) {}

  dpo::PairLogProbs Sums(const Sequences& first, const Sequences& second) const {
    if (c.at("ld_alpha").is_null()) return {first.Sums(), second.Sums()};
    std::vector<int64_t> heads;
    for (int64_t i = 0; i < chosen.size(); ++i) {
      heads.push_back(std::min(chosen.rows()[i].size(0), rejected.rows()[i].size(0)));
    }
    const double tail = c["ld_alpha"].get<double>();
    return {first.Weighted(heads, tail), second.Weighted(heads, tail)};
  }

  const base::Json& c;
  const Sequences chosen, rejected, ref_chosen, ref_rejected;
};

// TRL's current trainer has no smoothing of its sigmoid losses; ours, 0 by default, is its older one's.
dpo::LossOptions OptionsOf(const base::Json& c, const std::string& type) {
  static const auto* kinds = new std::map<std::string, dpo::LossKind>{
      {"sigmoid", dpo::LossKind::kSigmoid},    {"sigmoid_norm", dpo::LossKind::kSigmoid},
      {"hinge", dpo::LossKind::kHinge},        {"ipo", dpo::LossKind::kIpo},
      {"robust", dpo::LossKind::kRobust},      {"exo_pair", dpo::LossKind::kExoPair},
      {"nca_pair", dpo::LossKind::kNcaPair},   {"bco_pair", dpo::LossKind::kBcoPair},
      {"sppo_hard", dpo::LossKind::kSppoHard}, {"apo_zero", dpo::LossKind::kApoZero},
      {"apo_down", dpo::LossKind::kApoDown},   {"discopop", dpo::LossKind::kDiscopop}};
  static const auto* divergences =
      new std::map<std::string, dpo::FDivergence>{{"reverse_kl", dpo::FDivergence::kReverseKl},
                                                  {"forward_kl", dpo::FDivergence::kForwardKl},
                                                  {"js_divergence", dpo::FDivergence::kJsDivergence}};
  dpo::LossOptions options;
  if (type != "aot" && type != "aot_unpaired") options.kind = kinds->at(type);
  options.beta = c.at("beta").get<double>();
  options.label_smoothing = options.kind == dpo::LossKind::kSigmoid && type != "aot" && type != "aot_unpaired"
                                ? 0
                                : c.at("label_smoothing").get<double>();
  options.discopop_tau = c.at("discopop_tau").get<double>();
  options.f_divergence = divergences->at(c.at("f_divergence").get<std::string>());
  return options;
}

// [size]: the losses of the pairs from `begin`, as a share of the whole batch.
torch::Tensor ShareLoss(const DpoCase& d, int64_t begin, int64_t size) {
  const auto cut = [&](const dpo::PairLogProbs& all) {
    return dpo::PairLogProbs{all.chosen_P.narrow(0, begin, size), all.rejected_P.narrow(0, begin, size)};
  };
  const dpo::PairLogProbs all = d.Sums(d.chosen, d.rejected), all_reference = d.Sums(d.ref_chosen, d.ref_rejected);
  const dpo::PairLogProbs policy = cut(all), reference = cut(all_reference);
  const dpo::PairLogProbs lengths = cut({d.chosen.Lengths(), d.rejected.Lengths()});
  const dpo::WholeBatch batch = {{all.chosen_P.detach(), all.rejected_P.detach()}, all_reference, begin};
  torch::Tensor total;
  for (size_t i = 0; i < d.c.at("loss_types").size(); ++i) {
    const std::string type = d.c["loss_types"][i].get<std::string>();
    torch::Tensor loss;
    if (type == "sft") {
      loss = responses::TokenMeanLoss(d.chosen.Sums().narrow(0, begin, size), d.chosen.size(),
                                      d.chosen.Lengths().sum().item<double>());
    } else if (type == "aot") {
      loss = dpo::AotLoss(policy, batch, OptionsOf(d.c, type));
    } else if (type == "aot_unpaired") {
      loss = dpo::AotUnpairedLoss(policy, batch, OptionsOf(d.c, type));
    } else {
      loss = dpo::PreferenceLoss(policy, reference, OptionsOf(d.c, type),
                                 type == "ipo" || type == "sigmoid_norm" ? &lengths : nullptr);
    }
    loss = d.c.at("loss_weights").at(i).get<double>() * loss;
    total = total.defined() ? total + loss : loss;
  }
  return total;
}

void CheckDpo(const base::Json& c, const Precision& precision) {
  const DpoCase d(c, precision.dtype);
  const int64_t pairs = d.chosen.size();
  // Any cut of the batch gives the same.
  for (const int64_t size : {pairs, int64_t{1}, int64_t{2}}) {
    SCOPED_TRACE(absl::StrCat("shares of ", size));
    std::vector<torch::Tensor> parts;
    for (int64_t begin = 0; begin < pairs; begin += size) {
      parts.push_back(ShareLoss(d, begin, std::min(size, pairs - begin)));
    }
    const torch::Tensor losses = torch::cat(parts), loss = losses.mean();
    EXPECT_TRUE(TensorsAgree(loss, JsonTensor(c.at("loss")), precision.tolerance)) << "loss";
    if (!c.at("losses_are_of_the_batch").get<bool>()) {
      EXPECT_TRUE(TensorsAgree(losses, JsonTensor(c.at("losses")), precision.tolerance)) << "losses";
    }
    d.chosen.ExpectGradients(loss, c.at("grad_chosen"), precision.tolerance);
    d.rejected.ExpectGradients(loss, c.at("grad_rejected"), precision.tolerance);
  }
  if (c.at("rewards_chosen").is_null()) return;  // ld_alpha
  const dpo::Rewards rewards = dpo::ComputeRewards(d.Sums(d.chosen, d.rejected), d.Sums(d.ref_chosen, d.ref_rejected),
                                                   c.at("beta").get<double>());
  EXPECT_TRUE(TensorsAgree(rewards.chosen_P, JsonTensor(c["rewards_chosen"]), precision.tolerance));
  EXPECT_TRUE(TensorsAgree(rewards.rejected_P, JsonTensor(c.at("rewards_rejected")), precision.tolerance));
  // Recorded in float32. Which of two equal rewards is larger is rounding's to say.
  const torch::Tensor margin = (JsonTensor(c["rewards_chosen"]) - JsonTensor(c["rewards_rejected"])).abs();
  const torch::Tensor sure = (margin > 1e-6).to(precision.dtype);
  const double right = (rewards.accuracy_P * sure).sum().item<double>(), unsure = pairs - sure.sum().item<double>();
  const double recorded = c.at("reward_accuracy").get<double>() * static_cast<double>(pairs);
  EXPECT_GT(recorded, right - 1e-5);
  EXPECT_LT(recorded, right + unsure + 1e-5);
}

// ---- CPO and SimPO

void CheckCpo(const base::Json& c, const Precision& precision) {
  static const auto* kinds = new std::map<std::string, cpo::LossKind>{{"sigmoid", cpo::LossKind::kSigmoid},
                                                                      {"hinge", cpo::LossKind::kHinge},
                                                                      {"ipo", cpo::LossKind::kIpo},
                                                                      {"simpo", cpo::LossKind::kSimpo}};
  const Sequences chosen(c.at("chosen"), precision.dtype), rejected(c.at("rejected"), precision.dtype);
  const bool mean = c.at("log_probs").get<std::string>() == "mean";
  const cpo::LossOptions options = {kinds->at(c.at("loss_type").get<std::string>()), c.at("beta").get<double>(),
                                    c.at("label_smoothing").get<double>(), c.at("simpo_gamma").get<double>(),
                                    c.at("alpha").get<double>()};
  const cpo::PairLoss pairs =
      cpo::PreferenceLoss(mean ? chosen.Means() : chosen.Sums(), mean ? rejected.Means() : rejected.Sums(), options);
  const torch::Tensor nll =
      responses::TokenMeanLoss(chosen.Sums(), chosen.size(), chosen.Lengths().sum().item<double>()).mean();
  const torch::Tensor loss = pairs.loss_P.mean() + c.at("cpo_alpha").get<double>() * nll;
  EXPECT_TRUE(TensorsAgree(pairs.loss_P, JsonTensor(c.at("losses")), precision.tolerance)) << "losses";
  if (c.at("cpo_alpha").get<double>() != 0) {
    EXPECT_TRUE(TensorsAgree(nll, JsonTensor(c.at("nll")), precision.tolerance)) << "nll";
  }
  EXPECT_TRUE(TensorsAgree(loss, JsonTensor(c.at("loss")), precision.tolerance)) << "loss";
  EXPECT_TRUE(TensorsAgree(pairs.chosen_reward_P, JsonTensor(c.at("rewards_chosen")), precision.tolerance));
  EXPECT_TRUE(TensorsAgree(pairs.rejected_reward_P, JsonTensor(c.at("rewards_rejected")), precision.tolerance));
  chosen.ExpectGradients(loss, c.at("grad_chosen"), precision.tolerance);
  rejected.ExpectGradients(loss, c.at("grad_rejected"), precision.tolerance);
}

// ---- ORPO

void CheckOrpo(const base::Json& c, const Precision& precision) {
  const Sequences prompt(c.at("prompt"), precision.dtype), chosen(c.at("chosen"), precision.dtype);
  const Sequences rejected(c.at("rejected"), precision.dtype);
  const double beta = c.at("beta").get<double>();
  const orpo::OddsRatio odds = orpo::OddsRatioLoss(chosen.Means(), rejected.Means(), beta);
  const double tokens = (prompt.Lengths() + chosen.Lengths()).sum().item<double>();
  const torch::Tensor nll = responses::TokenMeanLoss(prompt.Sums() + chosen.Sums(), chosen.size(), tokens).mean();
  const torch::Tensor loss = nll + odds.loss_P.mean();
  EXPECT_TRUE(TensorsAgree(odds.log_odds_P, JsonTensor(c.at("log_odds")), precision.tolerance)) << "log odds";
  EXPECT_TRUE(TensorsAgree(odds.loss_P, JsonTensor(c.at("odds_ratio_losses")), precision.tolerance)) << "losses";
  EXPECT_TRUE(TensorsAgree(nll, JsonTensor(c.at("nll")), precision.tolerance)) << "nll";
  EXPECT_TRUE(TensorsAgree(loss, JsonTensor(c.at("loss")), precision.tolerance)) << "loss";
  EXPECT_TRUE(TensorsAgree(beta * chosen.Means(), JsonTensor(c.at("rewards_chosen")), precision.tolerance));
  EXPECT_TRUE(TensorsAgree(beta * rejected.Means(), JsonTensor(c.at("rewards_rejected")), precision.tolerance));
  prompt.ExpectGradients(loss, c.at("grad_prompt"), precision.tolerance);
  chosen.ExpectGradients(loss, c.at("grad_chosen"), precision.tolerance);
  rejected.ExpectGradients(loss, c.at("grad_rejected"), precision.tolerance);
}

// ---- KTO

void CheckKto(const base::Json& c, const Precision& precision) {
  const Sequences policy(c.at("completion"), precision.dtype), reference(c.at("ref_completion"), precision.dtype);
  const bool anchored = c.at("loss_type").get<std::string>() == "apo_zero_unpaired";
  const double point =
      anchored ? 0 : kto::ReferencePoint(JsonTensor(c.at("kl_logps")) - JsonTensor(c.at("ref_kl_logps")));
  EXPECT_NEAR(point, c.at("kl").get<double>(), 1e-12);
  const kto::LossOptions options = {c.at("beta").get<double>(), c.at("desirable_weight").get<double>(),
                                    c.at("undesirable_weight").get<double>()};
  const torch::Tensor ratio = policy.Sums() - reference.Sums();
  const torch::Tensor losses = kto::ResponseLoss(ratio, JsonTensor(c.at("label")), point, options);
  const torch::Tensor loss = losses.mean();
  EXPECT_TRUE(TensorsAgree(losses, JsonTensor(c.at("losses")), precision.tolerance)) << "losses";
  EXPECT_TRUE(TensorsAgree(loss, JsonTensor(c.at("loss")), precision.tolerance)) << "loss";
  EXPECT_TRUE(TensorsAgree(options.beta * ratio, JsonTensor(c.at("rewards")), precision.tolerance)) << "rewards";
  policy.ExpectGradients(loss, c.at("grad_completion"), precision.tolerance);
}

void CheckAll(const char* prefix, void (*check)(const base::Json& c, const Precision& precision)) {
  for (const std::string& path : PreferenceGoldenFiles(prefix)) {
    const base::Json document = ReadGoldenJson(path);
    for (const base::Json& c : CasesOf(document, "cases")) {
      for (const Precision& precision : kPrecisions) {
        SCOPED_TRACE(absl::StrCat(path, ": ", c.at("name").get<std::string>(), ", ", toString(precision.dtype)));
        check(c, precision);
      }
    }
  }
}

TEST(PreferenceLossesGoldenTest, FolderHasCases) {
  size_t files = 0;
  for (const char* prefix : {"dpo_losses", "cpo_simpo", "orpo", "kto", "trainer_batches"}) {
    files += PreferenceGoldenFiles(prefix).size();
  }
  EXPECT_GT(files, 0u) << "no dpo_losses, cpo_simpo, orpo, kto or trainer_batches*.json in --golden_dir";
}

TEST(PreferenceLossesGoldenTest, Dpo) { CheckAll("dpo_losses", CheckDpo); }
TEST(PreferenceLossesGoldenTest, CpoAndSimpo) { CheckAll("cpo_simpo", CheckCpo); }
TEST(PreferenceLossesGoldenTest, Orpo) { CheckAll("orpo", CheckOrpo); }
TEST(PreferenceLossesGoldenTest, Kto) { CheckAll("kto", CheckKto); }

}  // namespace
}  // namespace training
