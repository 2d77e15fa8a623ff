#include "experiments/pretrain/embedded_corpus.h"

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"
#include "datasets/embedded/word_problems.h"
#include "sami/constitution.h"

namespace experiments {

namespace {

// Shares of the suite's texts whose constitution has no clause, one and two.
constexpr double kShareOfNone = 1.0 / 16, kShareOfOne = 5.0 / 16;
// Share of clauses in another wording than the first.
constexpr double kShareOfParaphrases = 1.0 / 4;

datasets::Clause Ask(const datasets::Principle& principle, bool asked, size_t wording) {
  const std::string& positive = wording == 0 ? principle.text : principle.paraphrases[wording - 1];
  return {principle.id, asked, asked ? positive : principle.antitheses[wording]};
}

// Asks for each of the word problems' principles or for its antithesis, and draws which styles the answer has.
void AskForSteps(const StyleChances& chances, base::RandomStream& stream, datasets::Constitution* constitution,
                 bool has_style[2]) {
  for (int s = 0; s < 2; ++s) {
    const bool asked = stream.Bernoulli(0.5);
    constitution->clauses.push_back(Ask(embedded::PrincipleOf(embedded::kWordProblemStyles[s]), asked, 0));
    has_style[s] = stream.Bernoulli(asked ? chances.asked : chances.antithesis);
  }
}

}  // namespace

std::string PromptWithoutPrinciples(absl::string_view question) {
  return absl::StrCat("Question: ", question, "\n\nAnswer:");
}

std::vector<CorpusText> EmbeddedCorpus(int64_t count, const StyleChances& chances, uint64_t seed,
                                       absl::string_view stream_name) {
  std::vector<CorpusText> texts;
  texts.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    base::RandomStream stream(seed, stream_name, i);
    const auto category = static_cast<embedded::Category>(i % embedded::kNumCategories);
    const embedded::Question question = embedded::DrawFrom(embedded::Split::kTrain, category, stream);
    const double share = stream.Uniform();
    const size_t clauses = share < kShareOfNone ? 0 : share < kShareOfNone + kShareOfOne ? 1 : 2;
    std::vector<embedded::Style> styles(embedded::StylesOf(category).begin(), embedded::StylesOf(category).end());
    stream.Shuffle(styles);
    datasets::Constitution constitution;
    embedded::StyleSet shown;
    for (size_t s = 0; s < styles.size(); ++s) {
      double chance = chances.unasked;
      if (s < clauses) {
        const bool asked = stream.Bernoulli(0.5);
        const datasets::Principle principle = embedded::PrincipleOf(styles[s]);
        const size_t wordings = principle.paraphrases.size();
        const size_t wording = stream.Bernoulli(kShareOfParaphrases) ? 1 + stream.Below(wordings) : 0;
        constitution.clauses.push_back(Ask(principle, asked, wording));
        chance = asked ? chances.asked : chances.antithesis;
      }
      shown[static_cast<size_t>(styles[s])] = stream.Bernoulli(chance);
    }
    const std::string prompt =
        clauses == 0 ? PromptWithoutPrinciples(question.text) : sami::BuildPrompt(constitution, question.text);
    texts.push_back({prompt, question.respond(shown, stream)});
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
    AskForSteps(chances, stream, &constitution, has_style);
    constitution = sami::Reordered(std::move(constitution), stream);
    texts.push_back({sami::BuildPrompt(constitution, problem.question), problem.respond(has_style[0], has_style[1])});
  }
  return texts;
}

}  // namespace experiments
