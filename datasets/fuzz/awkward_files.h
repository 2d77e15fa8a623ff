// Files that nobody should have, and some do.
#ifndef DATASETS_FUZZ_AWKWARD_FILES_H_
#define DATASETS_FUZZ_AWKWARD_FILES_H_

#include <string>
#include <vector>

namespace datasets {

std::vector<std::string> AwkwardFiles();

}  // namespace datasets

#endif  // DATASETS_FUZZ_AWKWARD_FILES_H_
