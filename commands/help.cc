#include "commands/help.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/text.h"

namespace commands {
namespace {

constexpr Command kCommands[] = {
#include "commands/help.inc"
};

}  // namespace

const Command* FindCommand(absl::string_view name) {
  const auto* found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& c) { return c.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

std::string CommandList(absl::string_view first) {
  std::string list, heading;
  for (const Command& command : kCommands) {
    const bool is_topic = *command.heading == '\0';
    if (is_topic || (!first.empty() && !absl::StartsWith(command.name, absl::StrCat(first, " ")))) continue;
    if (command.heading != heading) {
      heading = command.heading;
      absl::StrAppend(&list, list.empty() ? "" : "\n", heading, "\n");
    }
    absl::StrAppendFormat(&list, "  %-18s %s\n", command.name, command.summary);
  }
  return list;
}

std::string DidYouMean(absl::string_view name) {
  const Command* nearest = nullptr;
  int64_t least = std::max<int64_t>(2, name.size() / 3) + 1;
  for (const Command& command : kCommands) {
    const int64_t distance = base::EditDistance(name, command.name);
    if (distance < least) {
      least = distance;
      nearest = &command;
    }
  }
  return nearest == nullptr ? "" : absl::StrCat(", did you mean \"", nearest->name, "\"?");
}

}  // namespace commands
