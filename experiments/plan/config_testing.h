// Configurations of shipped folders, for tests.
#ifndef EXPERIMENTS_PLAN_CONFIG_TESTING_H_
#define EXPERIMENTS_PLAN_CONFIG_TESTING_H_

#include <string>

#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/config/config.h"

namespace experiments {

inline lm::ModelConfig Config(const std::string& folder) {
  const std::string path = folder + "/config.json";
  const auto text = base::ReadFile(base::Runfile(path));
  EXPECT_THAT(text, base::IsOk());
  const auto config = lm::ParseModelConfig(text.ok() ? *text : "", path);
  EXPECT_THAT(config, base::IsOk());
  return config.ok() ? *config : lm::ModelConfig();
}

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_CONFIG_TESTING_H_
