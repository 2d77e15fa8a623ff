// Help of every command, as commands/texts.py makes it of what the programs themselves say.
#ifndef COMMANDS_HELP_H_
#define COMMANDS_HELP_H_

#include <string>

#include "absl/strings/string_view.h"

namespace commands {

struct Command {
  const char* heading;  // of its group; empty for a topic, which is no command
  const char* name;     // "judge", "bench objective", "exit-codes"
  const char* summary;  // one line
  const char* help;     // usage and flags; ends with a line break
};

// nullptr when there is none of this name.
const Command* FindCommand(absl::string_view name);

// All commands under their headings, a line each; with `first` only those whose names begin with that word.
std::string CommandList(absl::string_view first = "");

// ", did you mean \"judge\"?" for "jugde"; empty where nothing is near.
std::string DidYouMean(absl::string_view name);

}  // namespace commands

#endif  // COMMANDS_HELP_H_
