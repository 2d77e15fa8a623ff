#include "lm/tokenizer/sentencepiece_library.h"

#include <dlfcn.h>
#include <sentencepiece_processor.h>

#include <exception>
#include <utility>

namespace lm {
namespace {

using ::sentencepiece::SentencePieceProcessor;

// The sanitizers of addresses and threads refuse RTLD_DEEPBIND, without which the library would run beside no other
// protobuf. In their programs it is loaded where there is no other, as in the fuzz tests.
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LM_WITHOUT_DEEPBIND
#endif
#endif
#ifdef LM_WITHOUT_DEEPBIND
constexpr int kApart = 0;
bool CanBeLoaded() { return dlsym(RTLD_DEFAULT, "_ZTVN6google8protobuf11MessageLiteE") == nullptr; }
#else
constexpr int kApart = RTLD_DEEPBIND;
bool CanBeLoaded() { return true; }
#endif

// The few functions that are not virtual, by the names that the Itanium C++ ABI gives them. A class that is returned by
// value comes as a hidden first argument there, before `this`.
struct Library {
  void (*construct)(void* processor);
  void (*load)(void* status, void* processor, std::string_view bytes);
  void (*status_to_string)(std::string* result, const void* status);
  void (*destroy_status)(void* status);
};

template <typename Function>
bool Find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

// Null, and why, when the library is not there. Never unloaded.
const Library* GetLibrary(std::string& error) {
  static std::string* const problem = new std::string;
  static const Library* const library = []() -> const Library* {
    if (!CanBeLoaded()) {
      *problem = "not beside another protobuf in a program with a sanitizer";
      return nullptr;
    }
    void* const handle = dlopen("libsentencepiece.so.0", RTLD_NOW | RTLD_LOCAL | kApart);
    auto* const found = new Library();
    const bool complete =
        handle != nullptr && Find(handle, "_ZN13sentencepiece22SentencePieceProcessorC1Ev", found->construct) &&
        Find(handle,
             "_ZN13sentencepiece22SentencePieceProcessor23LoadFromSerializedProtoESt17basic_string_viewIcSt11char_"
             "traitsIcEE",
             found->load) &&
        Find(handle, "_ZNK13sentencepiece4util6Status8ToStringB5cxx11Ev", found->status_to_string) &&
        Find(handle, "_ZN13sentencepiece4util6StatusD1Ev", found->destroy_status);
    if (complete) return found;
    const char* reason = dlerror();
    *problem = reason == nullptr ? "libsentencepiece.so.0 is of another version" : reason;
    delete found;
    return nullptr;
  }();
  error = *problem;
  return library;
}

class Model final : public SentencePieceModel {
 public:
  explicit Model(std::unique_ptr<SentencePieceProcessor> processor) : processor_(std::move(processor)) {}

  std::vector<int> Encode(std::string_view text) const override { return processor_->EncodeAsIds(text); }
  int size() const override { return processor_->GetPieceSize(); }
  std::string Piece(int id) const override { return processor_->IdToPiece(id); }
  bool IsControl(int id) const override { return processor_->IsControl(id) || processor_->IsUnknown(id); }
  int bos_id() const override { return processor_->bos_id(); }

 private:
  std::unique_ptr<SentencePieceProcessor> processor_;
};

}  // namespace

SentencePieceResult ParseSentencePieceModel(const std::string& bytes) {
  SentencePieceResult result;
  const Library* const library = GetLibrary(result.error);
  if (library == nullptr) {
    result.library_missing = true;
    return result;
  }
  void* const memory = ::operator new(sizeof(SentencePieceProcessor));
  library->construct(memory);
  // Its destructor and all that Model calls are virtual.
  std::unique_ptr<SentencePieceProcessor> processor(static_cast<SentencePieceProcessor*>(memory));
  alignas(sentencepiece::util::Status) unsigned char status[sizeof(sentencepiece::util::Status)];
  try {
    library->load(status, processor.get(), bytes);
  } catch (const std::exception& e) {  // of the double array in it, for a piece without bytes
    result.error = e.what();
    return result;
  }
  const bool ok = reinterpret_cast<const sentencepiece::util::Status*>(status)->ok();
  if (!ok) {
    alignas(std::string) unsigned char text[sizeof(std::string)];
    auto* const message = reinterpret_cast<std::string*>(text);
    library->status_to_string(message, status);  // constructs it
    result.error = std::move(*message);
    message->~basic_string();
  }
  library->destroy_status(status);
  if (ok) result.model = std::make_unique<Model>(std::move(processor));
  return result;
}

}  // namespace lm
