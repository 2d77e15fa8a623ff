#include "experiments/embedded_corpus.h"

#include "base/random.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"
#include "sami/constitution.h"

namespace experiments {

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
    for (int s = 0; s < 2; ++s) {
      const datasets::Principle principle = embedded::PrincipleOf(embedded::StylesOf(category)[s]);
      const bool asked = stream.Bernoulli(0.5);
      constitution.clauses.push_back({principle.id, asked, asked ? principle.text : principle.antitheses[0]});
      has_style[s] = stream.Bernoulli(asked ? style_when_asked : style_when_antithesis);
    }
    constitution = sami::Reordered(std::move(constitution), stream);
    texts.push_back(
        {sami::BuildPrompt(constitution, question.text), question.respond(has_style[0], has_style[1], stream)});
  }
  return texts;
}

}  // namespace experiments
