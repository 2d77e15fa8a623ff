#include "experiments/pipeline/ranks/shared_work.h"

#include <filesystem>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/check.h"
#include "base/status.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/work_forms.h"
#include "training/processes/group.h"

namespace experiments {
namespace {

using ::sami_harness::ScoreWork;
using ::sami_harness::TextWork;
using ::sami_harness::Work;
using ::sami_harness::WorkReply;

bool IsAlone(const Pipeline& pipeline) { return pipeline.group == nullptr || pipeline.group->size() == 1; }

// A rank's part of so many items: successive ones, as neighbours often begin with the same prompt, which is read once.
struct Part {
  int64_t begin, end;
};
Part PartOf(int64_t items, const training::Group& group, int rank) {
  return {items * rank / group.size(), items * (rank + 1) / group.size()};
}

template <typename Items>
Items Only(const Items& items, const Part& part) {
  return Items(items.begin() + part.begin, items.begin() + part.end);
}

absl::Status Say(const Pipeline& pipeline, const Work& work) {
  return training::LeadersText(*pipeline.group, work.SerializeAsString()).status();
}

// Says `work` to all, does rank 0's part and returns all replies in the ranks' order, rank 0's empty. The first error.
absl::StatusOr<std::vector<WorkReply>> Share(const Pipeline& pipeline, const Work& work,
                                             absl::FunctionRef<absl::Status()> own) {
  training::Group& group = *pipeline.group;
  RETURN_IF_ERROR(Say(pipeline, work));
  absl::Status first = own();
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, training::CollectTexts(group, ""));
  std::vector<WorkReply> replies(group.size());
  for (int rank = 1; rank < group.size(); ++rank) {
    SAMI_CHECK(replies[rank].ParseFromString(texts[rank]));
    first.Update(
        base::Annotate(absl::Status(static_cast<absl::StatusCode>(replies[rank].code()), replies[rank].message()),
                       absl::StrCat("rank ", rank)));
  }
  RETURN_IF_ERROR(first);
  return replies;
}

// As a function of the queries alone: the whole queries' scores, of which rank 0's are `own`'s.
template <typename Scores>
absl::StatusOr<std::vector<Scores>> ScoreParts(
    const Pipeline& pipeline, const std::string& name, const std::vector<sami::SampledQuery>& queries, bool own_only,
    absl::FunctionRef<absl::StatusOr<std::vector<Scores>>(const std::vector<sami::SampledQuery>&)> own) {
  if (IsAlone(pipeline)) return own(queries);
  Work work;
  *work.mutable_scores() = ScoreWorkOf(name, queries, own_only);
  std::vector<Scores> scores;
  ASSIGN_OR_RETURN(const std::vector<WorkReply> replies, Share(pipeline, work, [&]() -> absl::Status {
                     ASSIGN_OR_RETURN(scores, own(Only(queries, PartOf(queries.size(), *pipeline.group, 0))));
                     return absl::OkStatus();
                   }));
  for (const WorkReply& reply : replies) {
    for (const auto& one : reply.scores()) FromReply(one, &scores.emplace_back());
  }
  return scores;
}

absl::StatusOr<const lm::LanguageModel*> ModelOf(const Pipeline& pipeline, const std::string& name, HelperModel* kept) {
  const std::string folder = ModelFolder(pipeline, name);
  if (kept->model != nullptr && kept->folder == folder) return kept->model.get();
  kept->model = nullptr;
  ASSIGN_OR_RETURN(lm::LanguageModel model, LoadModel(pipeline, name));
  *kept = {folder, std::make_unique<lm::LanguageModel>(std::move(model))};
  return kept->model.get();
}

absl::Status HelpToWrite(const Pipeline& pipeline, const TextWork& work, HelperModel* kept, WorkReply* reply) {
  ASSIGN_OR_RETURN(const lm::LanguageModel* model, ModelOf(pipeline, work.model(), kept));
  lm::TextOptions options = TextOptionsOf(work);
  options.threads = pipeline.model_threads();
  options.title = absl::StrCat("texts of ", work.model());
  const std::vector<lm::TextRequest> requests = TextRequestsOf(work);
  const Part part = PartOf(requests.size(), *pipeline.group, pipeline.group->rank());
  ASSIGN_OR_RETURN(const auto texts, lm::GenerateTexts(*model, Only(requests, part), options));
  for (const lm::GeneratedText& text : texts) *reply->add_texts() = ReplyOf(text);
  return absl::OkStatus();
}

absl::Status HelpToScore(const Pipeline& pipeline, const ScoreWork& work, HelperModel* kept, WorkReply* reply) {
  ASSIGN_OR_RETURN(const lm::LanguageModel* model, ModelOf(pipeline, work.model(), kept));
  const std::vector<sami::SampledQuery> all = SampledQueriesOf(work);
  const Part part = PartOf(all.size(), *pipeline.group, pipeline.group->rank());
  const std::vector<sami::SampledQuery> queries = Only(all, part);
  const auto placed = [&](const absl::Status& status) {
    return base::Annotate(status, absl::StrCat("of the queries from ", part.begin));
  };
  if (work.own_only()) {
    const auto scores = sami::ScoreOwn(model->decoder, queries, pipeline.model_threads());
    RETURN_IF_ERROR(placed(scores.status()));
    for (const std::vector<double>& one : *scores) *reply->add_scores() = ReplyOf(one);
    return absl::OkStatus();
  }
  const auto scores = sami::ScoreSamples(model->decoder, queries, pipeline.model_threads(), nullptr);
  RETURN_IF_ERROR(placed(scores.status()));
  for (const sami::SampledScores& one : *scores) *reply->add_scores() = ReplyOf(one);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<lm::GeneratedText>> GenerateTexts(const Pipeline& pipeline, const std::string& name,
                                                             const lm::LanguageModel& model,
                                                             const std::vector<lm::TextRequest>& requests,
                                                             const lm::TextOptions& options) {
  if (IsAlone(pipeline)) return lm::GenerateTexts(model, requests, options);
  Work work;
  *work.mutable_texts() = TextWorkOf(name, requests, options);
  std::vector<lm::GeneratedText> texts;
  ASSIGN_OR_RETURN(const std::vector<WorkReply> replies, Share(pipeline, work, [&]() -> absl::Status {
                     const Part part = PartOf(requests.size(), *pipeline.group, 0);
                     ASSIGN_OR_RETURN(texts, lm::GenerateTexts(model, Only(requests, part), options));
                     return absl::OkStatus();
                   }));
  for (const WorkReply& reply : replies) {
    for (const sami_harness::TextReply& text : reply.texts()) texts.push_back(TextOf(text));
  }
  return texts;
}

absl::StatusOr<std::vector<sami::SampledScores>> ScoreSamples(const Pipeline& pipeline, const std::string& name,
                                                              const lm::Decoder& model,
                                                              const std::vector<sami::SampledQuery>& queries,
                                                              base::Progress* progress) {
  return ScoreParts<sami::SampledScores>(pipeline, name, queries, /*own_only=*/false, [&](const auto& own) {
    return sami::ScoreSamples(model, own, pipeline.model_threads(), progress);
  });
}

absl::StatusOr<std::vector<std::vector<double>>> ScoreOwn(const Pipeline& pipeline, const std::string& name,
                                                          const lm::Decoder& model,
                                                          const std::vector<sami::SampledQuery>& queries) {
  return ScoreParts<std::vector<double>>(pipeline, name, queries, /*own_only=*/true, [&](const auto& own) {
    return sami::ScoreOwn(model, own, pipeline.model_threads());
  });
}

absl::Status AskForTraining(const Pipeline& pipeline, const std::string& arm, const std::string& scratch) {
  if (IsAlone(pipeline)) return absl::OkStatus();
  Work work;
  work.mutable_train()->set_arm(arm);
  work.mutable_train()->set_scratch(std::filesystem::absolute(scratch).string());
  return Say(pipeline, work);
}

absl::Status Help(const Pipeline& pipeline, const Work& work, HelperModel* kept) {
  if (work.has_train()) {
    *kept = {};
    return HelpToTrain(pipeline, work.train().arm(), work.train().scratch());
  }
  WorkReply reply;
  const absl::Status done = work.has_texts() ? HelpToWrite(pipeline, work.texts(), kept, &reply)
                                             : HelpToScore(pipeline, work.scores(), kept, &reply);
  reply.set_code(static_cast<int>(done.code()));
  reply.set_message(std::string(done.message()));
  return training::CollectTexts(*pipeline.group, reply.SerializeAsString()).status();
}

}  // namespace experiments
