//===- Images.h - what a program gives as code ------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_IMAGES_H
#define THEANO_SIMULATOR_DRIVER_IMAGES_H

#include "Driver/State.h"

#include <string>
#include <vector>

namespace theano::cuda {

/// A link's product, which stands for its texts in this process.
std::string makeProduct(const std::vector<NamedText> &texts);

/// The texts of `image`, a terminated text or a link's product; what is neither
/// is refused, with why in `log`.
Result readImage(const void *image, std::vector<NamedText> &texts,
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
