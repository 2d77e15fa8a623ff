// Links of a run's folder into the store.
#ifndef EXPERIMENTS_RUN_LINKS_H_
#define EXPERIMENTS_RUN_LINKS_H_

#include <string>

#include "absl/status/status.h"

namespace experiments {

// Makes `path` a link to `target`, whatever was there, at once where that is a link. kUnavailable where it cannot.
absl::Status MakeLink(const std::string& target, const std::string& path);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LINKS_H_
