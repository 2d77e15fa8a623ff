#include "lm/chat/chat_format.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/checkpoint/model_places.h"

namespace lm {
namespace {

using ::base::OrderedJson;

constexpr char32_t kPlanes[] = {0xF0000, 0x100000};  // private use, planes 15 and 16
constexpr size_t kPlaneSize = 0xFFFE;
constexpr size_t kCharacterBytes = 4;  // of theirs, in UTF-8

std::string Utf8(char32_t character) {
  return {static_cast<char>(0xF0 | character >> 18), static_cast<char>(0x80 | (character >> 12 & 0x3F)),
          static_cast<char>(0x80 | (character >> 6 & 0x3F)), static_cast<char>(0x80 | (character & 0x3F))};
}

char32_t Utf32(absl::string_view four) {
  char32_t character = four[0] & 0x07;
  for (int i = 1; i < 4; ++i) character = character << 6 | (four[i] & 0x3F);
  return character;
}

// The place, among the characters of a plane, of the one that begins at this byte.
std::optional<size_t> PlaceInPlane(absl::string_view text, size_t byte, char32_t plane) {
  if ((text[byte] & 0xF8) != 0xF0 || byte + kCharacterBytes > text.size()) return std::nullopt;
  const char32_t character = Utf32(text.substr(byte, kCharacterBytes));
  if (character < plane || character >= plane + kPlaneSize) return std::nullopt;
  return character - plane;
}

bool HasCharacterOf(absl::string_view text, char32_t plane) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (PlaceInPlane(text, i, plane).has_value()) return true;
  }
  return false;
}

// What was taken out of messages, by the place of its character in the plane.
struct Protected {
  char32_t plane = kPlanes[0];
  std::vector<std::string> texts;

  std::string CharacterOf(const std::string& text) {
    const size_t place = std::find(texts.begin(), texts.end(), text) - texts.begin();
    if (place == texts.size()) texts.push_back(text);
    return Utf8(plane + static_cast<char32_t>(std::min(place, kPlaneSize - 1)));
  }
};

std::string WithoutSpecials(const Tokenizer& tokenizer, const std::string& text, Protected* taken) {
  const Encoding encoding = tokenizer.EncodePieces({{text, SpecialText::kAsTokens}});
  std::string kept;
  size_t done = 0;
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    if (!IsSpecial(tokenizer, encoding.ids[i])) continue;
    auto [begin, end] = encoding.spans[i];
    // White space that the token takes with it stays.
    const size_t within = absl::string_view(text).substr(begin, end - begin).find(*tokenizer.Token(encoding.ids[i]));
    if (within != absl::string_view::npos) {
      begin += within;
      end = begin + tokenizer.Token(encoding.ids[i])->size();
    }
    if (begin < done) continue;
    absl::StrAppend(&kept, text.substr(done, begin - done), taken->CharacterOf(text.substr(begin, end - begin)));
    done = end;
  }
  return absl::StrCat(kept, text.substr(done));
}

// Applies `change` to every text of the messages but the roles.
template <typename Change>
void ForEachText(OrderedJson& json, const Change& change) {
  if (json.is_string()) return change(json.get_ref<std::string&>());
  if (json.is_array()) {
    for (OrderedJson& element : json) ForEachText(element, change);
  } else if (json.is_object()) {
    for (auto& [key, value] : json.items()) {
      if (key != "role") ForEachText(value, change);
    }
  }
}

absl::StatusOr<Protected> Protect(const ChatFormat& format, const Tokenizer& tokenizer, OrderedJson* messages) {
  Protected taken;
  if (format.content == SpecialText::kAsTokens) return taken;
  bool has[2] = {false, false};
  ForEachText(*messages, [&](std::string& text) {
    for (int p = 0; p < 2; ++p) has[p] = has[p] || HasCharacterOf(text, kPlanes[p]);
  });
  if (has[0] && has[1]) {
    return absl::InvalidArgumentError(
        "the messages hold private-use characters of both planes, of which one is needed to render them");
  }
  taken.plane = kPlanes[has[0] ? 1 : 0];
  ForEachText(*messages, [&](std::string& text) { text = WithoutSpecials(tokenizer, text, &taken); });
  return taken;
}

