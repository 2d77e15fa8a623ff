// Stage 3c: every arm's attempts at the problems with known answers.
//
// Sampling is the longest part of a run, so it is done in chunks of whole questions, each a file of its own in the
// stage's scratch folder that is complete or absent. A run that was killed takes those that are there and makes the
// others: no attempt is repeated or lost. What an attempt says depends on its question and number alone (its random
// stream), or, of models that are not decoded row by row (lm/decoding/generation.h), on its chunk's other questions
// too, which are the same in every run.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/text_writer.h"
#include "experiments/run/records.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::AccuracySpec;

// Texts a chunk, about: what a kill costs at most; a few batches of lm/decoding/generation.h.
constexpr int64_t kChunkTexts = 256;

// Appends attempts `first` to `last` at each of the questions.
absl::Status Sample(const Pipeline& pipeline, const AccuracySpec& accuracy, const TextWriter& model,
                    absl::Span<const Query> questions, int64_t first, int64_t last, double temperature,
                    const std::string& title, std::vector<Attempt>* attempts) {
  const sami_harness::SamplingSpec& sampling = accuracy.sampling();
  std::vector<lm::TextRequest> requests;
  for (const Query& question : questions) {
    for (int64_t k = first; k <= last; ++k) {
      requests.push_back(
          {AccuracyPrompt(accuracy, question), static_cast<uint64_t>(question.id), static_cast<uint32_t>(k)});
    }
  }
  lm::TextOptions options;
  options.temperature = temperature;
  options.top_p = sampling.top_p();
  options.max_new_tokens = sampling.max_new_tokens();
  options.stop.assign(sampling.stop().begin(), sampling.stop().end());
  options.seed = SeedOf(pipeline.spec, accuracy);
  options.stream = "accuracy/attempts";
  options.threads = pipeline.model_threads();
  options.title = title;
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts, model.Write(requests, options));
  for (size_t i = 0; i < texts.size(); ++i) {
    attempts->push_back({static_cast<int64_t>(requests[i].item), requests[i].sample, temperature, texts[i].text,
                         texts[i].finished, texts[i].num_tokens});
  }
  return absl::OkStatus();
}

// Question after question, attempt 0 first.
absl::Status WriteChunk(const Pipeline& pipeline, const AccuracySpec& accuracy, const TextWriter& model,
                        absl::Span<const Query> questions, const std::string& title, const std::string& path) {
  std::vector<Attempt> attempts;
  RETURN_IF_ERROR(Sample(pipeline, accuracy, model, questions, 0, 0, 0, title, &attempts));
  RETURN_IF_ERROR(Sample(pipeline, accuracy, model, questions, 1, accuracy.attempts(),
                         accuracy.sampling().temperature(), title, &attempts));
  std::stable_sort(attempts.begin(), attempts.end(), [&](const Attempt& a, const Attempt& b) {
    const auto place = [&](const Attempt& attempt) {
      return std::find_if(questions.begin(), questions.end(),
                          [&](const Query& question) { return question.id == attempt.question_id; });
    };
    return place(a) < place(b);
  });
  return WriteLines(path, attempts);
}

absl::Status SampleAll(const Pipeline& pipeline, const AccuracySpec& accuracy, const std::string& arm,
                       const std::string& scratch) {
  ASSIGN_OR_RETURN(const std::vector<Query> questions, AccuracyQuestions(pipeline, accuracy));
  ASSIGN_OR_RETURN(const TextWriter model,
                   TextWriter::Make(pipeline, arm, absl::StrCat(accuracy.name(), "/attempts-", arm)));
  const int64_t size = std::max<int64_t>(1, kChunkTexts / accuracy.attempts());
  const int64_t chunks = (questions.size() + size - 1) / size;
  std::string all;
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::string path = absl::StrFormat("%s/%05d.jsonl", scratch, chunk);
    if (!base::FileExists(path)) {
      const auto part = absl::MakeConstSpan(questions).subspan(chunk * size, size);
      RETURN_IF_ERROR(WriteChunk(pipeline, accuracy, model, part,
                                 absl::StrCat("attempts of ", arm, ", part ", chunk + 1, " of ", chunks), path));
    }
    ASSIGN_OR_RETURN(const std::string lines, base::ReadFile(path));
    all += lines;
  }
  return base::WriteFileAtomically(pipeline.run->PathOf(AttemptsFile(accuracy.name(), arm)), all);
}

}  // namespace

absl::Status SampleAttempts(const Pipeline& pipeline, const AccuracySpec& accuracy, const std::string& arm) {
  // How the attempts are scored has no part in them.
  AccuracySpec asked = accuracy;
  asked.clear_name();
  asked.clear_arms();
  asked.clear_report();
  asked.clear_rule();
  asked.clear_baseline();
  asked.clear_queries();
  return RunPipelineStage(pipeline, {"attempts", absl::StrCat(accuracy.name(), ".", arm)},
                          SettingsOf(pipeline, {&asked}),
                          {ModelInput(pipeline, arm), absl::StrCat("queries/", accuracy.queries())},
                          {{AttemptsFile(accuracy.name(), arm), AttemptsFile("accuracy", "arm")}},
                          [&](const std::string& scratch) { return SampleAll(pipeline, accuracy, arm, scratch); });
}

}  // namespace experiments
