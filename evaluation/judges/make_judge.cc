#include "evaluation/judges/make_judge.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/installation.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/mt_bench/judge_prompts.h"
#include "datasets/sources/pinned.h"
#include "evaluation/judges/rule_judge.h"
#include "lm/chat/local_chat_model.h"
#include "lm/checkpoint/model_files.h"

namespace evaluation {
namespace {

using ::datasets::JudgePrompt;
using ::sami_harness::EndpointAccess;
using ::sami_harness::JudgeSpec;
using ::sami_harness::VerdictGrammar;

constexpr char kOwn[] = "own";
constexpr char kFastChat[] = "fastchat";

JudgePrompt::Type TypeOf(const JudgeSpec& spec) {
  return spec.mode() == JudgeSpec::SINGLE ? JudgePrompt::Type::kSingle : JudgePrompt::Type::kPairwise;
}

absl::StatusOr<std::string> Find(const JudgeSurroundings& surroundings, const std::string& field,
                                 const std::string& path) {
  if (!surroundings.find) return path;
  return surroundings.find(field, path);
}

absl::StatusOr<std::string> PromptsPath(const JudgeSpec& spec, const JudgeSurroundings& surroundings) {
  if (spec.prompts() == kFastChat) return datasets::PinnedFile("mt_bench/judge_prompts.jsonl");
  if (spec.prompts() != kOwn) return Find(surroundings, "judge.prompts", spec.prompts());
  return base::ShippedFile("evaluation/judges/prompts.jsonl");
}

absl::StatusOr<PromptSet> MakePrompts(const JudgeSpec& spec, const JudgeSurroundings& surroundings) {
  const JudgePrompt::Type type = TypeOf(spec);
  PromptNames names;
  if (spec.has_prompt_names()) {
    names = {spec.prompt_names().general(), spec.prompt_names().reference(), spec.prompt_names().two_turns(),
             spec.prompt_names().two_turns_reference()};
  } else if (spec.prompts() == kOwn) {
    names = OwnPrompts(type, spec.principles());
  } else if (spec.prompts() == kFastChat) {
    names = FastChatPrompts(type);
  } else {
    return absl::InvalidArgumentError(
        "judge.prompt_names is missing: which prompts of judge.prompts shall serve; only \"own\" and \"fastchat\" have "
        "names that are known");
  }
  if (spec.principles() && spec.prompts() != kOwn) {
    return absl::InvalidArgumentError(
        "judge.principles chooses among our own prompts; of others, judge.prompt_names does");
  }
  ASSIGN_OR_RETURN(const std::string path, PromptsPath(spec, surroundings));
  ASSIGN_OR_RETURN(const std::vector<JudgePrompt> prompts, datasets::ReadJudgePrompts(path));
  auto set = PromptSet::Make(prompts, names, type);
  if (!set.ok()) return base::Annotate(set.status(), path);
  return set;
}

// The grammar that the spec names; none: the prompts' one. A canonical spec has an empty one where none was given.
absl::StatusOr<std::optional<Grammar>> SpecGrammar(const JudgeSpec& spec) {
  if (spec.grammar().ByteSizeLong() == 0) return std::nullopt;
  const VerdictGrammar& form = spec.grammar();
  OwnWords words;
  words.first.assign(form.first().begin(), form.first().end());
  words.second.assign(form.second().begin(), form.second().end());
  words.tie.assign(form.tie().begin(), form.tie().end());
  if (form.has_lowest()) words.lowest = form.lowest();
  if (form.has_highest()) words.highest = form.highest();
  switch (form.form_case()) {
    case VerdictGrammar::kJsonKey:
      return JsonGrammar(form.json_key(), words);
    case VerdictGrammar::kPattern:
      return PatternGrammar(form.pattern(), words);
    case VerdictGrammar::kName:
      break;
    default:
      return absl::InvalidArgumentError("its form is missing: one of name, json_key and pattern");
  }
  const bool has_words = form.first_size() + form.second_size() + form.tie_size() > 0;
  if (has_words || form.has_lowest() || form.has_highest()) {
    return absl::InvalidArgumentError("`first`, `second`, `tie`, `lowest` and `highest` are of json_key and pattern");
  }
  return GrammarOfFormat(form.name());
}

// What the options say of how replies are read.
absl::StatusOr<LanguageModelJudgeOptions> ReadingOptions(const JudgeSpec& spec) {
  LanguageModelJudgeOptions options;
  auto parser = ParserFromName(spec.parser());
  if (!parser.ok()) return base::Annotate(parser.status(), "judge.parser");
  options.parser = *parser;
  auto grammar = SpecGrammar(spec);
  if (!grammar.ok()) return base::Annotate(grammar.status(), "judge.grammar");
  options.grammar = *std::move(grammar);
  return options;
}

absl::StatusOr<std::unique_ptr<lm::ChatModel>> MakeLocal(const JudgeSpec& spec, const PromptSet& prompts,
                                                         const std::optional<Grammar>& own,
                                                         const JudgeSurroundings& surroundings) {
  lm::LocalChatOptions options;
  options.generation.threads = surroundings.threads;
  options.device = surroundings.device;
  if (spec.local().labels()) {
    if (spec.temperature() != 0 || spec.repeats() != 1) {
      return absl::InvalidArgumentError(
          "judge.local.labels: the most probable label is always the same one; it needs "
          "temperature 0 and one repeat");
    }
    Grammar grammar;
    if (own.has_value()) {
      grammar = *own;
    } else {
      ASSIGN_OR_RETURN(grammar, GrammarOfFormat(prompts.output_format()));
    }
    auto labels = AllReplies(grammar);
    if (!labels.ok()) return base::Annotate(labels.status(), "judge.local.labels");
    options.labels = *std::move(labels);
  }
  ASSIGN_OR_RETURN(const std::string folder, Find(surroundings, "judge.local.folder", spec.local().folder()));
  return lm::LoadLocalChatModel(folder, options);
}

absl::StatusOr<MadeJudge> MakeRule(const JudgeSpec& spec, const JudgeSurroundings& surroundings) {
  if (spec.mode() != JudgeSpec::PAIRWISE) {
    return absl::InvalidArgumentError("judge.mode: rules compare two answers; SINGLE needs a language model");
  }
  MadeJudge made;
  made.judge = spec.rule().rule() == sami_harness::RuleJudge::CONTENT ? MakeContentJudge(surroundings.answer_keys)
                                                                      : MakePrincipleJudge();
  return made;
}

absl::StatusOr<lm::EndpointOptions> OptionsOf(const sami_harness::EndpointModel& model, const EndpointAccess& access) {
  lm::EndpointOptions options;
  if (access.base_url_size() > 0) {
    options.base_url = access.base_url(0);
    options.more_urls.assign(access.base_url().begin() + 1, access.base_url().end());
  }
  options.model = model.model();
  if (model.has_extra()) {
    ASSIGN_OR_RETURN(options.extra, base::ParseJson(model.extra(), "endpoint.extra"));
  }
  options.key_env = access.key_variable();
  options.key_file = access.key_file();
  options.key_header = access.key_header();
  options.concurrency = access.concurrency();
  options.requests_per_minute = access.requests_per_minute();
  options.http.total_timeout = absl::Seconds(access.timeout_seconds());
  options.http.ca_file = access.ca_file();
  options.retry.max_tries = access.max_tries();
  options.retry.first_delay = absl::Seconds(access.first_delay_seconds());
  options.retry_empty = true;  // nothing is no reply
  options.prices = {access.prompt_price(), access.completion_price()};
  options.budget = {access.max_total_tokens(), access.max_cost()};
  return options;
}

// The server, or a batch's answers in its place, as `made.model`.
absl::Status MakeServer(const JudgeSpec& spec, const JudgeSurroundings& surroundings, MadeJudge& made) {
  if (surroundings.access == nullptr) {
    return absl::InvalidArgumentError("access is missing: where judge.endpoint is (base_url, key_variable)");
  }
  ASSIGN_OR_RETURN(const lm::EndpointOptions options, OptionsOf(spec.endpoint(), *surroundings.access));
  if (surroundings.batch_answers.has_value()) {
    ASSIGN_OR_RETURN(auto batch, lm::BatchModel::Make(options, *surroundings.batch_answers));
    made.batch = batch.get();
    made.costs = [options](const lm::Recording::Totals& totals) {
      return lm::CostsJson(options.model, options.prices, {}, totals);
    };
    made.model = std::move(batch);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto endpoint, lm::Endpoint::Make(options));
  made.cost = [endpoint = endpoint.get()] { return lm::Summary(endpoint->statistics()); };
  made.costs = [endpoint = endpoint.get(), options](const lm::Recording::Totals& totals) {
    return lm::CostsJson(options.model, options.prices, endpoint->statistics(), totals);
  };
  made.model = std::move(endpoint);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<lm::Endpoint>> MakeEndpoint(const sami_harness::EndpointModel& model,
                                                           const EndpointAccess& access) {
  ASSIGN_OR_RETURN(const lm::EndpointOptions options, OptionsOf(model, access));
  return lm::Endpoint::Make(options);
}

absl::StatusOr<MadeJudge> MakeJudge(const JudgeSpec& spec, const JudgeSurroundings& surroundings) {
  if (spec.source_case() == JudgeSpec::kRule) return MakeRule(spec, surroundings);
  ASSIGN_OR_RETURN(LanguageModelJudgeOptions options, ReadingOptions(spec));
  options.temperature = spec.temperature();
  options.top_p = spec.top_p();
  options.max_tokens = spec.max_tokens();
  options.seed = spec.seed();
  options.max_rounds = spec.max_attempts();
  ASSIGN_OR_RETURN(PromptSet prompts, MakePrompts(spec, surroundings));
  MadeJudge made;
  std::unique_ptr<lm::Recording> recording;
  switch (spec.source_case()) {
    case JudgeSpec::kEndpoint: {
      RETURN_IF_ERROR(MakeServer(spec, surroundings, made));
      options.extra = spec.endpoint().extra();
      break;
    }
    case JudgeSpec::kLocal: {
      ASSIGN_OR_RETURN(made.model, MakeLocal(spec, prompts, options.grammar, surroundings));
      break;
    }
    case JudgeSpec::kReplay: {
      ASSIGN_OR_RETURN(const std::string path, Find(surroundings, "judge.replay.file", spec.replay().file()));
      ASSIGN_OR_RETURN(recording, lm::Recording::Replay(path, spec.replay().model()));
      options.extra = spec.replay().extra();
      break;
    }
    default:
      return absl::InvalidArgumentError("judge: who judges is missing: one of endpoint, local, replay and rule");
  }
  if (recording == nullptr) {
    ASSIGN_OR_RETURN(recording, lm::Recording::Open(surroundings.exchanges, made.model.get(), surroundings.busy));
    recording->ShowProgress("judge", made.cost);
  }
  ASSIGN_OR_RETURN(auto judge, LanguageModelJudge::Make(std::move(prompts), options, std::move(recording)));
  made.language_model = judge.get();
  made.judge = std::move(judge);
  return made;
}

absl::StatusOr<std::string> JudgeInputsHash(const JudgeSpec& spec, const JudgeSurroundings& surroundings) {
  RETURN_IF_ERROR(ReadingOptions(spec).status());
  RETURN_IF_ERROR(MakePrompts(spec, surroundings).status());
  ASSIGN_OR_RETURN(const std::string prompts, PromptsPath(spec, surroundings));
  ASSIGN_OR_RETURN(std::string hashes, base::Sha256HexOfFile(prompts));
  if (spec.has_endpoint() && surroundings.access != nullptr) {
    RETURN_IF_ERROR(MakeEndpoint(spec.endpoint(), *surroundings.access).status());
  }
  if (spec.has_replay()) {
    ASSIGN_OR_RETURN(const std::string path, Find(surroundings, "judge.replay.file", spec.replay().file()));
    RETURN_IF_ERROR(lm::Recording::Replay(path, spec.replay().model()).status());
    ASSIGN_OR_RETURN(const std::string hash, base::Sha256HexOfFile(path));
    absl::StrAppend(&hashes, "\n", hash);
  }
  if (spec.has_local()) {
    ASSIGN_OR_RETURN(const std::string folder, Find(surroundings, "judge.local.folder", spec.local().folder()));
    ASSIGN_OR_RETURN(const std::string hash, lm::ModelIdentity(folder));
    absl::StrAppend(&hashes, "\n", hash);
  }
  return base::Sha256Hex(hashes);
}

}  // namespace evaluation
