// Test specs: a small valid spec for tests to break.
#ifndef EXPERIMENTS_SPEC_SPEC_TESTING_H_
#define EXPERIMENTS_SPEC_SPEC_TESTING_H_

namespace experiments {

// Two arms, sami trained from sft, the child first. Tests name its lines and columns.
constexpr char kSmallSpec[] = R"(name: "small"
base_model { folder: "models/base" }
arms {
  name: "sami"
  parent: "sft"
  sami { training { batch_size: 16 } }
}
arms { name: "sft" sft {} }
evaluation {
  settings: [ POSITIVE, STEERING ]
  judges: PRINCIPLE
  judges: CONTENT
  comparisons { arm: "sami" baseline: "sft" }
  comparisons { arm: "sft" baseline: "base" }
}
)";

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_SPEC_TESTING_H_
