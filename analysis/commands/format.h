// The flags --format and --json of every command that prints tables.
#ifndef ANALYSIS_COMMANDS_FORMAT_H_
#define ANALYSIS_COMMANDS_FORMAT_H_

#include <string>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"

namespace analysis {

enum class Format { kText, kMarkdown, kCsv, kLatex, kJson };

// What --format names ("text", "markdown", "csv", "latex", "json"; --json is short for the last). kInvalidArgument for
// another name.
absl::StatusOr<Format> FormatFromFlags();

std::string Formatted(const Table& table, Format format);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_FORMAT_H_
