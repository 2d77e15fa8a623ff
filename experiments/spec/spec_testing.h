// Test specs: a small valid spec for tests to break.
#ifndef EXPERIMENTS_SPEC_SPEC_TESTING_H_
#define EXPERIMENTS_SPEC_SPEC_TESTING_H_

namespace experiments {

// Two trained arms, sami from sft, the child first, and the model that they come from. Tests name its lines and
// columns.
constexpr char kSmallSpec[] = R"(name: "small"
models { name: "base" folder: "models/base" }
arms {
  name: "sami"
  parent: "sft" data: "pairs"
  sami { training { batch_size: 16 } }
}
arms { name: "sft" parent: "base" data: "pairs" sft {} }
evaluations { name: "test"
  settings: [ POSITIVE, STEERING ]
  judges: PRINCIPLE
  judges: CONTENT
  comparisons { arm: "sami" baseline: "sft" }
  comparisons { arm: "sft" baseline: "base" }
  queries: "asked" constitutions: "principles"
}
arms { name: "base" model: "base" }
queries { name: "train" jsonl { file: "train.jsonl" } }
queries { name: "asked" embedded { split: TEST } take: 8 }
constitutions { name: "principles" }
data { name: "pairs" queries: "train" constitutions: "principles" generator: "base" }
)";

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_SPEC_TESTING_H_
