// Build information: which version this is, and the commit that the binary was built from.
//
// Only main() may depend on this target: it changes with every commit, and whatever includes it is built again.
#ifndef BASE_BUILD_INFO_H_
#define BASE_BUILD_INFO_H_

namespace base {

// The text of the file VERSION: "0.13.0".
const char* Version();

// The commit, with "-dirty" after it when the working tree differed; "unknown" outside a git checkout.
const char* CodeCommit();

}  // namespace base

#endif  // BASE_BUILD_INFO_H_
