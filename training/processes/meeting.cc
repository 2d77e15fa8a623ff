#include "training/processes/meeting.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "base/status.h"

namespace training {
namespace {

constexpr char kVerdict[] = "verdict", kHeard[] = "heard";
constexpr absl::Duration kPoll = absl::Milliseconds(20), kFarewell = absl::Seconds(3);

std::string HostName() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

std::string FirstLine(const std::exception& exception) {
  return std::string(*absl::StrSplit(exception.what(), '\n').begin());
}

// What a rank says of itself, a line each: host, process, size, and what must be the same.
struct Hello {
  std::string host, process, size;
  std::vector<std::string> same;

  std::string Text() const { return absl::StrCat(host, "\n", process, "\n", size, "\n", absl::StrJoin(same, "\n")); }
};

Hello OwnHello(const JoinOptions& options) {
  Hello hello = {HostName(), absl::StrCat(getpid()), absl::StrCat(options.place.size), {}};
  for (const auto& [name, value] : options.same) hello.same.push_back(absl::StrCat(name, " ", value));
  return hello;
}

Hello Parsed(const std::vector<uint8_t>& bytes) {
  std::vector<std::string> lines = absl::StrSplit(std::string(bytes.begin(), bytes.end()), '\n');
  lines.resize(std::max<size_t>(lines.size(), 3));
  return {lines[0], lines[1], lines[2], {lines.begin() + 3, lines.end()}};
}

std::string Name(int rank, int size, const Hello& hello) {
  return absl::StrCat("rank ", rank, " of ", size, " (", hello.host, ", process ", hello.process, ")");
}

// "run 3f2a", of a rank that may be another version's.
std::string Line(const Hello& hello, size_t i) { return i < hello.same.size() ? hello.same[i] : "nothing"; }

absl::Status Compare(const std::string& name, const Hello& other, const Hello& first) {
  if (other.size != first.size) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, " was started as one of ", other.size, " ranks, rank 0 as one of ", first.size,
                     ": start the same command with the same number of ranks everywhere"));
  }
  for (size_t i = 0; i < std::max(other.same.size(), first.same.size()); ++i) {
    if (Line(other, i) == Line(first, i)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(name, " differs from rank 0: it has ", Line(other, i), ", rank 0 has ", Line(first, i),
                     "; start the same command with the same program, spec and data everywhere"));
  }
  return absl::OkStatus();
}

class Reception {
 public:
  Reception(const JoinOptions& options, c10d::Store& store) : options_(options), place_(options.place), store_(store) {}

  // Rank 0's: the names of all ranks, who have heard them then.
  absl::StatusOr<std::vector<std::string>> Receive() {
    absl::StatusOr<std::vector<std::string>> names = WaitForAll();
    const std::string verdict = names.ok() ? absl::StrJoin(*names, "\n") : "";
    const std::string error = names.ok() ? "" : std::string(names.status().message());
    Set(kVerdict, absl::StrCat(names.ok() ? "+" : "-", verdict, error));
    if (names.ok()) return names;
    // The store ends with this process: whoever has come is to hear why.
    const absl::Time until = absl::Now() + kFarewell;
    while (store_.add(kHeard, 0) + 1 < came_ && absl::Now() < until) absl::SleepFor(kPoll);
    return names;
  }

  // The others'.
  absl::StatusOr<std::vector<std::string>> Come() {
    if (store_.add(absl::StrCat("count/", place_.rank), 1) > 1) {
      return absl::FailedPreconditionError(absl::StrCat("two processes were started as rank ", place_.rank, " of ",
                                                        place_.size, ": each needs a RANK of its own"));
    }
    Set(absl::StrCat("hello/", place_.rank), OwnHello(options_).Text());
    const absl::Time until = absl::Now() + options_.patience + kFarewell;
    while (!store_.check({kVerdict})) {
      if (absl::Now() > until) return absl::UnavailableError("rank 0 lets nobody in; its own lines say why");
      absl::SleepFor(kPoll);
    }
    const std::vector<uint8_t> bytes = store_.get(kVerdict);
    store_.add(kHeard, 1);
    const std::string verdict(bytes.begin() + 1, bytes.end());
    if (bytes[0] == '-') return absl::FailedPreconditionError(verdict);
    return std::vector<std::string>(absl::StrSplit(verdict, '\n'));
  }

