// Files for the readers' fuzz test.
#ifndef DATASETS_FUZZ_FILES_H_
#define DATASETS_FUZZ_FILES_H_

#include <string>
#include <vector>

#include "base/random.h"

namespace datasets {

// One file of each format that a reader takes.
std::vector<std::string> SeedFiles();

// Files that nobody should have, and some do.
std::vector<std::string> AwkwardFiles();

// The text with one to three random changes: bytes, words of the formats, other files behind it.
std::string Mutated(std::string text, base::RandomStream& stream);

}  // namespace datasets

#endif  // DATASETS_FUZZ_FILES_H_
