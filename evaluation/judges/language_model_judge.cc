#include "evaluation/judges/language_model_judge.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
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
  RETURN_IF_ERROR(CheckFormat(options.parser, prompts.output_format()));
  SAMI_CHECK(options.max_rounds >= 1) << options.max_rounds;
  return std::unique_ptr<LanguageModelJudge>(new LanguageModelJudge(std::move(prompts), options, std::move(recording)));
}

lm::ChatRequest LanguageModelJudge::Request(const std::string& system, const std::string& user, int64_t repeat,
                                            int64_t round) const {
  lm::ChatRequest request;
  request.messages = {{"system", system}, {"user", user}};
  request.temperature = options_.temperature;
  request.top_p = options_.top_p;
  request.max_tokens = options_.max_tokens;
  if (options_.temperature > 0) {
    // 31 bits: every server takes them.
    request.seed = base::RandomStream(options_.seed, "judge/reply", repeat, round).NextUint32() >> 1;
  }
  return request;
}

absl::StatusOr<std::vector<LanguageModelJudge::Reply>> LanguageModelJudge::AskUntilReadable(
    absl::Span<const Contest> contests, const std::function<bool(const std::string&)>& is_readable) {
  std::vector<Reply> replies(contests.size());
  std::vector<const JudgePrompt*> prompts(contests.size());
  std::vector<size_t> open;  // contests without a reply that can be read
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
    for (const size_t i : open) {
      const int64_t repeat = contests[i].repeat;
      inquiries.push_back({Request(prompts[i]->system_prompt, replies[i].prompt, repeat, round), prompts[i]->name,
                           repeat, round, options_.extra});
    }
    if (round > 0) counts_.asked_again += open.size();
    ASSIGN_OR_RETURN(const auto answers, recording_->Ask(inquiries));
    std::vector<size_t> unreadable;
    for (size_t k = 0; k < open.size(); ++k) {
      Reply& reply = replies[open[k]];
      reply.status = answers[k].status();
      reply.words = answers[k].ok() ? answers[k]->text : kNoReply;
      if (!answers[k].ok() || is_readable(reply.words)) continue;
      reply.status = absl::DataLossError(
          absl::StrCat("no verdict could be read in ", round + 1, round == 0 ? " reply" : " replies"));
      unreadable.push_back(open[k]);
    }
    open = std::move(unreadable);
  }
  for (size_t i = 0; i < replies.size(); ++i) {
    const absl::Status& status = replies[i].status;
    ++(status.ok()                ? counts_.judged
       : prompts[i] == nullptr    ? counts_.unfit
       : absl::IsDataLoss(status) ? counts_.unreadable
                                  : counts_.no_reply);
  }
  return replies;
}

absl::StatusOr<std::vector<Judgment>> LanguageModelJudge::Compare(absl::Span<const Contest> contests) {
  if (prompts_.type() == JudgePrompt::Type::kSingle) return CompareRatings(contests);
  const auto parse = [&](const std::string& words) {
    return ParseVerdict(options_.parser, prompts_.output_format(), words);
  };
  ASSIGN_OR_RETURN(std::vector<Reply> replies,
                   AskUntilReadable(contests, [&](const std::string& words) { return parse(words).has_value(); }));
  std::vector<Judgment> judgments;
  for (Reply& reply : replies) {
    Judgment judgment;
    if (reply.status.ok()) {
      judgment.verdict = *parse(reply.words);
    } else {
      judgment.verdict = reply.status;
    }
    judgment.words = std::move(reply.words);
    judgment.prompt = std::move(reply.prompt);
    judgment.prompt_name = std::move(reply.prompt_name);
    judgments.push_back(std::move(judgment));
  }
  return judgments;
}

absl::StatusOr<std::vector<Rating>> LanguageModelJudge::Rate(absl::Span<const Contest> contests) {
  SAMI_CHECK(prompts_.type() == JudgePrompt::Type::kSingle) << "the prompts compare two answers";
  const auto parse = [&](const std::string& words) { return ParseRating(options_.parser, words); };
  ASSIGN_OR_RETURN(std::vector<Reply> replies,
                   AskUntilReadable(contests, [&](const std::string& words) { return parse(words).has_value(); }));
  std::vector<Rating> ratings;
  for (Reply& reply : replies) {
    Rating rating;
    if (reply.status.ok()) {
      rating.score = *parse(reply.words);
    } else {
      rating.score = reply.status;
    }
    rating.words = std::move(reply.words);
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
