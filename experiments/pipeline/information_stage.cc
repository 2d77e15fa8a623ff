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
#include "base/text.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/pipeline/asking/query_plan.h"
#include "experiments/pipeline/asking/rewording.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/shared_work.h"
#include "experiments/run/records.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"
#include "sami/leaks/length_information.h"
#include "sami/measure_information.h"

namespace experiments {
namespace {

using ::datasets::Clause;
using ::datasets::Constitution;
using ::sami_harness::InformationSpec;

constexpr InformationSpec::Control kControls[] = {InformationSpec::ORDER, InformationSpec::PARAPHRASE,
                                                  InformationSpec::IRRELEVANT};

bool HasControl(const InformationSpec& information, InformationSpec::Control control) {
  if (information.controls().empty()) return control == InformationSpec::ORDER;
  return absl::c_linear_search(information.controls(), control);
}

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
                     ScoreSamples(pipeline_, arm, model_.decoder, sampled, &progress));
    ASSIGN_OR_RETURN(const std::vector<std::vector<double>> by_root, ScoreByRoot(arm, sampled));
    std::vector<InformationSample> samples;
    for (size_t q = 0; q < queries_.size(); ++q) {
      RETURN_IF_ERROR(AddLines(q, texts, sampled[q], scores[q], &samples));
      for (size_t j = 0; j < sampled[q].own.size(); ++j) {
        InformationSample& line = samples[samples.size() - sampled[q].own.size() + j];
        line.kl = by_root.empty() ? std::nan("") : line.log_probs[line.constitution] - by_root[q][j];
      }
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
    options.seed = SeedOf(pipeline_.spec, information_);
    options.stream = "information/responses";
    options.threads = pipeline_.model_threads();
    options.title = absl::StrCat("samples of ", arm);
    return GenerateTexts(pipeline_, arm, model_, requests, options);
  }

  // Each sample's log-probability by the model that the arm was trained from; none of an arm that is not trained.
  absl::StatusOr<std::vector<std::vector<double>>> ScoreByRoot(const std::string& arm,
                                                               const std::vector<sami::SampledQuery>& sampled) const {
    if (!IsTrained(*FindNode(pipeline_.spec.arms(), arm))) return std::vector<std::vector<double>>();
    const std::string name = RootModel(pipeline_.spec, arm);
    ASSIGN_OR_RETURN(const lm::LanguageModel root, LoadModel(pipeline_, name));
    return ScoreOwn(pipeline_, name, root.decoder, sampled);
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
    const std::vector<datasets::Principle>& principles = pipeline_.principles.at(information_.constitutions());
    for (const InformationSpec::Control control : kControls) {
      if (!HasControl(information_, control)) continue;
      for (int i = 0; i < n; ++i) {
        base::RandomStream stream(SeedOf(pipeline_.spec, information_), absl::StrCat("information/control", control),
                                  query.query_id, i);
        const Constitution other = Reworded(query.pairs[i].constitution, control, {principles, query.category}, stream);
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

// Completes the lines with what their lengths tell.
void AddLengths(std::vector<InformationSample>* lines) {
  std::vector<sami::SampleLengths> queries;
  std::vector<size_t> starts;
  for (size_t i = 0; i < lines->size(); ++i) {
    const InformationSample& line = (*lines)[i];
    if (i == 0 || line.query_id != (*lines)[i - 1].query_id) {
      queries.push_back({line.category, std::vector<std::vector<std::string>>(line.log_probs.size()), {}, {}});
      starts.push_back(i);
    }
    std::vector<std::string>& clauses = queries.back().clauses[line.constitution];
    clauses.clear();
    for (const InformationSample::Clause& clause : line.clauses) {
      clauses.push_back(absl::StrCat(clause.positive ? "+" : "-", clause.principle));
    }
    queries.back().own.push_back(line.constitution);
    queries.back().characters.push_back(base::CountCharacters(line.response));
  }
  const std::vector<std::vector<double>> nats = sami::LengthInformation(queries);
  for (size_t q = 0; q < queries.size(); ++q) {
    for (size_t j = 0; j < nats[q].size(); ++j) (*lines)[starts[q] + j].length_nats = nats[q][j];
  }
}

absl::Status Estimate(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  ASSIGN_OR_RETURN(const lm::LanguageModel model, LoadModel(pipeline, arm));
  ASSIGN_OR_RETURN(std::vector<InformationSample> samples, Measurement(pipeline, information, model).Run(arm));
  AddLengths(&samples);
  return WriteLines(pipeline.run->PathOf(InformationFile(information.name(), arm)), samples);
}

}  // namespace

absl::Status EstimateInformation(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  std::vector<std::string> inputs = {ModelInput(pipeline, arm)};
  if (IsTrained(*FindNode(pipeline.spec.arms(), arm))) {
    inputs.push_back(ModelInput(pipeline, RootModel(pipeline.spec, arm)));
  }
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
