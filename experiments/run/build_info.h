// Build information: the commit that the binary was built from.
//
// Only main() may depend on this target: it changes with every commit, and whatever includes it is built again.
#ifndef EXPERIMENTS_RUN_BUILD_INFO_H_
#define EXPERIMENTS_RUN_BUILD_INFO_H_

namespace experiments {

// The commit, with "-dirty" after it when the working tree differed; "unknown" outside a git checkout.
const char* CodeCommit();

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_BUILD_INFO_H_
