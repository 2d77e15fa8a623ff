#include "lm/chat/published_sampling.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_fields.h"

namespace lm {
namespace {

constexpr int64_t kTopK = 50;  // transformers' own default

// What would make another text of it.
constexpr const char* kSearches[] = {"num_beams", "num_beam_groups"};
constexpr const char* kWarpers[] = {"typical_p",     "epsilon_cutoff",       "eta_cutoff",
                                    "penalty_alpha", "no_repeat_ngram_size", "bad_words_ids",
                                    "sequence_bias", "forced_bos_token_id",  "suppress_tokens"};

// A number from 0 to `max`, or above 0 alone.
absl::StatusOr<double> NumberUpTo(const Fields& fields, const char* key, double max, bool may_be_zero,
                                  double fallback) {
  ASSIGN_OR_RETURN(const double value, fields.NumberOr(key, 0, fallback));
  if (value <= max && (may_be_zero || value > 0)) return value;
  return fields.Wrong(key, absl::StrCat(may_be_zero ? "from 0 to " : "above 0 and at most ", max));
}

}  // namespace

absl::StatusOr<PublishedSampling> ReadPublishedSampling(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/generation_config.json");
  PublishedSampling sampling;
  if (!base::FileExists(path)) return sampling;
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text, path));
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": is no JSON object"));
  const Fields fields(json, path, "");
  for (const char* key : kSearches) {
    ASSIGN_OR_RETURN(const double value, fields.NumberOr(key, 0, 1));
    if (value > 1) return fields.Unsupported(key, "1");
  }
  for (const char* key : kWarpers) {
    const base::Json* value = fields.Find(key);
    const bool is_off = value == nullptr || *value == 0 || *value == 1 || (!value->is_number() && value->empty());
    if (!is_off) return fields.Unsupported(key, "null");
  }
  ASSIGN_OR_RETURN(sampling.repetition_penalty, NumberUpTo(fields, "repetition_penalty", 1e6, false, 1));
  ASSIGN_OR_RETURN(const bool samples, fields.BoolOr("do_sample", false));
  if (!samples) return sampling;
  ASSIGN_OR_RETURN(sampling.temperature, fields.NumberOr("temperature", 0, 1));
  ASSIGN_OR_RETURN(const double top_k, NumberUpTo(fields, "top_k", 1e9, true, kTopK));
  sampling.top_k = static_cast<int64_t>(top_k);
  ASSIGN_OR_RETURN(sampling.top_p, NumberUpTo(fields, "top_p", 1, false, 1));
  ASSIGN_OR_RETURN(sampling.min_p, NumberUpTo(fields, "min_p", 1, true, 0));
  return sampling;
}

}  // namespace lm
