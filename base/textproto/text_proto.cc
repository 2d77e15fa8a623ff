#include "base/textproto/text_proto.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "base/textproto/field_text.h"
#include "base/textproto/first_error.h"
#include "base/textproto/text_scan.h"
#include "google/protobuf/text_format.h"

namespace base {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::TextFormat;

std::string Where(const std::string& source, Place place) {
  return absl::StrCat(source, ":", place.line + 1, ":", place.column + 1);
}

// "source:line:column: what"; without a source, just what. The parser quotes the text as it is.
absl::Status Error(const std::string& source, Place place, absl::string_view what) {
  const std::string shown = Printable(what);
  return absl::InvalidArgumentError(source.empty() ? shown : absl::StrCat(Where(source, place), ": ", shown));
}

// The part of a message of the parser between its first two quotes.
std::string Quoted(const std::string& message) {
  const std::vector<std::string> parts = absl::StrSplit(message, '"');
  return parts.size() < 2 ? "" : parts[1];
}

bool IsAboutValue(absl::string_view said) {
  for (absl::string_view start : {"Expected integer", "Integer out of range", "Expected double", "Expected string",
                                  "Invalid value for boolean", "Expected \"{\""}) {
    if (absl::StartsWith(said, start)) return true;
  }
  return false;
}

// The parser's own words, with what they leave out: the field, its message, and what is allowed. The prefixes are those
// of Protobuf 3.21; under another wording the error has the parser's words and the place only.
absl::Status Explain(absl::string_view text, const std::string& source, const Message& message,
                     const FirstError& error) {
  const TextScan scan = ScanText(text, *message.GetDescriptor(), error.place());
  const std::string& said = error.message();
  const std::string path = Below(scan.open_path, scan.field_name);
  // Where the parser complains about a name, it has already gone on to the next token.
  if (absl::StartsWith(said, "Message type") && scan.open != nullptr) {
    return Error(source, scan.last,
                 absl::StrCat(scan.open_path.empty() ? "there is" : scan.open_path + " has", " no field \"",
                              scan.field_name, "\"; ", FieldsOf(*scan.open, scan.field_name)));
  }
  if (absl::StartsWith(said, "Unknown enumeration value") && scan.field != nullptr) {
    return Error(source, scan.last, absl::StrCat(path, " is ", Quoted(said), "; it must be ", Allowed(*scan.field)));
  }
  if (absl::StartsWith(said, "Non-repeated field")) {
    return Error(source, scan.last, absl::StrCat(path, " is given twice; it may be given once"));
  }
  if (absl::StartsWith(said, "Expected identifier") && absl::EndsWith(said, "got: ") && !scan.open_path.empty()) {
    return Error(source, error.place(),
                 absl::StrCat("the text ends, but ", scan.open_path, " is open; a '}' is missing"));
  }
  std::string what(absl::StripSuffix(said, "."));
  if (scan.field != nullptr && IsAboutValue(said))
    absl::StrAppend(&what, "; ", path, " must be ", Allowed(*scan.field));
  return Error(source, error.place(), what);
}

}  // namespace

absl::Status ParseTextProto(absl::string_view text, const std::string& source, Message* message,
                            FieldLocations* locations) {
  FirstError error;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(kMaxNesting);
  if (!parser.ParseFromString(std::string(text), message)) return Explain(text, source, *message, error);
  if (locations != nullptr) {
    *locations = FieldLocations(source);
    const TextScan scan = ScanText(text, *message->GetDescriptor());
    for (const auto& [path, place] : scan.fields) locations->Set(path, Where(source, place));
  }
  return absl::OkStatus();
}

bool ParseKnownFields(absl::string_view text, Message* message) {
  FirstError ignored;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&ignored);
  parser.SetRecursionLimit(kMaxNesting);
  parser.AllowUnknownField(true);
  parser.AllowPartialMessage(true);
  return parser.ParseFromString(std::string(text), message);
}

absl::Status ReadTextProto(const std::string& path, Message* message, FieldLocations* locations) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path, kMaxTextProtoBytes));
  return ParseTextProto(text, path, message, locations);
}

std::string PrintTextProto(const Message& message) {
  TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  SAMI_CHECK(printer.PrintToString(message, &text));
  return text;
}

}  // namespace base
