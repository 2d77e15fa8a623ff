// Input paths: where the files and folders that a spec names are looked up.
#ifndef DATASETS_SOURCES_FIND_INPUT_H_
#define DATASETS_SOURCES_FIND_INPUT_H_

#include <string>

#include "absl/status/statusor.h"

namespace datasets {

// A relative path is looked up from the user's folder, then from the workspace, then among the program's own files;
// last it may be the name of a pinned public file (datasets/sources/pinned.h). kNotFound names the field.
absl::StatusOr<std::string> FindInput(const std::string& field, const std::string& path);

// The spec that a --spec flag names: a user's file or a shipped one, by its path in the workspace; the shipped
// `standard` where the flag is empty. kNotFound only where an installation has lost the shipped one: that there is no
// such file is for the reader to say.
absl::StatusOr<std::string> SpecPath(const std::string& flag, const std::string& standard);

}  // namespace datasets

#endif  // DATASETS_SOURCES_FIND_INPUT_H_
