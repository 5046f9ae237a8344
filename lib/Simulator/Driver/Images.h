//===- Images.h - what a program gives as code ------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_IMAGES_H
#define THEANO_SIMULATOR_DRIVER_IMAGES_H

#include "Driver/State.h"

#include <string>
#include <vector>

namespace theano::cuda {

/// A link's product: its texts, in a form that says where it ends.
std::string packTexts(const std::vector<NamedText> &texts);

/// Where nothing says how many bytes an image has, it ends by itself.
constexpr size_t unbounded = size_t(1) << 62;

/// The texts of `image`, a terminated text or a link's product of at most
/// `bound` bytes; what is neither is refused, with why in `log`.
Result readImage(const void *image, size_t bound, std::vector<NamedText> &texts,
                 std::string &log);

/// Decodes texts, one or a link's, for memory in `memory`.
Result loadImage(const std::vector<NamedText> &texts, sim::AddressSpace &memory,
                 std::unique_ptr<sim::Image> &made, std::string &log);

/// Only looks whether a text can be read, for a link that comes later.
Result checkText(const NamedText &text, std::string &log);

/// FileNotFound where it cannot be read.
Result readFile(const char *path, std::string &bytes);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_IMAGES_H