PromptText PutBack(const std::string& text, const Protected& taken) {
  PromptText whole;
  size_t done = 0;
  const auto add_template = [&](size_t end) {
    if (end > done) whole.stretches.push_back({text.substr(done, end - done), SpecialText::kAsTokens});
  };
  for (size_t i = 0; i < text.size() && !taken.texts.empty(); ++i) {
    const std::optional<size_t> place = PlaceInPlane(text, i, taken.plane);
    if (!place.has_value() || *place >= taken.texts.size()) continue;
    add_template(i);
    whole.stretches.push_back({taken.texts[*place], SpecialText::kAsText});
    done = i + kCharacterBytes;
  }
  add_template(text.size());
  return whole;
}

// The system's text before the first user's, where both are texts.
void FoldSystem(OrderedJson* messages) {
  if (messages->empty() || (*messages)[0].value("role", OrderedJson()) != "system" ||
      !(*messages)[0]["content"].is_string())
    return;
  const auto user = std::find_if(messages->begin(), messages->end(), [](const OrderedJson& message) {
    return message.value("role", OrderedJson()) == "user";
  });
  if (user == messages->end() || !(*user)["content"].is_string()) return;
  (*user)["content"] =
      absl::StrCat((*messages)[0]["content"].get<std::string>(), "\n\n", (*user)["content"].get<std::string>());
  messages->erase(messages->begin());
}

struct Rendered {
  PromptText text;
  std::vector<std::pair<size_t, size_t>> assistant;  // bytes of `text`
};

absl::StatusOr<Rendered> Render(const ChatFormat& format, const Tokenizer& tokenizer, OrderedJson messages,
                                bool add_generation_prompt) {
  if (format.fold_system) FoldSystem(&messages);
  ASSIGN_OR_RETURN(const Protected taken, Protect(format, tokenizer, &messages));
  RenderOptions options;
  options.add_generation_prompt = add_generation_prompt;
  options.variables = format.variables;
  options.now = format.now;
  ASSIGN_OR_RETURN(const RenderedChat chat, RenderChat(format.chat_template, messages, options));
  if (!taken.texts.empty() && absl::StrContains(chat.text, "\\udb")) {
    return absl::InvalidArgumentError(absl::StrCat(format.chat_template.source,
                                                   ": the template escapes a message that holds control tokens; allow ",
                                                   "special tokens in texts, or take them out"));
  }
  Rendered rendered = {PutBack(chat.text, taken), {}};
  for (const auto& [begin, end] : chat.assistant) {
    const size_t first = PutBack(chat.text.substr(0, begin), taken).Text().size();
    rendered.assistant.emplace_back(first, PutBack(chat.text.substr(0, end), taken).Text().size());
  }
  return rendered;
}

}  // namespace

std::string PromptText::Text() const {
  std::string text;
  for (const Stretch& stretch : stretches) text += stretch.text;
  return text;
}

std::vector<TextPiece> PromptText::Pieces() const {
  std::vector<TextPiece> pieces;
  for (const Stretch& stretch : stretches) pieces.push_back({stretch.text, stretch.special});
  return pieces;
}

PromptText PromptText::Before(size_t byte) const {
  PromptText before;
  for (const Stretch& stretch : stretches) {
    if (byte == 0) break;
    const size_t size = std::min(byte, stretch.text.size());
    before.stretches.push_back({stretch.text.substr(0, size), stretch.special});
    byte -= size;
  }
  return before;
}

PromptText PromptText::From(size_t byte) const {
  PromptText from;
  for (const Stretch& stretch : stretches) {
    const size_t passed = std::min(byte, stretch.text.size());
    byte -= passed;
    if (passed < stretch.text.size()) from.stretches.push_back({stretch.text.substr(passed), stretch.special});
  }
  return from;
}

TokenIds EncodePrompt(const Tokenizer& tokenizer, const PromptText& prompt) {
  return EncodePrompt(tokenizer, prompt.Pieces());
}

PromptAndResponse EncodePromptAndResponse(const Tokenizer& tokenizer, const PromptText& prompt,
                                          const PromptText& response) {
  return EncodePromptAndResponse(tokenizer, prompt.Pieces(), response.Pieces());
}

