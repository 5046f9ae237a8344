//===- ArrayReader.h - arrays that a command line names ---------*- C++ -*-===//

#ifndef THEANO_SUPPORT_ARRAYREADER_H
#define THEANO_SUPPORT_ARRAYREADER_H

#include "theano/Support/Npy.h"

#include <map>
#include <string>
#include <vector>

namespace theano {

/// The pieces of `text` between the characters `at`; one piece where it has
/// none.
std::vector<std::string> splitText(const std::string &text, char at);

/// A dtype and a shape as texts, such as `f32` and `3x4` (empty for 0-d).
/// `whole` is the text that they stand in, for messages.
struct ArrayType {
  DType dtype = DType::Float32;
  Shape shape;
};
Expected<ArrayType> parseArrayType(const std::string &dtype,
                                   const std::string &shape,
                                   const std::string &whole);

/// Reads an array by a text of these forms:
///   FILE.npy
///   FILE.npz:KEY
///   arange:T:SHAPE           element k is k cast to T
///   random:T:SHAPE[:SEED]    see fillRandom
///   zeros:T:SHAPE
/// Each archive is opened once, however many arrays are taken from it.
class ArrayReader {
public:
  Expected<HostArray> read(const std::string &text);
  Expected<NpzArchive> open(const std::string &path);

private:
  std::map<std::string, NpzArchive> opened_;
};

} // namespace theano

#endif // THEANO_SUPPORT_ARRAYREADER_H
