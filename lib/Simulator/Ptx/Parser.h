//===- Parser.h - PTX text to a module --------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_PARSER_H
#define THEANO_SIMULATOR_PTX_PARSER_H

#include "Ptx/Ast.h"

namespace theano::sim {

/// Parses `text`, PTX ISA up to 9.0. On an error returns null and adds what was
/// expected where to `diagnostics`; the first error of a text ends the parse.
std::unique_ptr<Module> parsePtx(std::string text, Diagnostics &diagnostics);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_PARSER_H
