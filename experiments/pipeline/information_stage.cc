// Stage 3b: each arm's own samples at temperature 1 under every constitution of a query, and their log-probabilities
// under all of them: what the information I(Y; C | X) is computed from.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/status.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/query_plan.h"
#include "experiments/run/records.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"
#include "sami/measure_information.h"

namespace experiments {
namespace {

using ::datasets::Clause;
using ::datasets::Constitution;
using ::datasets::Principle;
using ::sami_harness::InformationSpec;

constexpr InformationSpec::Control kControls[] = {InformationSpec::ORDER, InformationSpec::PARAPHRASE,
                                                  InformationSpec::IRRELEVANT};

bool HasControl(const InformationSpec& information, InformationSpec::Control control) {
  if (information.controls().empty()) return control == InformationSpec::ORDER;
  return absl::c_linear_search(information.controls(), control);
}

// Another wording of a constitution; without clauses where it has none.
class Rewording {
 public:
  Rewording(const std::vector<Principle>& principles, const std::string& category)
      : principles_(principles), category_(category) {}

  Constitution Of(const Constitution& constitution, InformationSpec::Control control,
                  base::RandomStream& stream) const {
    switch (control) {
      case InformationSpec::ORDER:
        return InAnotherOrder(constitution, stream);
      case InformationSpec::PARAPHRASE:
        return Paraphrased(constitution);
      case InformationSpec::IRRELEVANT:
        return WithIrrelevant(constitution, stream);
    }
    return {};
  }

 private:
  // One of all other orders, each as likely: so the two orders are exchangeable.
  static Constitution InAnotherOrder(const Constitution& constitution, base::RandomStream& stream) {
    if (constitution.clauses.size() < 2) return {};
    const auto same = [](const Clause& a, const Clause& b) { return a.principle_id == b.principle_id; };
    while (true) {
      Constitution other = sami::Reordered(constitution, stream);
      if (!absl::c_equal(other.clauses, constitution.clauses, same)) return other;
    }
  }

  Constitution Paraphrased(Constitution constitution) const {
    bool changed = false;
    for (Clause& clause : constitution.clauses) {
      const auto principle =
          absl::c_find_if(principles_, [&](const Principle& p) { return p.id == clause.principle_id; });
      if (principle == principles_.end()) continue;
      // The wordings beyond the one that constitutions are made of.
      const bool positive = clause.positive;
      if (positive ? principle->paraphrases.empty() : principle->antitheses.size() < 2) continue;
      clause.text = positive ? principle->paraphrases[0] : principle->antitheses[1];
      changed = true;
    }
    return changed ? constitution : Constitution();
  }

  Constitution WithIrrelevant(Constitution constitution, base::RandomStream& stream) const {
    std::vector<const Principle*> others;
    for (const Principle& principle : principles_) {
      const bool suits = principle.relevant_for.empty() || absl::c_linear_search(principle.relevant_for, category_);
      if (!suits) others.push_back(&principle);
    }
    if (others.empty()) return {};
    const Principle& added = *others[stream.Below(others.size())];
    const bool positive = stream.Bernoulli(0.5);
    constitution.clauses.push_back({added.id, positive, positive ? added.text : added.antitheses[0]});
    return sami::Reordered(std::move(constitution), stream);
  }

  const std::vector<Principle>& principles_;
  const std::string& category_;
};

// What is asked of an arm, and what its samples are scored under.
class Measurement {
 public:
  Measurement(const Pipeline& pipeline, const InformationSpec& information, const lm::LanguageModel& model)
      : pipeline_(pipeline),
        information_(information),
        model_(model),
        asking_(AskingOf(pipeline, information.prompts())),
        has_checkers_(::evaluation::KnowsPrinciples(pipeline.principles.at(information.constitutions())).ok()) {}

