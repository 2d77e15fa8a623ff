// The sentencepiece library's processor, kept apart from the rest of the process.
//
// Debian's libsentencepiece exports the 1,300 symbols of the old protobuf that it contains. Linked beside libprotobuf,
// which libtorch and the specs need, one of the two would run the other's code on its own structures. So it is loaded
// with symbols of its own (RTLD_LOCAL, RTLD_DEEPBIND), and its header, which also has an absl::string_view of its own,
// is seen by one file alone. This header has neither absl nor sentencepiece.
#ifndef LM_TOKENIZER_SENTENCEPIECE_LIBRARY_H_
#define LM_TOKENIZER_SENTENCEPIECE_LIBRARY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lm {

// Immutable and thread-safe.
class SentencePieceModel {
 public:
  virtual ~SentencePieceModel() = default;

  // As the library says; text that is not UTF-8 counts as U+FFFD where it is broken.
  virtual std::vector<int> Encode(std::string_view text) const = 0;

  virtual int size() const = 0;  // ids are 0 to size() - 1
  virtual std::string Piece(int id) const = 0;
  virtual bool IsControl(int id) const = 0;  // or unknown: no text encodes to it, or only for want of anything better
  virtual int bos_id() const = 0;            // -1: none
};

struct SentencePieceResult {
  std::unique_ptr<SentencePieceModel> model;  // null: failed
  bool library_missing = false;
  std::string error;
};

// Reads the bytes of a tokenizer.model.
SentencePieceResult ParseSentencePieceModel(const std::string& bytes);

}  // namespace lm

#endif  // LM_TOKENIZER_SENTENCEPIECE_LIBRARY_H_
