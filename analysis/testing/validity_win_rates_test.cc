// Coverage of the intervals of win rates, of strengths and of win rates at equal length.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/measures/bradley_terry.h"
#include "analysis/measures/length_control.h"
#include "analysis/measures/win_rate.h"
#include "analysis/testing/validity_testing.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::RandomStream;

// Verdicts 1, 1/2, 0 with a share of ties; `wins` and `spread` are of the decided.
Setting Verdicts(int n, double ties, double wins, double spread) {
  return {absl::StrCat(100 * ties, "% ties, ", wins, " of the others won"), n,
          [=](RandomStream& stream, int n, Data* data) {
            const double share = wins + spread * (2 * stream.Uniform() - 1);
            data->truth = ties / 2 + (1 - ties) * share;
            for (int i = 0; i < n; ++i) {
              data->values.push_back(stream.Bernoulli(ties) ? 0.5 : stream.Bernoulli(share));
            }
          }};
}

// Two games a question, which agree because they are about the same answers in half of the questions.
Setting BothOrders(int n, double ties, double wins) {
  return {absl::StrCat("two orders, ", 100 * ties, "% ties, ", wins, " won"), n,
          [=](RandomStream& stream, int n, Data* data) {
            data->truth = ties / 2 + (1 - ties) * wins;
            const auto game = [&] { return stream.Bernoulli(ties) ? 0.5 : stream.Bernoulli(wins); };
            for (int i = 0; i < n; ++i) {
              const double first = game();
              data->values.push_back(stream.Bernoulli(0.5) ? first : (first + game()) / 2);
            }
          }};
}

// A score of quarters is that of two games.
Estimate WinRate(const Data& data, uint64_t) {
  std::vector<QuestionVerdicts> questions;
  for (size_t i = 0; i < data.values.size(); ++i) {
    const int quarters = std::lround(4 * data.values[i]);
    questions.push_back({absl::StrCat(i), "all", {quarters / 2 / 2.0, (quarters + 1) / 2 / 2.0}});
  }
  return WinRates({"a_vs_b"}, questions, kLevel)->front().win_rate;
}

std::vector<Method> WinRateMethods() {
  return {{"default", WinRate},
          ScoreMethod("likelihood"),
          StudentMethod(),
          BootstrapMethod("percentile", BootstrapInterval::kPercentile)};
}

TEST(ValidityTest, WinRates) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 80, 200, 1000}) {
    for (double ties : {0.0, 0.3, 0.9}) {
      settings.push_back(Verdicts(n, ties, 0.5, 0.05));
      settings.push_back(Verdicts(n, ties, 0.95, 0.03));
    }
    settings.push_back(BothOrders(n, 0.2, 0.5));
    settings.push_back(BothOrders(n, 0.7, 0.8));
    // 96.4%: wide, and listed under what is not promised.
    if (n == 20) settings.back().promise = Promise::kPrinted;
  }
  CheckCoverage("Win rates: WinRates", settings, WinRateMethods());
}

// Settings at which nothing was chosen (validity_scores_test.cc).
TEST(ValidityTest, HeldOutWinRates) {
  std::vector<Setting> settings;
  for (int n : {25, 40, 65, 150}) {
    settings.push_back(Verdicts(n, 0.5, 0.7, 0.03));
    settings.push_back(Verdicts(n, 0.1, 0.85, 0.03));
    settings.push_back(BothOrders(n, 0.4, 0.65));
  }
  CheckCoverage("Held-out win rates: WinRates", settings, WinRateMethods());
}

// Arms of equal strength: questions prefer one of them, so that their two games go together.
TEST(ValidityTest, BradleyTerry) {
  const auto draw = [](RandomStream& stream, int n, Data* data) {
    for (int q = 0; q < n; ++q) {
      const double tilt[3] = {stream.Normal(), stream.Normal(), stream.Normal()};
      for (const auto& [a, b] : {std::pair<int, int>{0, 1}, {1, 2}, {2, 0}}) {
        for (int game = 0; game < 2; ++game) {
          data->values.push_back(stream.Bernoulli(1 / (1 + std::exp(tilt[b] - tilt[a]))));
          data->clusters.push_back(q);
        }
      }
    }
  };
  std::vector<Setting> settings;
  for (int n : {20, 80, 200}) settings.push_back({"three equal arms, two games a pair", n, draw, Promise::kPlain});
  CheckCoverage("Bradley-Terry strengths: FitBradleyTerry", settings,
                {{"default", [](const Data& data, uint64_t) {
                    std::vector<PairGame> games;
                    for (size_t i = 0; i < data.values.size(); ++i) {
                      const int64_t a = i / 2 % 3;
                      games.push_back({data.clusters[i], a, (a + 1) % 3, data.values[i]});
                    }
                    return FitBradleyTerry({"x", "y", "z"}, games, kLevel)->strengths[0];
                  }}});
}

// Length differences ride in `clusters`; the truth is the win rate at equal length, sigmoid(0.5).
TEST(ValidityTest, LengthControl) {
  const auto draw = [](RandomStream& stream, int n, Data* data) {
    data->truth = 1 / (1 + std::exp(-0.5));
    for (int i = 0; i < n; ++i) {
      const int64_t difference = std::lround(100 * (1 + stream.Normal()));
      data->clusters.push_back(difference);
      data->values.push_back(stream.Bernoulli(1 / (1 + std::exp(-0.5 - std::tanh(difference / 100.0)))));
    }
  };
  std::vector<Setting> settings;
  for (int n : {50, 80, 200, 1000}) settings.push_back({"longer answers win", n, draw, Promise::kPlain});
  CheckCoverage("Win rates at equal length: LengthControlledWinRate", settings,
                {{"default",
                  [](const Data& data, uint64_t) {
                    const std::vector<double> lengths(data.clusters.begin(), data.clusters.end());
                    const auto controlled = LengthControlledWinRate(data.values, lengths, {}, kLevel);
                    return controlled.ok() ? controlled->win_rate : Estimate();
                  }},
                 ScoreMethod("plain rate")});
}

}  // namespace
}  // namespace analysis