  absl::StatusOr<std::vector<InformationSample>> Run(const std::string& arm) {
    ASSIGN_OR_RETURN(queries_, PlanQueries(pipeline_, AskedOf(pipeline_.spec, information_), &requests_));
    ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts, Sample(arm));
    std::vector<sami::SampledQuery> sampled;
    for (size_t q = 0; q < queries_.size(); ++q) {
      ASSIGN_OR_RETURN(sami::SampledQuery query, Ids(q, texts));
      sampled.push_back(std::move(query));
    }
    base::Progress progress(absl::StrCat("information of ", arm), queries_.size(), "queries");
    ASSIGN_OR_RETURN(const std::vector<sami::SampledScores> scores,
                     sami::ScoreSamples(model_.decoder, sampled, pipeline_.threads, &progress));
    std::vector<InformationSample> samples;
    for (size_t q = 0; q < queries_.size(); ++q) {
      RETURN_IF_ERROR(AddLines(q, texts, sampled[q], scores[q], &samples));
    }
    return samples;
  }

 private:
  int64_t SamplesOfQuery(size_t q) const { return queries_[q].pairs.size() * information_.samples(); }
  // Every query has as many constitutions. Sample j of a query is of constitution j mod n.
  size_t First(size_t q) const { return q * SamplesOfQuery(q); }

  absl::StatusOr<std::vector<lm::GeneratedText>> Sample(const std::string& arm) const {
    std::vector<lm::TextRequest> requests;
    size_t first = 0;
    for (const sami::ContrastiveQuery& query : queries_) {
      const size_t n = query.pairs.size();
      for (int64_t j = 0; j < static_cast<int64_t>(n) * information_.samples(); ++j) {
        requests.push_back(requests_[first + j % n]);
        requests.back().sample = static_cast<uint32_t>(j);
      }
      first += n;
    }
    lm::TextOptions options;
    options.asking = asking_;
    options.temperature = 1;
    options.max_new_tokens = information_.max_new_tokens();
    options.stop.assign(information_.stop().begin(), information_.stop().end());
    options.seed = pipeline_.spec.seed();
    options.stream = "information/responses";
    options.threads = pipeline_.threads;
    options.title = absl::StrCat("samples of ", arm);
    return lm::GenerateTexts(model_, requests, options);
  }

  absl::StatusOr<lm::TokenIds> PromptIds(const std::string& text) const {
    ASSIGN_OR_RETURN(const lm::PromptText prompt, lm::PromptOf(model_.chat.get(), *model_.tokenizer, text, asking_));
    return lm::EncodePrompt(*model_.tokenizer, prompt);
  }

  absl::StatusOr<sami::SampledQuery> Ids(size_t q, const std::vector<lm::GeneratedText>& texts) const {
    const sami::ContrastiveQuery& query = queries_[q];
    const int n = query.pairs.size();
    sami::SampledQuery ids;
    for (const sami::ContrastivePair& pair : query.pairs) {
      ASSIGN_OR_RETURN(lm::TokenIds prompt, PromptIds(pair.prompt));
      ids.prompts.push_back(std::move(prompt));
    }
    for (int64_t j = 0; j < SamplesOfQuery(q); ++j) {
      ids.responses.push_back(texts[First(q) + j].sampled);
      ids.own.push_back(j % n);
    }
    const std::string& wording = PromptsOf(pipeline_, information_.prompts()).with_constitution();
    const Rewording rewording(pipeline_.principles.at(information_.constitutions()), query.category);
    for (const InformationSpec::Control control : kControls) {
      if (!HasControl(information_, control)) continue;
      for (int i = 0; i < n; ++i) {
        base::RandomStream stream(pipeline_.spec.seed(), absl::StrCat("information/control", control), query.query_id,
                                  i);
        const Constitution other = rewording.Of(query.pairs[i].constitution, control, stream);
        if (other.clauses.empty()) continue;
        ASSIGN_OR_RETURN(lm::TokenIds prompt, PromptIds(sami::BuildPrompt(other, query.question, wording)));
        ids.others.push_back(std::move(prompt));
        controls_[q].push_back(control);
        for (int j = i; j < static_cast<int>(ids.responses.size()); j += n) {
          ids.controls.push_back({static_cast<int>(ids.others.size()) - 1, j});
        }
      }
    }
    return ids;
  }

