#include "experiments/pretrain/embedded_corpus.h"

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"
#include "datasets/embedded/word_problems.h"
#include "sami/constitution.h"

namespace experiments {

namespace {

// Asks for each of the category's principles or for its antithesis, and draws which styles the answer has.
void AskForStyles(embedded::Category category, double when_asked, double when_antithesis, base::RandomStream& stream,
                  datasets::Constitution* constitution, bool has_style[2]) {
  for (int s = 0; s < 2; ++s) {
    const datasets::Principle principle = embedded::PrincipleOf(embedded::StylesOf(category)[s]);
    const bool asked = stream.Bernoulli(0.5);
    constitution->clauses.push_back({principle.id, asked, asked ? principle.text : principle.antitheses[0]});
    has_style[s] = stream.Bernoulli(asked ? when_asked : when_antithesis);
  }
}

}  // namespace

std::vector<CorpusText> EmbeddedCorpus(int64_t count, double style_when_asked, double style_when_antithesis,
                                       uint64_t seed, absl::string_view stream_name) {
  std::vector<CorpusText> texts;
  texts.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    base::RandomStream stream(seed, stream_name, i);
    const auto category = static_cast<embedded::Category>(i % embedded::kNumCategories);
    const embedded::Question question = embedded::DrawFrom(embedded::Split::kTrain, category, stream);
    datasets::Constitution constitution;
    bool has_style[2];
    AskForStyles(category, style_when_asked, style_when_antithesis, stream, &constitution, has_style);
    constitution = sami::Reordered(std::move(constitution), stream);
    texts.push_back(
        {sami::BuildPrompt(constitution, question.text), question.respond(has_style[0], has_style[1], stream)});
  }
  return texts;
}

std::string PlainPrompt(absl::string_view question) { return absl::StrCat("Q: ", question, "\nA:"); }

std::vector<CorpusText> WordProblemCorpus(int64_t count, const StyleChances& chances, uint64_t seed,
                                          absl::string_view stream_name) {
  std::vector<CorpusText> texts;
  texts.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    base::RandomStream stream(seed, stream_name, i);
    const embedded::WordProblem problem = embedded::DrawWordProblem(embedded::Split::kTrain, 2, stream);
    if (stream.Bernoulli(0.5)) {
      texts.push_back({PlainPrompt(problem.question), problem.respond(stream.Bernoulli(chances.plain), false)});
      continue;
    }
    datasets::Constitution constitution;
    bool has_style[2];
    AskForStyles(embedded::Category::kMath, chances.asked, chances.antithesis, stream, &constitution, has_style);
    constitution = sami::Reordered(std::move(constitution), stream);
    texts.push_back({sami::BuildPrompt(constitution, problem.question), problem.respond(has_style[0], has_style[1])});
  }
  return texts;
}

}  // namespace experiments
