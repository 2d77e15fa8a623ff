#include "experiments/pipeline/ranks/work_forms.h"

#include <utility>

namespace experiments {
namespace {

using ::sami_harness::QueryWork;
using ::sami_harness::ScoreReply;
using ::sami_harness::ScoreWork;
using ::sami_harness::TextReply;
using ::sami_harness::TextWork;
using ::sami_harness::TokenList;

template <typename Numbers, typename Field>
void Append(const Numbers& numbers, Field* field) {
  field->Add(numbers.begin(), numbers.end());
}

void Fill(const std::vector<lm::TokenIds>& lists, google::protobuf::RepeatedPtrField<TokenList>* field) {
  for (const lm::TokenIds& ids : lists) Append(ids, field->Add()->mutable_ids());
}

lm::TokenIds IdsOf(const TokenList& list) { return {list.ids().begin(), list.ids().end()}; }

std::vector<lm::TokenIds> ListsOf(const google::protobuf::RepeatedPtrField<TokenList>& field) {
  std::vector<lm::TokenIds> lists;
  for (const TokenList& list : field) lists.push_back(IdsOf(list));
  return lists;
}

}  // namespace

TextWork TextWorkOf(const std::string& model, const std::vector<lm::TextRequest>& requests,
                    const lm::TextOptions& options) {
  TextWork work;
  work.set_model(model);
  for (const lm::TextRequest& request : requests) {
    sami_harness::TextRequestWork& one = *work.add_requests();
    one.set_prompt(request.prompt);
    one.set_item(request.item);
    one.set_sample(request.sample);
  }
  work.set_temperature(options.temperature);
  work.set_top_p(options.top_p);
  if (options.published.has_value()) {
    sami_harness::PublishedSamplingWork& published = *work.mutable_published();
    published.set_temperature(options.published->temperature);
    published.set_top_k(options.published->top_k);
    published.set_top_p(options.published->top_p);
    published.set_min_p(options.published->min_p);
    published.set_repetition_penalty(options.published->repetition_penalty);
  }
  work.set_max_new_tokens(options.max_new_tokens);
  for (const std::string& stop : options.stop) work.add_stop(stop);
  work.set_system(options.asking.system);
  work.set_special_as_tokens(options.asking.special == lm::SpecialText::kAsTokens);
  work.set_seed(options.seed);
  work.set_stream(options.stream);
  return work;
}

std::vector<lm::TextRequest> TextRequestsOf(const TextWork& work) {
  std::vector<lm::TextRequest> requests;
  for (const auto& request : work.requests()) requests.push_back({request.prompt(), request.item(), request.sample()});
  return requests;
}

lm::TextOptions TextOptionsOf(const TextWork& work) {
  lm::TextOptions options;
  options.temperature = work.temperature();
  options.top_p = work.top_p();
  if (work.has_published()) {
    const sami_harness::PublishedSamplingWork& published = work.published();
    options.published = {published.temperature(), published.top_k(), published.top_p(), published.min_p(),
                         published.repetition_penalty()};
  }
  options.max_new_tokens = work.max_new_tokens();
  options.stop.assign(work.stop().begin(), work.stop().end());
  options.asking.system = work.system();
  options.asking.special = work.special_as_tokens() ? lm::SpecialText::kAsTokens : lm::SpecialText::kAsText;
  options.seed = work.seed();
  options.stream = work.stream();
  return options;
}

ScoreWork ScoreWorkOf(const std::string& model, const std::vector<sami::SampledQuery>& queries, bool own_only) {
  ScoreWork work;
  work.set_model(model);
  work.set_own_only(own_only);
  for (const sami::SampledQuery& query : queries) {
    QueryWork& one = *work.add_queries();
    Fill(query.prompts, one.mutable_prompts());
    Fill(query.responses, one.mutable_responses());
    Append(query.own, one.mutable_own());
    Fill(query.others, one.mutable_others());
    for (const lm::ScoringBatch::Pair& pair : query.controls) {
      sami_harness::PairWork& control = *one.add_controls();
      control.set_prompt(pair.prompt);
      control.set_response(pair.response);
    }
  }
  return work;
}

std::vector<sami::SampledQuery> SampledQueriesOf(const ScoreWork& work) {
  std::vector<sami::SampledQuery> queries;
  for (const QueryWork& one : work.queries()) {
    sami::SampledQuery query;
    query.prompts = ListsOf(one.prompts());
    query.responses = ListsOf(one.responses());
    query.own.assign(one.own().begin(), one.own().end());
    query.others = ListsOf(one.others());
    for (const auto& control : one.controls()) query.controls.push_back({control.prompt(), control.response()});
    queries.push_back(std::move(query));
  }
  return queries;
}

TextReply ReplyOf(const lm::GeneratedText& text) {
  TextReply reply;
  reply.set_text(text.text);
  reply.set_finished(text.finished);
  reply.set_num_tokens(text.num_tokens);
  Append(text.ids, reply.mutable_ids()->mutable_ids());
  Append(text.sampled, reply.mutable_sampled()->mutable_ids());
  return reply;
}

lm::GeneratedText TextOf(const TextReply& reply) {
  return {reply.text(), reply.finished(), reply.num_tokens(), IdsOf(reply.ids()), IdsOf(reply.sampled())};
}

ScoreReply ReplyOf(const sami::SampledScores& scores) {
  ScoreReply reply;
  reply.set_prompts(scores.samples.n);
  Append(scores.samples.own, reply.mutable_own());
  Append(scores.samples.log_probs, reply.mutable_log_probs());
  Append(scores.controls, reply.mutable_controls());
  return reply;
}

ScoreReply ReplyOf(const std::vector<double>& log_probs) {
  ScoreReply reply;
  Append(log_probs, reply.mutable_log_probs());
  return reply;
}

void FromReply(const ScoreReply& reply, sami::SampledScores* scores) {
  scores->samples.n = reply.prompts();
  scores->samples.own.assign(reply.own().begin(), reply.own().end());
  scores->samples.log_probs.assign(reply.log_probs().begin(), reply.log_probs().end());
  scores->controls.assign(reply.controls().begin(), reply.controls().end());
}

void FromReply(const ScoreReply& reply, std::vector<double>* log_probs) {
  log_probs->assign(reply.log_probs().begin(), reply.log_probs().end());
}

}  // namespace experiments