  absl::Status AddLines(size_t q, const std::vector<lm::GeneratedText>& texts, const sami::SampledQuery& ids,
                        const sami::SampledScores& scores, std::vector<InformationSample>* lines) const {
    const sami::ContrastiveQuery& query = queries_[q];
    const size_t first_line = lines->size();
    for (size_t j = 0; j < ids.responses.size(); ++j) {
      const lm::GeneratedText& text = texts[First(q) + j];
      InformationSample line;
      line.query_id = query.query_id;
      line.category = query.category;
      line.question = query.question;
      line.constitution = ids.own[j];
      for (const Clause& clause : query.pairs[ids.own[j]].constitution.clauses) {
        line.clauses.push_back({clause.principle_id, clause.positive, clause.text});
      }
      line.response = text.text;
      line.response_ids = text.sampled;
      line.finished = text.finished;
      sami::ScoredSamples alone = {scores.samples.n, {ids.own[j]}, {}};
      for (int64_t i = 0; i < scores.samples.n; ++i) alone.log_probs.push_back(scores.samples.At(i, j));
      line.log_probs = alone.log_probs;
      line.nats = sami::ExactInformation(alone);
      line.order = line.paraphrase = line.irrelevant = line.followed = std::nan("");
      if (has_checkers_) {
        const datasets::Constitution& own = query.pairs[ids.own[j]].constitution;
        ASSIGN_OR_RETURN(const int followed, ::evaluation::CountFollowed(own, text.text));
        line.followed = static_cast<double>(followed) / own.clauses.size();
      }
      lines->push_back(std::move(line));
    }
    for (size_t k = 0; k < ids.controls.size(); ++k) {
      const int64_t j = ids.controls[k].response;
      InformationSample& line = (*lines)[first_line + j];
      double* const values[] = {&line.order, &line.paraphrase, &line.irrelevant};
      *values[controls_.at(q)[ids.controls[k].prompt]] =
          sami::WordingInformation({scores.samples.At(ids.own[j], j)}, {scores.controls[k]});
    }
    return absl::OkStatus();
  }

  const Pipeline& pipeline_;
  const InformationSpec& information_;
  const lm::LanguageModel& model_;
  const lm::Asking asking_;
  const bool has_checkers_;  // of the principles
  std::vector<sami::ContrastiveQuery> queries_;
  std::vector<lm::TextRequest> requests_;
  mutable std::map<size_t, std::vector<InformationSpec::Control>> controls_;  // of each of a query's other prompts
};

absl::Status Estimate(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  ASSIGN_OR_RETURN(const lm::LanguageModel model, LoadModel(pipeline, arm));
  ASSIGN_OR_RETURN(const std::vector<InformationSample> samples, Measurement(pipeline, information, model).Run(arm));
  return WriteLines(pipeline.run->PathOf(InformationFile(information.name(), arm)), samples);
}

}  // namespace

absl::Status EstimateInformation(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  std::vector<std::string> inputs = {ModelInput(pipeline, arm)};
  AddConstitutions(pipeline, information.constitutions(), &inputs);
  inputs.push_back(absl::StrCat("queries/", information.queries()));
  // What is compared has no part in the samples.
  InformationSpec asked = information;
  asked.clear_comparisons();
  return RunPipelineStage(pipeline, {"information", absl::StrCat(information.name(), ".", arm)},
                          SettingsOf(pipeline, asked, information.prompts()), inputs,
                          {{InformationFile(information.name(), arm), InformationFile("information", "arm")}},
                          [&](const std::string&) { return Estimate(pipeline, information, arm); });
}

}  // namespace experiments
