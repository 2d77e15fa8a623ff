// Work for other ranks as messages, and back.
#ifndef EXPERIMENTS_PIPELINE_RANKS_WORK_FORMS_H_
#define EXPERIMENTS_PIPELINE_RANKS_WORK_FORMS_H_

#include <string>
#include <vector>

#include "experiments/pipeline/ranks/work.pb.h"
#include "lm/chat/text_generation.h"
#include "sami/measure_information.h"

namespace experiments {

// `threads` and `title` of the options stay behind: they are the rank's own.
sami_harness::TextWork TextWorkOf(const std::string& model, const std::vector<lm::TextRequest>& requests,
                                  const lm::TextOptions& options);
std::vector<lm::TextRequest> TextRequestsOf(const sami_harness::TextWork& work);
lm::TextOptions TextOptionsOf(const sami_harness::TextWork& work);

sami_harness::ScoreWork ScoreWorkOf(const std::string& model, const std::vector<sami::SampledQuery>& queries,
                                    bool own_only);
std::vector<sami::SampledQuery> SampledQueriesOf(const sami_harness::ScoreWork& work);

sami_harness::TextReply ReplyOf(const lm::GeneratedText& text);
lm::GeneratedText TextOf(const sami_harness::TextReply& reply);
sami_harness::ScoreReply ReplyOf(const sami::SampledScores& scores);
sami_harness::ScoreReply ReplyOf(const std::vector<double>& log_probs);
void FromReply(const sami_harness::ScoreReply& reply, sami::SampledScores* scores);
void FromReply(const sami_harness::ScoreReply& reply, std::vector<double>* log_probs);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_RANKS_WORK_FORMS_H_
