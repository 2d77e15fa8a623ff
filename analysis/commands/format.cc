#include "analysis/commands/format.h"

#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(std::string, format, "text", "form of the output: text, markdown, csv, latex or json");
ABSL_FLAG(bool, json, false, "short for --format=json");

namespace analysis {

absl::StatusOr<Format> FormatFromFlags() {
  if (absl::GetFlag(FLAGS_json)) return Format::kJson;
  const std::string given = absl::GetFlag(FLAGS_format);
  for (const auto& [name, format] :
       {std::pair("text", Format::kText), std::pair("markdown", Format::kMarkdown), std::pair("csv", Format::kCsv),
        std::pair("latex", Format::kLatex), std::pair("json", Format::kJson)}) {
    if (given == name) return format;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--format must be text, markdown, csv, latex or json, not \"", given, "\""));
}

std::string Formatted(const Table& table, Format format) {
  switch (format) {
    case Format::kMarkdown:
      return ToMarkdown(table);
    case Format::kCsv:
      return ToCsv(table);
    case Format::kLatex:
      return ToLatex(table);
    case Format::kJson:
      return JsonText(ToJson(table));
    case Format::kText:
      break;
  }
  return ToText(table);
}

}  // namespace analysis
