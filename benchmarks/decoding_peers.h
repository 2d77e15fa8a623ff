// decoding_benchmark --against_python: the model of --model_dir decoded here, by transformers and by llama.cpp in turn.
#ifndef BENCHMARKS_DECODING_PEERS_H_
#define BENCHMARKS_DECODING_PEERS_H_

#include "absl/status/status.h"

namespace benchmarks {

// Whether the flags ask for it.
bool ComparesWithPeers();

// Registers the cases, after PrepareModel. kInvalidArgument where a flag lacks another, or Python a package, or a peer
// cannot load the model.
absl::Status RegisterPeers();

}  // namespace benchmarks

#endif  // BENCHMARKS_DECODING_PEERS_H_
