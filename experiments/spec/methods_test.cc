#include "experiments/spec/methods.h"

#include <set>

#include "base/testing.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::sami_harness::Arm;
using ::testing::AllOf;
using ::testing::HasSubstr;

const google::protobuf::OneofDescriptor& Methods() { return *Arm::descriptor()->FindOneofByName("method"); }

// An arm with the method of a field, its settings at their defaults.
Arm DefaultArm(const google::protobuf::FieldDescriptor& field) {
  Arm arm;
  arm.set_name("a");
  arm.GetReflection()->MutableMessage(&arm, &field);
  return arm;
}

// The compiler already refuses a case without a line in the registry. This is what it cannot see.
TEST(MethodsTest, EveryMethodOfAnArmIsWhole) {
  std::set<std::string> titles;
  for (int i = 0; i < Methods().field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *Methods().field(i);
    SCOPED_TRACE(field.name());
    if (field.message_type() == nullptr) continue;  // "model", which is no method
    Arm arm = DefaultArm(field);
    EXPECT_OK(CheckMethod(arm, "arms[0]", base::FieldLocations()));
    EXPECT_TRUE(titles.insert(DescribeMethod(arm).title).second) << "another method's title";
    EXPECT_GT(MethodCostOf(arm, 2).trained, 0);
    // "training" is every method's first field, and reaches the training loop.
    ASSERT_OK(base::ParseTextProto("name: 'a' " + field.name() + " { training { batch_size: 7 } }", "x", &arm));
    EXPECT_EQ(DescribeMethod(arm).training.batch_size(), 7);
    // Written defaults are no settings without effect: canonical specs have all of them.
    base::FillDefaults(&arm);
    EXPECT_OK(CheckMethod(arm, "arms[0]", base::FieldLocations()));
  }
}

std::string ErrorOf(const std::string& method) {
  Arm arm;
  EXPECT_OK(base::ParseTextProto("name: 'a' " + method, "x", &arm));
  const absl::Status status = CheckMethod(arm, "arms[0]", base::FieldLocations());
  return std::string(status.message());
}

TEST(MethodsTest, SettingsWithoutEffectAreRefused) {
  for (const auto& [method, error] : std::vector<std::pair<const char*, const char*>>{
           {"dpo { loss_type: IPO label_smoothing: 0.1 }",
            "arms[0].dpo.label_smoothing is 0.1, which has no effect with loss_type IPO; leave it out"},
           {"dpo { discopop_tau: 0.1 }", "arms[0].dpo.discopop_tau is 0.1, which has no effect with loss_type SIGMOID"},
           {"dpo { loss_type: [AOT, SFT] f_divergence_type: FORWARD_KL }",
            "arms[0].dpo.f_divergence_type is FORWARD_KL, which has no effect with loss_type AOT+SFT"},
           {"dpo { loss_type: SFT beta: 0.2 }", "arms[0].dpo.beta is 0.2, which has no effect with loss_type SFT"},
           {"dpo { loss_type: SFT ld_alpha: 0 }", "arms[0].dpo.ld_alpha is 0, which has no effect"},
           {"dpo { loss_type: [IPO, IPO] }", "arms[0].dpo.loss_type[1] is IPO again"},
           {"dpo { loss_weights: 1 }", "arms[0].dpo.loss_weights has 1 weights for 0 losses"},
           {"dpo { loss_type: ROBUST label_smoothing: 0.5 }", "arms[0].dpo.label_smoothing is 0.5; it must be less"},
           {"dpo { loss_type: EXO_PAIR }", "arms[0].dpo.label_smoothing is 0; it must be greater than 0"},
           {"cpo { simpo_gamma: 1 }", "arms[0].cpo.simpo_gamma is 1, which has no effect with loss_type SIGMOID"},
           {"cpo { loss_type: HINGE label_smoothing: 0.1 }", "arms[0].cpo.label_smoothing is 0.1, which has no effect"},
           {"kto { training { batch_size: 1 } }", "arms[0].kto.training.batch_size is 1; it must be at least 2"},
           {"kto { desirable_weight: 0 undesirable_weight: 0 }", "arms[0].kto.desirable_weight is 0"},
           {"sami { kl_weight: 1 semantics: SAMI_REF }", "arms[0].sami.kl_weight must be 0 with semantics SAMI_REF"},
           {"sami { semantics: SAMI_REF training { optimizer { max_grad_norm: 2 } } }",
            "arms[0].sami.training.optimizer.max_grad_norm is 2, which has no effect with semantics SAMI_REF"},
           {"sami { semantics: SAMI_EXT training { divide_by_full_batch: true } }",
            "arms[0].sami.training.divide_by_full_batch is true, which has no effect with semantics SAMI_EXT"},
           {"sami { semantics: SAMI_EXT training { optimizer { weight_decay: 0.1 decay_norms: true } } }",
            "arms[0].sami.training.optimizer.decay_norms is true, which has no effect with semantics SAMI_EXT"},
           {"sami {} pairs: POSITIVE", "arms[0].pairs is POSITIVE; SAMI contrasts constitutions: give ALL, FIRST or"},
           {"sami {} pairs: OWN_OVER_OPPOSITE", "arms[0].pairs is OWN_OVER_OPPOSITE; SAMI contrasts"},
           {"sft {} seen_constitutions: 2", "arms[0].seen_constitutions is given, and has an effect with pairs: FIRST"},
           {"", "arms[0] (a) has no method; give it one of sft, dpo, sami, "}}) {
    EXPECT_THAT(ErrorOf(method), HasSubstr(error)) << method;
  }
}

