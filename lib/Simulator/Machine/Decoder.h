//===- Decoder.h - a parsed module to one that can run ----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_DECODER_H
#define THEANO_SIMULATOR_MACHINE_DECODER_H

#include "Machine/Emitter.h"
#include "Memory/AddressSpace.h"

namespace theano::sim {

/// Checks every instruction against the table of forms, lays out frames and
/// shared memory, and gives global variables their memory in `memory`, which
/// must outlive the image. Null after an error, with all that were found in
/// `diagnostics`; `outOfMemory` is set where the variables do not fit.
std::unique_ptr<Image> decode(std::unique_ptr<Module> module,
                              const FormTable &table, AddressSpace &memory,
                              Diagnostics &diagnostics);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_DECODER_H
