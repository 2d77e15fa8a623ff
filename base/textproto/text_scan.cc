#include "base/textproto/text_scan.h"

#include <map>

#include "base/textproto/field_locations.h"
#include "base/textproto/first_error.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace base {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::io::Tokenizer;

// One message of the text that is open.
struct Frame {
  const Descriptor* message;
  std::string path;
  const FieldDescriptor* field = nullptr;
  std::string name;
  bool awaits_value = false;  // after ':', or a list's '[' or ','
  bool in_list = false;
  std::map<const FieldDescriptor*, int> count = {};
};

class Scanner {
 public:
  explicit Scanner(const Descriptor& message) { frames_.push_back({&message, ""}); }

  void Read(const Tokenizer::Token& token) {
    const Place place = {token.line, token.column};
    scan_.last = place;
    Frame& frame = frames_.back();
    if (token.type == Tokenizer::TYPE_SYMBOL) {
      ReadSymbol(token.text[0], place);
    } else if (frame.awaits_value) {
      AddField(frame.in_list ? place : name_place_);
      frame.awaits_value = false;
    } else if (token.type == Tokenizer::TYPE_IDENTIFIER && !frame.in_list) {
      frame.name = token.text;
      frame.field = frame.message == nullptr ? nullptr : frame.message->FindFieldByName(token.text);
      name_place_ = place;
    }
    // Else a further part of a text: "a" "b".
  }

  TextScan Finish() {
    const Frame& frame = frames_.back();
    scan_.open = frame.message;
    scan_.open_path = frame.path;
    scan_.field = frame.field;
    scan_.field_name = frame.name;
    return std::move(scan_);
  }

 private:
  void ReadSymbol(char symbol, Place place) {
    Frame& frame = frames_.back();
    switch (symbol) {
      case ':':
        frame.awaits_value = true;
        break;
      case '[':
        frame.awaits_value = frame.in_list = true;
        break;
      case ',':
        frame.awaits_value = frame.in_list;
        break;
      case ']':
        frame.awaits_value = frame.in_list = false;
        break;
      case '{':
      case '<':
        Open(frame.in_list ? place : name_place_);
        break;
      case '}':
      case '>':
        if (frames_.size() > 1) frames_.pop_back();
        break;
      default:  // '-' before a number, ';' between fields
        break;
    }
  }

  void Open(Place place) {
    Frame& frame = frames_.back();
    const bool known = frame.field != nullptr && frame.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    std::string path = AddField(place);
    frame.awaits_value = false;
    const Descriptor* message = known ? frame.field->message_type() : nullptr;
    frames_.push_back({message, std::move(path)});
  }

  // Returns the field's path.
  std::string AddField(Place place) {
    Frame& frame = frames_.back();
    if (frame.field == nullptr) return Below(frame.path, frame.name);
    std::string path = frame.field->is_repeated() ? Below(frame.path, frame.name, frame.count[frame.field]++)
                                                  : Below(frame.path, frame.name);
    scan_.fields.emplace_back(path, place);
    return path;
  }

  std::vector<Frame> frames_;
  Place name_place_;
  TextScan scan_;
};

}  // namespace

TextScan ScanText(absl::string_view text, const Descriptor& message, Place end) {
  FirstError ignored;
  google::protobuf::io::ArrayInputStream stream(text.data(), text.size());
  Tokenizer tokenizer(&stream, &ignored);
  tokenizer.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
  Scanner scanner(message);
  while (tokenizer.Next() && Place{tokenizer.current().line, tokenizer.current().column} < end) {
    scanner.Read(tokenizer.current());
  }
  return scanner.Finish();
}

}  // namespace base
