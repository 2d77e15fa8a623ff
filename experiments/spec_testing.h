// A small valid spec for tests to break.
#ifndef EXPERIMENTS_SPEC_TESTING_H_
#define EXPERIMENTS_SPEC_TESTING_H_

namespace experiments {

// Two arms, sami trained from sft; its fields stand in these lines. Column 1 is the first.
constexpr char kSmallSpec[] = R"pb(name: "small"
                                   base_model { folder: "models/base" }
                                   arms {
                                     name: "sami"
                                     parent: "sft"
                                     sami { training { batch_size: 16 } }
                                   }
                                   arms {
                                     name: "sft"
                                     sft {}
                                   }
                                   evaluation {
                                     settings: [ POSITIVE, STEERING ]
                                     judges: PRINCIPLE
                                     judges: CONTENT
                                     comparisons { arm: "sami" baseline: "sft" }
                                     comparisons { arm: "sft" baseline: "base" }
                                   }
)pb";

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_TESTING_H_
