"""The bootstraps of statistics_benchmark.cc with scipy.

Answers each line "KIND ITEMS RESAMPLES" with the seconds of a core that it took, the data not counted. Ends at once, without a
word, where scipy is not installed (python3-scipy in Debian).
"""
import sys
import time

try:
    import numpy as np
    from scipy import stats
except ImportError:
    sys.exit(0)

ATTEMPTS = 32
BATCH = 100  # resamples held in memory at once


def accuracies(rng, items):
    """Correct attempts at each question by two arms."""
    difficulty = rng.beta(0.5, 0.5, items)
    return [rng.binomial(ATTEMPTS, np.clip(difficulty + shift, 0, 1)) for shift in (0, 0.05)]


def paired(a, b, resamples, rng):
    return stats.bootstrap(((a - b) / ATTEMPTS,), np.mean, n_resamples=resamples, batch=BATCH, method="BCa",
                           random_state=rng)


def main():
    kinds = {"paired": paired}
    for line in sys.stdin:
        kind, items, resamples = line.split()
        rng = np.random.default_rng(42)
        a, b = accuracies(rng, int(items))
        start = time.process_time()
        kinds[kind](a, b, int(resamples), rng)
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()
