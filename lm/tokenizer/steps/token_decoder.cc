#include "lm/tokenizer/steps/token_decoder.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/byte_token.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using Kind = DecoderStep::Kind;
using Tokens = std::vector<std::string>;

bool IsOfEachToken(const DecoderStep& step) { return step.kind == Kind::kByteLevel || step.kind == Kind::kReplace; }

// Byte tokens next to each other become one token.
Tokens JoinBytes(const Tokens& tokens, bool replace_broken) {
  Tokens result;
  std::string bytes;
  const auto finish_bytes = [&] {
    if (bytes.empty()) return;
    if (replace_broken && WellFormedPrefixSize(bytes) != bytes.size()) {
      std::string replaced;
      for (size_t i = 0; i < bytes.size(); ++i) replaced += kReplacementCharacter;
      bytes = std::move(replaced);
    }
    result.push_back(std::move(bytes));
    bytes.clear();
  };
  for (const std::string& token : tokens) {
    const std::optional<uint8_t> byte = ByteOfToken(token);
    if (byte) {
      bytes += static_cast<char>(*byte);
    } else {
      finish_bytes();
      result.push_back(token);
    }
  }
  finish_bytes();
  return result;
}

absl::string_view Stripped(absl::string_view token, const DecoderStep& step) {
  for (int i = 0; i < step.start && absl::ConsumePrefix(&token, step.content); ++i) continue;
  for (int i = 0; i < step.stop && absl::ConsumeSuffix(&token, step.content); ++i) continue;
  return token;
}

std::string Replaced(const DecoderStep& step, absl::string_view token) {
  if (WellFormedPrefixSize(token) < token.size()) return std::string(token);
  std::string result;
  size_t done = 0;
  step.pattern->ForEachMatch(token, [&](size_t begin, size_t end) {
    absl::StrAppend(&result, token.substr(done, begin - done), step.content);
    done = end;
  });
  absl::StrAppend(&result, token.substr(done));
  return result;
}

std::string CleanedUp(absl::string_view text) {
  std::string result(text);
  for (const auto& [from, to] :
       {std::make_pair(" .", "."), std::make_pair(" ?", "?"), std::make_pair(" !", "!"), std::make_pair(" ,", ","),
        std::make_pair(" ' ", "'"), std::make_pair(" n't", "n't"), std::make_pair(" 'm", "'m"),
        std::make_pair(" do not", " don't"), std::make_pair(" 's", "'s"), std::make_pair(" 've", "'ve"),
        std::make_pair(" 're", "'re")}) {
    absl::StrReplaceAll({{from, to}}, &result);
  }
  return result;
}

Tokens Apply(const DecoderStep& step, Tokens tokens, bool replace_broken) {
  switch (step.kind) {
    case Kind::kByteLevel:
      for (std::string& token : tokens) token = SymbolsToBytes(token).value_or(token);
      break;
    case Kind::kReplace:
      for (std::string& token : tokens) token = Replaced(step, token);
      break;
    case Kind::kByteFallback:
      return JoinBytes(tokens, replace_broken);
    case Kind::kFuse: {
      const std::string fused = absl::StrJoin(tokens, "");
      return {replace_broken ? ReplaceBrokenUtf8(fused) : fused};
    }
    case Kind::kStrip:
      for (std::string& token : tokens) token = std::string(Stripped(token, step));
      break;
    case Kind::kMetaspace:
      for (size_t i = 0; i < tokens.size(); ++i) {
        absl::StrReplaceAll({{step.content, i == 0 && step.strip_first ? "" : " "}}, &tokens[i]);
      }
      break;
    case Kind::kWordPiece:
      for (size_t i = 1; i < tokens.size(); ++i) {
        absl::string_view rest = tokens[i];
        tokens[i] = absl::ConsumePrefix(&rest, step.content) ? std::string(rest) : absl::StrCat(" ", tokens[i]);
      }
      break;
    case Kind::kSuffix:
      for (size_t i = 0; i < tokens.size(); ++i) {
        absl::StrReplaceAll({{step.content, i + 1 == tokens.size() ? "" : " "}}, &tokens[i]);
      }
      break;
    case Kind::kCleanUp:
      for (std::string& token : tokens) token = CleanedUp(token);
      break;
    case Kind::kSpaces:
      return {absl::StrJoin(tokens, " ")};
  }
  return tokens;
}

}  // namespace

TokenDecoder::TokenDecoder(std::vector<DecoderStep> steps) {
  // Bytes of several tokens make one character, so that what comes after sees one token.
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    if (steps[i].kind == Kind::kByteLevel) steps.insert(steps.begin() + i + 1, DecoderStep{Kind::kFuse});
  }
  const auto split = std::find_if_not(steps.begin(), steps.end(), IsOfEachToken);
  each_.assign(steps.begin(), split);
  all_.assign(split, steps.end());
}

std::string TokenDecoder::Prepare(absl::string_view token) const {
  Tokens tokens = {std::string(token)};
  for (const DecoderStep& step : each_) tokens = Apply(step, std::move(tokens), false);
  return std::move(tokens[0]);
}

std::string TokenDecoder::Join(std::vector<absl::string_view> prepared, bool replace_broken) const {
  std::string text;
  if (all_.empty()) {
    text = absl::StrJoin(prepared, "");
  } else {
    Tokens tokens(prepared.begin(), prepared.end());
    for (const DecoderStep& step : all_) tokens = Apply(step, std::move(tokens), replace_broken);
    text = absl::StrJoin(tokens, "");
  }
  return replace_broken ? ReplaceBrokenUtf8(text) : text;
}

}  // namespace lm
