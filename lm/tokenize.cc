#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/tokenizer/tokenizer.h"

ABSL_FLAG(std::string, tokenizer, "", "a tokenizer.json, or a sentencepiece *.model");
ABSL_FLAG(bool, decode, false, "read JSON lists of ids and write texts");
ABSL_FLAG(
    bool, add_special_tokens, false,
    "encode: put around each text what the tokenizer puts there (BOS, ...); decode: write special tokens as well");
ABSL_FLAG(bool, allow_special_in_text, true,
          "encode: special tokens that a text spells out (\"<|im_end|>\") are those tokens, not text");
ABSL_FLAG(
    bool, offsets, false,
    "encode: write {\"ids\": [...], \"offsets\": [[begin, end], ...]}, with the characters that each id stands for; "
    "always with what the tokenizer puts around a text, which stands for none");
ABSL_FLAG(bool, json, false, "texts are JSON strings, which may hold line breaks, instead of bare lines");

namespace lm {
namespace {

constexpr char kUsage[] =
    "Turns texts into token ids, and back.\n\n"
    "Usage: sami tokenize --tokenizer=FILE <texts >ids          a text a line in, a JSON list of ids a line out\n"
    "       sami tokenize --tokenizer=FILE --decode <ids        the other way round\n\n"
    "Bytes that are not UTF-8 are encoded as they are; decoding shows them as U+FFFD.";

absl::StatusOr<std::string> Encode(const Tokenizer& tokenizer, const std::string& line, const std::string& where) {
  std::string text = line;
  if (absl::GetFlag(FLAGS_json)) {
    ASSIGN_OR_RETURN(const base::Json value, base::ParseJson(line, where));
    if (!value.is_string()) return absl::InvalidArgumentError(absl::StrCat(where, ": must be a JSON string"));
    text = value.get<std::string>();
  }
  const SpecialText special =
      absl::GetFlag(FLAGS_allow_special_in_text) ? SpecialText::kAsTokens : SpecialText::kAsText;
  if (absl::GetFlag(FLAGS_offsets)) {
    const FullEncoding encoding = tokenizer.EncodeFully(text, std::nullopt, special);
    base::OrderedJson offsets = base::OrderedJson::array();
    for (const TextSpan& span : encoding.characters) offsets.push_back({span.begin, span.end});
    return base::OrderedJson({{"ids", encoding.ids}, {"offsets", std::move(offsets)}}).dump();
  }
  TokenIds ids = tokenizer.Encode(text, special);
  if (absl::GetFlag(FLAGS_add_special_tokens)) ids = tokenizer.AddSpecialTokens(std::move(ids));
  return base::Json(ids).dump();
}

bool IsTokenId(const Tokenizer& tokenizer, const base::Json& value) {
  if (!value.is_number_integer()) return false;
  const int64_t id = value.get<int64_t>();
  return id >= 0 && id < tokenizer.vocab_size() && tokenizer.Token(static_cast<int32_t>(id)).has_value();
}

absl::StatusOr<std::string> Decode(const Tokenizer& tokenizer, const std::string& line, const std::string& where) {
  ASSIGN_OR_RETURN(const base::Json value, base::ParseJson(line, where));
  TokenIds ids;
  for (const base::Json& id : value.is_array() ? value : base::Json::array({value})) {
    if (!IsTokenId(tokenizer, id)) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": must be a list of ids of tokens, and ", id.dump(), " is none"));
    }
    ids.push_back(id.get<int32_t>());
  }
  const std::string text = tokenizer.Decode(ids, {!absl::GetFlag(FLAGS_add_special_tokens), true});
  return absl::GetFlag(FLAGS_json) ? base::PrintJson(text) : text;
}

// Standard input may be without end, and without an end of line.
constexpr size_t kMaxLineBytes = 64 << 20;

// The next line, or the beginning of a longer one than may be.
bool NextLine(std::string* line) {
  line->clear();
  std::streambuf* in = std::cin.rdbuf();
  constexpr int kEnd = std::char_traits<char>::eof();
  try {
    int c = in->sbumpc();
    if (c == kEnd) return false;
    for (; c != kEnd && c != '\n' && line->size() <= kMaxLineBytes; c = in->sbumpc()) *line += static_cast<char>(c);
    return true;
  } catch (const std::ios_base::failure&) {  // a folder, a disk that fails
    std::cin.setstate(std::ios_base::badbit);
    return false;
  }
}

absl::Status Run(const base::Arguments& rest) {
  if (!rest.empty() || absl::GetFlag(FLAGS_tokenizer).empty()) {
    return absl::InvalidArgumentError("--tokenizer=FILE is needed, and texts come from standard input; see --help");
  }
  ASSIGN_OR_RETURN(const auto tokenizer, LoadTokenizer(base::UserPath(absl::GetFlag(FLAGS_tokenizer))));
  std::string line;
  for (int64_t number = 1; NextLine(&line); ++number) {
    const std::string where = absl::StrCat("standard input, line ", number);
    if (line.size() > kMaxLineBytes) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": has more than ", kMaxLineBytes, " bytes"));
    }
    ASSIGN_OR_RETURN(const std::string result,
                     absl::GetFlag(FLAGS_decode) ? Decode(*tokenizer, line, where) : Encode(*tokenizer, line, where));
    if (!(std::cout << result << "\n")) break;  // base/main/main.h says so
  }
  return std::cin.bad() ? absl::UnavailableError("standard input: cannot be read; is it a folder?") : absl::OkStatus();
}

}  // namespace
}  // namespace lm

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return base::RunMain(argc, argv, lm::kUsage, lm::Run);
}