TEST(MethodsTest, TrainingSettingsWithoutEffectAreRefusedWhateverTheMethod) {
  for (const auto& [training, error] : std::vector<std::pair<std::string, std::string>>{
           {"optimizer { algorithm: RMSPROP beta1: 0.8 }",
            "optimizer.beta1 is 0.8, which has no effect with algorithm"},
           {"optimizer { algorithm: RMSPROP beta2: 0.8 }",
            "optimizer.beta2 is 0.8, which has no effect with algorithm"},
           {"optimizer { alpha: 0.9 }",
            "optimizer.alpha is 0.9, which has no effect with algorithm ADAMW; leave it out"},
           {"optimizer { decay_norms: true }",
            "optimizer.decay_norms is true, which has no effect with weight_decay 0"},
           {"optimizer { decay_norms: true weight_decay: 0.1 } lora { target_modules: 'q_proj' }",
            "optimizer.decay_norms is true, which has no effect with lora"},
           {"schedule { final_fraction: 0.1 }", "schedule.final_fraction is 0.1, which has no effect with shape CONST"},
           {"batch_size: 1 divide_by_full_batch: true", "divide_by_full_batch is true, which has no effect with batch"},
           {"batch_size: 16 microbatch_size: 4 accumulated_microbatches: 4",
            "accumulated_microbatches is 4, which has no effect with a batch of 4 microbatches; make it smaller"},
           {"held_out { every_steps: 2 }", "held_out has no size; give it one of rows, share"},
           {"early_stop { patience: 2 }", "early_stop is given, which has no effect without held_out"},
           {"keep: BEST", "keep is BEST, which has no effect without held_out"},
           {"lora { target_modules: ['q_proj', 'k_proj', 'q_proj'] }",
            "lora.target_modules[2] is \"q_proj\" again; each may be given once"}}) {
    for (const std::string method : {"sft", "orpo"}) {
      EXPECT_THAT(ErrorOf(method + " { training { " + training + " } }"),
                  HasSubstr("arms[0]." + method + ".training." + error));
    }
  }
}

TEST(MethodsTest, SettingsWithEffectAreTaken) {
  for (const char* method :
       {"dpo { loss_type: [SIGMOID, SFT] loss_weights: [1, 0.5] label_smoothing: 0.1 ld_alpha: 0.5 }",
        "dpo { loss_type: AOT_UNPAIRED label_smoothing: 0.5 }", "dpo { loss_type: DISCOPOP discopop_tau: 0.1 }",
        "cpo { loss_type: SIMPO simpo_gamma: 1 cpo_alpha: 0 alpha: 0.25 }",
        "kto { loss_type: APO_ZERO_UNPAIRED training { batch_size: 1 } }",
        "sami {} pairs: RANDOM seen_constitutions: 2", "dpo {} pairs: OWN_OVER_OPPOSITE",
        "sft { training { optimizer { algorithm: RMSPROP alpha: 0.9 weight_decay: 0.1 decay_norms: true } } }",
        "sft { training { schedule { shape: LINEAR final_fraction: 0.1 } save_steps: 10 } }",
        "sft { training { batch_size: 16 microbatch_size: 4 accumulated_microbatches: 2 } }",
        "sft { training { held_out { share: 0.1 every_steps: 5 } early_stop { patience: 2 } keep: BEST } }"}) {
    EXPECT_EQ(ErrorOf(method), "") << method;
  }
}

TEST(MethodsTest, TitlesSayWhichVariant) {
  for (const auto& [method, title] : std::vector<std::pair<const char*, const char*>>{
           {"dpo {}", "DPO"},
           {"dpo { loss_type: [APO_ZERO, SFT] }", "DPO (APO_ZERO+SFT)"},
           {"cpo {}", "CPO"},
           {"cpo { loss_type: SIMPO cpo_alpha: 0 }", "SimPO"},
           {"kto { loss_type: APO_ZERO_UNPAIRED }", "APO-zero unpaired"}}) {
    Arm arm;
    ASSERT_OK(base::ParseTextProto("name: 'a' " + std::string(method), "x", &arm));
    EXPECT_EQ(DescribeMethod(arm).title, title);
  }
}

}  // namespace
}  // namespace experiments