bool IsSpecial(const Tokenizer& tokenizer, int32_t id) {
  const std::optional<std::string> token = tokenizer.Token(id);
  return token.has_value() && tokenizer.Encode(*token, SpecialText::kAsTokens) == TokenIds{id} &&
         tokenizer.Encode(*token, SpecialText::kAsText) != TokenIds{id};
}

absl::StatusOr<std::shared_ptr<const ChatFormat>> FindChatFormat(const std::string& folder,
                                                                 const ChatFormatChoice& choice) {
  if (choice.chat_template == "plain") return nullptr;
  const bool is_auto = choice.chat_template == "auto";
  absl::StatusOr<ChatTemplate> found;
  absl::string_view file = choice.chat_template;
  if (absl::ConsumePrefix(&file, "file:")) {
    ASSIGN_OR_RETURN(std::string text, base::ReadFile(std::string(file)));
    found = ChatTemplateOf(folder, std::move(text), std::string(file));
  } else {
    found = FindChatTemplate(folder, is_auto ? "" : choice.chat_template);
  }
  if (is_auto && absl::IsNotFound(found.status())) return nullptr;
  RETURN_IF_ERROR(found.status());
  return std::make_shared<const ChatFormat>(
      ChatFormat{*std::move(found), choice.variables, choice.now, choice.fold_system, SpecialText::kAsText});
}

bool HasChatTemplate(const std::string& folder) {
  const absl::StatusOr<ModelPlaces> places = FindModelPlaces(folder);
  return places.ok() && !absl::IsNotFound(FindChatTemplate(places->texts, "").status());
}

absl::StatusOr<PromptText> PromptOf(const ChatFormat* chat, const Tokenizer& tokenizer, absl::string_view text,
                                    const Asking& asking) {
  if (chat == nullptr) return PromptText::Of(text, asking.special);
  std::vector<ChatMessage> messages;
  if (!asking.system.empty()) messages.push_back({"system", asking.system});
  messages.push_back({"user", std::string(text)});
  ChatFormat format = *chat;
  if (asking.special == SpecialText::kAsTokens) format.content = asking.special;
  return RenderPrompt(format, tokenizer, MessagesJson(messages));
}

std::string FirstSpecial(const Tokenizer& tokenizer, absl::string_view text) {
  for (const int32_t id : tokenizer.Encode(text, SpecialText::kAsTokens)) {
    if (IsSpecial(tokenizer, id)) return *tokenizer.Token(id);
  }
  return "";
}

OrderedJson MessagesJson(const std::vector<ChatMessage>& messages) {
  OrderedJson json = OrderedJson::array();
  for (const ChatMessage& message : messages) json.push_back({{"role", message.role}, {"content", message.content}});
  return json;
}

absl::StatusOr<PromptText> RenderPrompt(const ChatFormat& format, const Tokenizer& tokenizer,
                                        const OrderedJson& messages) {
  ASSIGN_OR_RETURN(Rendered rendered, Render(format, tokenizer, messages, /*add_generation_prompt=*/true));
  return std::move(rendered.text);
}

absl::StatusOr<RenderedExchange> RenderExchange(const ChatFormat& format, const Tokenizer& tokenizer,
                                                const OrderedJson& prompt, const OrderedJson& completion) {
  OrderedJson all = prompt;
  all.insert(all.end(), completion.begin(), completion.end());
  ASSIGN_OR_RETURN(const Rendered whole, Render(format, tokenizer, all, /*add_generation_prompt=*/false));
  ASSIGN_OR_RETURN(const PromptText begun, RenderPrompt(format, tokenizer, prompt));
  const std::string begin = begun.Text();
  if (absl::StartsWith(whole.text.Text(), begin)) return RenderedExchange{begun, whole.text.From(begin.size())};
  if (!whole.assistant.empty()) {
    const size_t border = whole.assistant.back().first;
    return RenderedExchange{whole.text.Before(border), whole.text.From(border)};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      format.chat_template.source, ": where the assistant's reply begins is not known: with the reply the template ",
      "writes the conversation otherwise than without it, and it has no {% generation %} block"));
}

}  // namespace lm