 private:
  void Set(const std::string& key, const std::string& text) {
    store_.set(key, std::vector<uint8_t>(text.begin(), text.end()));
  }

  // Each is compared when it comes: one that counts other ranks would have the others waited for in vain.
  absl::StatusOr<std::vector<std::string>> WaitForAll() {
    const Hello own = OwnHello(options_);
    std::vector<std::string> names(place_.size);
    names[0] = Name(0, place_.size, own);
    const absl::Time start = absl::Now();
    bool has_said = false;
    while (came_ < place_.size) {
      for (int rank = 1; rank < place_.size; ++rank) {
        const std::string key = absl::StrCat("hello/", rank);
        if (!names[rank].empty() || !store_.check({key})) continue;
        const Hello hello = Parsed(store_.get(key));
        names[rank] = Name(rank, place_.size, hello);
        ++came_;
        RETURN_IF_ERROR(Compare(names[rank], hello, own));
      }
      if (came_ == place_.size) break;
      std::vector<int> missing;
      for (int rank = 1; rank < place_.size; ++rank) {
        if (names[rank].empty()) missing.push_back(rank);
      }
      const absl::Duration waited = absl::Now() - start;
      const std::string who = absl::StrCat(came_, " of ", place_.size, " ranks have come to ", place_.address, ":",
                                           place_.port, "; missing: ", absl::StrJoin(missing, ", "));
      if (waited > options_.patience) {
        return absl::FailedPreconditionError(
            absl::StrCat("after ", absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1))), " ", who,
                         "; start the same command for each rank, with the same MASTER_ADDR and MASTER_PORT"));
      }
      if (waited > absl::Seconds(10) && !has_said) {
        has_said = true;
        std::fprintf(stderr, "%s\n", who.c_str());
      }
      absl::SleepFor(kPoll);
    }
    return names;
  }

  const JoinOptions& options_;
  const Place& place_;
  c10d::Store& store_;
  int came_ = 1;
};

absl::Status NoStore(const JoinOptions& options, const std::exception& exception) {
  const Place& place = options.place;
  const std::string where = absl::StrCat(place.address, ":", place.port), said = FirstLine(exception);
  if (place.rank == 0) {
    const bool taken = absl::StrContains(said, "in use");
    return absl::FailedPreconditionError(
        absl::StrCat("rank 0 cannot listen at ", where, taken ? ", a port that another program has" : "",
                     "; choose another MASTER_PORT (torchrun --master_port) (", said, ")"));
  }
  return absl::UnavailableError(absl::StrCat("rank ", place.rank, " of ", place.size, ": rank 0 cannot be reached at ",
                                             where, " within ", absl::FormatDuration(options.patience),
                                             "; start it, and give both the same MASTER_ADDR and MASTER_PORT (", said,
                                             ")"));
}

}  // namespace

absl::StatusOr<Meeting> Meet(const JoinOptions& options) {
  const Place& place = options.place;
  Meeting meeting;
  try {
    c10d::TCPStoreOptions store;
    store.port = static_cast<uint16_t>(place.port);
    store.isServer = place.rank == 0;
    store.waitWorkers = false;  // we say who is missing
    store.timeout = absl::ToChronoMilliseconds(options.patience);
    // Through its own interface: it looks for all that is not the server's.
    meeting.store = c10::make_intrusive<c10d::TCPStore>(place.rank == 0 ? "localhost" : place.address, store);
  } catch (const std::exception& e) {
    return NoStore(options, e);
  }
  try {
    Reception reception(options, *meeting.store);
    if (place.rank == 0) {
      ASSIGN_OR_RETURN(meeting.ranks, reception.Receive());
    } else {
      ASSIGN_OR_RETURN(meeting.ranks, reception.Come());
    }
  } catch (const std::exception& e) {
    return absl::UnavailableError(
        absl::StrCat("rank ", place.rank, " of ", place.size, ": rank 0 has ended (", FirstLine(e), ")"));
  }
  return meeting;
}

}  // namespace training
