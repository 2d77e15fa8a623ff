// Constitutions from whatever a spec names: a file in any form, or a folder of files.
#ifndef DATASETS_CONSTITUTIONS_CONSTITUTION_FILES_H_
#define DATASETS_CONSTITUTIONS_CONSTITUTION_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "datasets/constitutions/constitutions.h"

namespace datasets {

// One of the two is empty: principles to draw constitutions from, or constitutions as they were written.
struct Constitutions {
  std::vector<Principle> principles;
  std::vector<ConstitutionPair> pairs;
};

// A file of principles (ReadPrinciples), a file of a pair (ReadConstitutionPair), or a folder of pairs
// (ReadConstitutionFolder): known by content. The errors are those of the reader.
absl::StatusOr<Constitutions> ReadConstitutions(const std::string& path);

// The pairs in the files 0.json, 1.json, ... of a folder, by number, which may begin anywhere and have gaps. Files that
// do not end in ".json" are passed over. kInvalidArgument when a name is no number, two are the same number, a file is
// no pair, or there is none; kNotFound when there is no such folder.
absl::StatusOr<std::vector<ConstitutionPair>> ReadConstitutionFolder(const std::string& folder);

// The principles that pairs are made of, in the order in which they are first seen: what has the identifier "pos NAME"
// is the principle NAME, "neg NAME" its antithesis. So the first paper's six pairs are two principles, to draw other
// constitutions from. kInvalidArgument for another identifier, one that stands for two texts, or one without its
// opposite.
absl::StatusOr<std::vector<Principle>> PrinciplesOfPairs(absl::Span<const ConstitutionPair> pairs);

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_CONSTITUTION_FILES_H_
