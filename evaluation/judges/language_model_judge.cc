#include "evaluation/judges/language_model_judge.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/random.h"
#include "base/status.h"

namespace evaluation {
namespace {

using ::datasets::JudgePrompt;

// What FastChat writes in place of a reply that it did not get.
constexpr char kNoReply[] = "$ERROR$";

Contest Turned(Contest contest) {
  std::swap(contest.first, contest.second);
  return contest;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LanguageModelJudge>> LanguageModelJudge::Make(PromptSet prompts,
                                                                             const LanguageModelJudgeOptions& options,
                                                                             std::unique_ptr<lm::Recording> recording) {
  SAMI_CHECK(options.max_rounds >= 1) << options.max_rounds;
  Grammar grammar;
  if (options.grammar.has_value()) {
    grammar = *options.grammar;
  } else {
    ASSIGN_OR_RETURN(grammar, GrammarOfFormat(prompts.output_format()));
  }
  RETURN_IF_ERROR(CheckGrammar(options.parser, grammar));
  const bool rates = prompts.type() == JudgePrompt::Type::kSingle;
  if (grammar.GivesRatings() != rates) {
    return absl::InvalidArgumentError(absl::StrCat("the grammar \"", grammar.name, "\" is of ",
                                                   rates ? "verdicts on two answers" : "ratings of one answer",
                                                   ", and the prompts ask for the other"));
  }
  return std::unique_ptr<LanguageModelJudge>(
      new LanguageModelJudge(std::move(prompts), options, std::move(grammar), std::move(recording)));
}

lm::Inquiry LanguageModelJudge::InquiryOf(const JudgePrompt& prompt, const std::string& user, int64_t repeat,
                                          int64_t round) const {
  lm::ChatRequest request;
  request.messages = {{"system", prompt.system_prompt}, {"user", user}};
  request.temperature = options_.temperature;
  request.top_p = options_.top_p;
  request.max_tokens = options_.max_tokens;
  if (options_.temperature > 0) {
    // 31 bits: every server takes them.
    request.seed = base::RandomStream(options_.seed, "judge/reply", repeat, round).NextUint32() >> 1;
  }
  return {std::move(request), prompt.name, repeat, round, options_.extra};
}

std::optional<double> LanguageModelJudge::Preference(const lm::ChatReply& said) const {
  if (said.refused || options_.parser != Parser::kStrict) return std::nullopt;
  std::vector<TokenLogProb> tokens;
  for (const lm::Alternative& alternative : said.alternatives)
    tokens.push_back({alternative.text, alternative.log_prob});
  return TokenPreference(grammar_, tokens);
}

bool LanguageModelJudge::Read(const Contest& contest, const lm::ChatReply& said, int64_t round, Reply* reply) const {
  std::vector<absl::string_view> shown;
  for (const auto* texts : {&contest.turns, &contest.reference, &contest.first, &contest.second}) {
    shown.insert(shown.end(), texts->begin(), texts->end());
  }
  reply->words = said.text;
  if (const auto preference = Preference(said); preference.has_value()) {
    reply->value.preference = preference;
    reply->value.verdict = *preference > 0.5 ? Verdict::kFirst : *preference < 0.5 ? Verdict::kSecond : Verdict::kTie;
    reply->kind = Reading::Kind::kRead;
    reply->decided = absl::StrFormat("first token: %.6f for the first", *preference);
    reply->status = absl::OkStatus();
    return true;
  }
  const absl::string_view text = absl::string_view(said.text).substr(0, said.text.find(lm::kLabelsNote));
  const absl::string_view ended = said.refused ? absl::string_view("refusal") : said.finish_reason;
  const Reading reading = ParseReply(options_.parser, grammar_, text, ended, shown);
  reply->value = reading.value;
  reply->kind = reading.kind;
  reply->decided = WhatDecided(reading, said.text);
  if (reading.kind == Reading::Kind::kRead) {
    reply->status = absl::OkStatus();
    return true;
  }
  reply->status =
      absl::DataLossError(absl::StrCat("no verdict could be read in ", round + 1, round == 0 ? " reply" : " replies",
                                       " (", KindName(reading.kind), "): ", reading.why));
  return false;
}

void LanguageModelJudge::Count(const Reply& reply, bool has_prompt) {
  if (!has_prompt) {
    ++counts_.unfit;
  } else if (!reply.status.ok() && !absl::IsDataLoss(reply.status)) {
    ++counts_.no_reply;
  } else {
    int64_t* const by_kind[] = {&counts_.judged, &counts_.unreadable, &counts_.refused, &counts_.empty, &counts_.cut};
    ++*by_kind[static_cast<int>(reply.kind)];
  }
}

absl::StatusOr<std::vector<LanguageModelJudge::Reply>> LanguageModelJudge::AskUntilRead(
    absl::Span<const Contest> contests) {
  std::vector<Reply> replies(contests.size());
  std::vector<const JudgePrompt*> prompts(contests.size());
  std::vector<size_t> open;  // contests without a verdict
  for (size_t i = 0; i < contests.size(); ++i) {
    auto prompt = prompts_.Choose(contests[i]);
    if (!prompt.ok()) {
      replies[i].status = prompt.status();
      continue;
    }
    prompts[i] = *prompt;
    replies[i].prompt = prompts_.Fill(**prompt, contests[i]);
    replies[i].prompt_name = (*prompt)->name;
    counts_.without_reference += prompts_.LacksReference(contests[i]);
    open.push_back(i);
  }
  for (int64_t round = 0; round < options_.max_rounds && !open.empty(); ++round) {
    std::vector<lm::Inquiry> inquiries;
    std::vector<size_t> asked;
    for (const size_t i : open) {
      lm::Inquiry inquiry = InquiryOf(*prompts[i], replies[i].prompt, contests[i].repeat, round);
      if (round > 0 && options_.temperature == 0 && !recording_->Holds(inquiry)) continue;
      inquiries.push_back(std::move(inquiry));
      asked.push_back(i);
    }
    if (round > 0) counts_.asked_again += asked.size();
    ASSIGN_OR_RETURN(const auto answers, recording_->Ask(inquiries));
    open.clear();
    for (size_t k = 0; k < asked.size(); ++k) {
      Reply& reply = replies[asked[k]];
      if (!answers[k].ok()) {
        reply.status = answers[k].status();
        reply.words = kNoReply;
        reply.decided = "none: no reply";
      } else if (!Read(contests[asked[k]], *answers[k], round, &reply)) {
        open.push_back(asked[k]);
      }
    }
  }
  for (size_t i = 0; i < replies.size(); ++i) Count(replies[i], prompts[i] != nullptr);
  return replies;
}

absl::StatusOr<std::vector<Judgment>> LanguageModelJudge::Compare(absl::Span<const Contest> contests) {
  if (prompts_.type() == JudgePrompt::Type::kSingle) return CompareRatings(contests);
  ASSIGN_OR_RETURN(std::vector<Reply> replies, AskUntilRead(contests));
  std::vector<Judgment> judgments;
  for (Reply& reply : replies) {
    Judgment judgment;
    if (reply.status.ok()) {
      judgment.verdict = reply.value.verdict;
      judgment.preference = reply.value.preference;
    } else {
      judgment.verdict = reply.status;
    }
    judgment.words = std::move(reply.words);
    judgment.decided = std::move(reply.decided);
    judgment.prompt = std::move(reply.prompt);
    judgment.prompt_name = std::move(reply.prompt_name);
    judgments.push_back(std::move(judgment));
  }
  return judgments;
}

absl::StatusOr<std::vector<Rating>> LanguageModelJudge::Rate(absl::Span<const Contest> contests) {
  SAMI_CHECK(prompts_.type() == JudgePrompt::Type::kSingle) << "the prompts compare two answers";
  ASSIGN_OR_RETURN(std::vector<Reply> replies, AskUntilRead(contests));
  std::vector<Rating> ratings;
  for (Reply& reply : replies) {
    Rating rating;
    if (reply.status.ok()) {
      rating.score = reply.value.rating;
    } else {
      rating.score = reply.status;
    }
    rating.words = std::move(reply.words);
    rating.decided = std::move(reply.decided);
    rating.prompt = std::move(reply.prompt);
    rating.prompt_name = std::move(reply.prompt_name);
    ratings.push_back(std::move(rating));
  }
  return ratings;
}

// Both orders of a contest ask for the same two ratings, which are asked for once.
absl::StatusOr<std::vector<Judgment>> LanguageModelJudge::CompareRatings(absl::Span<const Contest> contests) {
  std::vector<Contest> both(contests.begin(), contests.end());
  for (const Contest& contest : contests) both.push_back(Turned(contest));
  ASSIGN_OR_RETURN(const std::vector<Rating> ratings, Rate(both));
  std::vector<Judgment> judgments;
  for (size_t i = 0; i < contests.size(); ++i) {
    const Rating& first = ratings[i];
    const Rating& second = ratings[contests.size() + i];
    Judgment judgment;
    judgment.prompt = absl::StrCat(first.prompt, "\n\n", second.prompt);
    judgment.prompt_name = first.prompt_name;
    judgment.words = absl::StrCat(first.words, "\n\n", second.words);
    judgment.decided = absl::StrCat(first.decided, " | ", second.decided);
    if (!first.score.ok() || !second.score.ok()) {
      judgment.verdict = first.score.ok() ? second.score.status() : first.score.status();
    } else if (std::abs(*first.score - *second.score) <= kFastChatTieDifference) {
      judgment.verdict = Verdict::kTie;
    } else {
      judgment.verdict = *first.score > *second.score ? Verdict::kFirst : Verdict::kSecond;
    }
    judgments.push_back(std::move(judgment));
  }
  return judgments;
}

}  // namespace evaluation
