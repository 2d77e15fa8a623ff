// The methods that an arm may name: one line each, and the header of its folder (training/method/method.h says what it
// declares).
//
// METHOD(Case, room): Arm's case of the field `room`, which is also the folder's namespace.
#ifndef EXPERIMENTS_SPEC_METHOD_REGISTRY_H_
#define EXPERIMENTS_SPEC_METHOD_REGISTRY_H_

#include "base/check.h"
#include "baselines/cpo/method.h"
#include "baselines/dpo/method.h"
#include "baselines/kto/method.h"
#include "baselines/orpo/method.h"
#include "baselines/sft/method.h"
#include "experiments/spec/spec.pb.h"
#include "sami/method.h"

#define SAMI_FOR_EACH_METHOD(METHOD) \
  METHOD(kSft, sft)                  \
  METHOD(kDpo, dpo)                  \
  METHOD(kSami, sami)                \
  METHOD(kOrpo, orpo)                \
  METHOD(kCpo, cpo)                  \
  METHOD(kKto, kto)

namespace experiments {

// work(settings, field) with the settings of the arm's method, whose type says which, and with the name of their field.
// The compiler names a case of Arm that the list lacks. CHECK-fails on an arm that is not trained.
template <typename Work>
auto WithSettings(const sami_harness::Arm& arm, const Work& work) -> decltype(work(arm.sft(), "")) {
  switch (arm.method_case()) {
#define METHOD(Case, room)      \
  case sami_harness::Arm::Case: \
    return work(arm.room(), #room);
    SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD
    case sami_harness::Arm::kModel:
    case sami_harness::Arm::METHOD_NOT_SET:
      break;
  }
  SAMI_CHECK(false) << arm.name() << " has no method";
  return decltype(work(arm.sft(), ""))();
}

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_METHOD_REGISTRY_H_
