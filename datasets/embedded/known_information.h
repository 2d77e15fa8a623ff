// What the embedded world's constitutions tell of its responses, in closed form: gold for estimators of information.
#ifndef DATASETS_EMBEDDED_KNOWN_INFORMATION_H_
#define DATASETS_EMBEDDED_KNOWN_INFORMATION_H_

namespace embedded {

// I(Y; C) in nats of one principle: C asks for it or for its antithesis by a fair coin, Y is whether the response shows
// the style, which it does with probability `when_asked` or `when_antithesis`:
//   H((p + q) / 2) - (H(p) + H(q)) / 2,  H(x) = -x log x - (1 - x) log(1 - x).
// Principles whose styles are drawn independently add up: two of them tell twice as much, and content that does not
// depend on C tells nothing. In [0, log 2]. CHECK-fails unless both are in [0, 1].
double KnownInformation(double when_asked, double when_antithesis);

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_KNOWN_INFORMATION_H_
