#include "evaluation/replies/thinking.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

using ::absl::string_view;

// Said passages, as views into the reply.
struct Parts {
  std::vector<string_view> said;
  bool thought = false, unfinished = false;
};

// Marks that are no tags in angle brackets.
struct Marks {
  string_view open, close;
};
constexpr Marks kMarks[] = {
    {"[THINK]", "[/THINK]"},
    {"\u25c1think\u25b7", "\u25c1/think\u25b7"},
    {"<|START_THINKING|>", "<|END_THINKING|>"},
    {"<|begin_of_thought|>", "<|end_of_thought|>"},
};
constexpr string_view kNames[] = {"think",     "thinking",   "thought",    "thoughts",
                                  "reasoning", "reflection", "scratchpad", "seed:think"};
constexpr size_t kMaxAttributes = 100;  // bytes of a tag behind its name

struct Tag {
  size_t size = 0;
  size_t kind = 0;  // tags that belong together have the same
  bool closes = false;
};

// The tag that `text` begins with. Looks at a bounded number of bytes.
std::optional<Tag> TagAt(string_view text) {
  for (size_t i = 0; i < std::size(kMarks); ++i) {
    if (absl::StartsWithIgnoreCase(text, kMarks[i].open)) return Tag{kMarks[i].open.size(), i, false};
    if (absl::StartsWithIgnoreCase(text, kMarks[i].close)) return Tag{kMarks[i].close.size(), i, true};
  }
  string_view rest = text;
  if (!absl::ConsumePrefix(&rest, "<")) return std::nullopt;
  const bool closes = absl::ConsumePrefix(&rest, "/");
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (!absl::StartsWithIgnoreCase(rest, kNames[i])) continue;
    const string_view behind = rest.substr(kNames[i].size(), kMaxAttributes);
    const size_t end = behind.find_first_of("<>");
    if (end == string_view::npos || behind[end] != '>') continue;
    if (end > 0 && (!absl::ascii_isspace(behind[0]) || behind[end - 1] == '/')) continue;
    const size_t size = behind.data() + end + 1 - text.data();
    return Tag{size, std::size(kMarks) + i, closes};
  }
  return std::nullopt;
}

// Whether the model speaks of the tag instead of using it: "`<think>`".
bool IsMentioned(string_view text, size_t at, size_t size) {
  if (at == 0 || at + size >= text.size()) return false;
  const char before = text[at - 1];
  return before == text[at + size] && (before == '`' || before == '"' || before == '\'');
}

bool BeginsLine(string_view text, size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
}

void AddSaid(string_view text, Parts* parts) {
  text = absl::StripAsciiWhitespace(text);
  if (!text.empty()) parts->said.push_back(text);
}

// Tags in a text that no other marks divide.
void ReadTags(string_view text, Parts* parts) {
  const size_t said_before = parts->said.size();
  size_t begin = 0;  // of what is said, where depth is 0
  size_t kind = 0;
  int depth = 0;
  for (size_t at = text.find_first_of("<[\xe2"); at != string_view::npos; at = text.find_first_of("<[\xe2", at)) {
    const std::optional<Tag> tag = TagAt(text.substr(at));
    if (!tag.has_value() || IsMentioned(text, at, tag->size)) {
      ++at;
      continue;
    }
    const size_t end = at + tag->size;
    if (depth == 0) {
      parts->thought = true;
      if (tag->closes) {
        parts->said.resize(said_before);  // it was thinking all along
        begin = end;
      } else {
        AddSaid(text.substr(begin, at - begin), parts);
        kind = tag->kind;
        depth = 1;
      }
    } else if (tag->kind == kind) {
      if (tag->closes) {
        if (--depth == 0) begin = end;
      } else if (BeginsLine(text, at)) {
        ++depth;
      }
    }
    at = end;
  }
  if (depth == 0) {
    AddSaid(text.substr(begin), parts);
  } else {
    parts->unfinished = true;
  }
}

