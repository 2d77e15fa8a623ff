// Rows of a data file: JSON Lines, a JSON list of objects, or CSV with a header line; the first character shows which.
//
// JSON Lines and CSV are read line by line, in memory that does not grow with the file; a JSON list is read as a whole.
#ifndef ANALYSIS_COMMANDS_ROWS_H_
#define ANALYSIS_COMMANDS_ROWS_H_

#include <cstdint>
#include <istream>
#include <set>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace analysis {

// One row, with where it stood ("scores.csv:17"). Errors of its members name row and key.
class Row {
 public:
  Row(const base::Json& members, absl::string_view path, int64_t line) : members_(members), path_(path), line_(line) {}

  // Neither absent, nor null, nor (in CSV) empty.
  bool Has(absl::string_view key) const;
  // Whether there is such a member or column, be it empty.
  bool Names(absl::string_view key) const { return members_.find(std::string(key)) != members_.end(); }
  // A string, or a number as it is written.
  absl::StatusOr<std::string> Text(absl::string_view key) const;
  // The same of what names an item: 81, 81.0, "81" and "81.0" are one, as tools write ids as numbers, text or, beside
  // missing ones, with a decimal point.
  absl::StatusOr<std::string> Id(absl::string_view key) const;
  // A finite number, or a string that is one; true and false are 1 and 0.
  absl::StatusOr<double> Number(absl::string_view key) const;
  const base::Json& members() const { return members_; }

  std::string where() const;
  // kInvalidArgument "<where>: <message>", at most 1000 characters of the message.
  absl::Status Error(absl::string_view message) const;

 private:
  const base::Json& members_;
  absl::string_view path_;
  int64_t line_;
};

using RowVisitor = absl::FunctionRef<absl::Status(const Row&)>;

// Calls visit(row) for each row, stopping at its first error. `path` is "-" for standard input. Fields of CSV may be
// quoted as in RFC 4180; a quoted field may hold line breaks. Blank lines are passed over. A byte order mark and CRLF
// are no part of the text. NaN in JSON, which is none, is read as null, as Python writes it; Infinity as that text.
// kNotFound when there is no such file; kInvalidArgument for no rows, broken JSON, a row with more or fewer fields than
// the header, a header that names a column twice, columns that semicolons or tabs tell apart, UTF-16, a line of more
// than 64 MiB, and more than base::kMaxFileBytes in all.
absl::Status ForEachRow(const std::string& path, RowVisitor visit);
// The same from a stream; `path` is for messages.
absl::Status ForEachRow(std::istream& in, absl::string_view path, RowVisitor visit);

// Which rows count of a file of lm-eval's (samples_*.jsonl), which has one a document and filter: those of the filter
// that was asked for, or of the only one that there is. Rows without "filter" always count.
class FilterChoice {
 public:
  // wanted: "" for the only one
  explicit FilterChoice(std::string wanted) : wanted_(std::move(wanted)) {}

  // kInvalidArgument for a second filter where none was asked for.
  absl::StatusOr<bool> Takes(const Row& row);
  // kInvalidArgument when no row was of the filter that was asked for; names those that there are.
  absl::Status Finish(absl::string_view path) const;

 private:
  std::string wanted_;
  std::set<std::string> found_;
};

// ForEachRow over the rows that the filter takes.
absl::Status ForEachRow(const std::string& path, const std::string& filter, RowVisitor visit);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ROWS_H_
