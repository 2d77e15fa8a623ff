// Pinned public data files (sources.bzl): where they are, where they come from, under which licence.
//
// A target lists the files it reads, data = pinned("mt_bench/question.jsonl"), and opens them by the same name:
//
//   ASSIGN_OR_RETURN(const std::string path, PinnedFile("mt_bench/question.jsonl"));
#ifndef DATASETS_SOURCES_PINNED_H_
#define DATASETS_SOURCES_PINNED_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace datasets {

struct PinnedSource {
  const char* name;        // here: "mt_bench/question.jsonl"
  const char* repository;  // the Bazel repository that holds it
  const char* file;        // its name in that repository, and in a --distdir folder
  const char* url;         // at a commit
  const char* sha256;      // 64 hexadecimal digits
  const char* licence;     // SPDX identifier
};

// The whole table, in its order.
absl::Span<const PinnedSource> PinnedSources();

// The path of a file whose bytes Bazel has checked against the table.
//   kNotFound: it could not be fetched, or an installation has lost it; the message is one line that says which file
//   and
//     how to get it.
//   kInternal: our bug: no such name, or the target does not list it under `data`.
absl::StatusOr<std::string> PinnedFile(absl::string_view name);

// The same of every file of a folder, "sami_tldr/constitutions_opus", in the table's order; none where the table has no
// such folder.
absl::StatusOr<std::vector<std::string>> PinnedFolder(absl::string_view name);

}  // namespace datasets

#endif  // DATASETS_SOURCES_PINNED_H_