constexpr string_view kStart = "<|start|>", kChannel = "<|channel|>", kMessage = "<|message|>";
constexpr string_view kEnds[] = {"<|end|>", "<|return|>", "<|call|>"};

// The first of harmony's marks from `from` on that divide messages: their place, or npos.
size_t EndOfMessage(string_view text, size_t from) {
  for (size_t at = text.find("<|", from); at != string_view::npos; at = text.find("<|", at + 1)) {
    const string_view rest = text.substr(at);
    if (absl::StartsWith(rest, kStart) || absl::StartsWith(rest, kChannel)) return at;
    for (const string_view end : kEnds) {
      if (absl::StartsWith(rest, end)) return at;
    }
  }
  return string_view::npos;
}

// "<|start|>assistant<|channel|>final <|constrain|>json" -> "final"; no channel: "".
string_view ChannelOf(string_view header) {
  const size_t at = header.rfind(kChannel);
  if (at == string_view::npos) return "";
  const string_view name = absl::StripAsciiWhitespace(header.substr(at + kChannel.size()));
  return name.substr(0, name.find_first_of(" <\n"));
}

void ReadHarmony(string_view text, Parts* parts) {
  size_t header = 0;
  for (size_t at = text.find(kMessage); at != string_view::npos; at = text.find(kMessage, header)) {
    // A reply may begin in a message whose header stood in the prompt; what stands before a header is not said.
    const size_t content = at + kMessage.size();
    const size_t end = EndOfMessage(text, content);
    const string_view channel = ChannelOf(text.substr(header, at - header));
    if (channel.empty() || channel == "final") {
      ReadTags(text.substr(content, end == string_view::npos ? end : end - content), parts);
    } else if (end == string_view::npos) {
      parts->unfinished = true;
    }
    if (end == string_view::npos) return;
    header = end;
  }
  // A header that was cut: whatever it led to was not said, unless the last message already ended everything.
  const string_view rest = text.substr(header);
  parts->unfinished = absl::StrContains(rest, kStart) || absl::StrContains(rest, kChannel);
}

// "analysisWe need ...assistantfinalThe answer is 18.": the marks are gone, and the channels' names are left.
bool ReadBareHarmony(string_view text, Parts* parts) {
  constexpr string_view kAnalysis = "analysis", kFinal = "assistantfinal";
  if (!absl::StartsWith(text, kAnalysis)) return false;
  const size_t final = text.rfind(kFinal);
  const char next = text.size() > kAnalysis.size() ? text[kAnalysis.size()] : ' ';
  if (final == string_view::npos && !absl::ascii_isupper(next)) return false;
  parts->thought = true;
  if (final == string_view::npos) {
    parts->unfinished = true;
  } else {
    ReadTags(text.substr(final + kFinal.size()), parts);
  }
  return true;
}

}  // namespace

size_t Said::InReply(size_t place) const {
  const auto behind = std::upper_bound(passages.begin(), passages.end(), place,
                                       [](size_t at, const Passage& passage) { return at < passage.in_text; });
  if (behind == passages.begin()) return place;
  const Passage& passage = *(behind - 1);
  return passage.in_reply + (place - passage.in_text);
}

Said WithoutThinking(string_view reply) {
  Parts parts;
  if (absl::StrContains(reply, kMessage)) {
    parts.thought = true;
    ReadHarmony(reply, &parts);
  } else if (absl::StrContains(reply, kChannel)) {
    parts.thought = parts.unfinished = true;  // cut in its first header
  } else if (!ReadBareHarmony(reply, &parts)) {
    ReadTags(reply, &parts);
  }
  Said said;
  said.thought = parts.thought;
  said.unfinished_thinking = parts.unfinished;
  if (!said.thought) {
    said.text = std::string(reply);
    said.passages = {{0, 0}};
    return said;
  }
  for (const string_view part : parts.said) {
    if (!said.text.empty()) said.text += '\n';
    said.passages.push_back({said.text.size(), static_cast<size_t>(part.data() - reply.data())});
    said.text.append(part.data(), part.size());
  }
  return said;
}

}  // namespace evaluation
