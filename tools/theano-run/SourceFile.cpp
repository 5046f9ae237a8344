//===- SourceFile.cpp - the file that the command line names --------------===//

#include "SourceFile.h"

#include "Inputs.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "theano/Execution/Compile.h"
#include "llvm/ADT/STLExtras.h"

#include <set>

using namespace mlir;
using namespace theano;
using namespace theano::run;

SourceFile::SourceFile() {
  DialectRegistry registry;
  registerForExecution(registry);
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  // An error names its place; the op with all that is in it helps nobody.
  context->printOpOnDiagnostic(false);
}

Status SourceFile::parse(const std::string &file) {
  path = file;
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return ioError("cannot read " + path + ": " + buffer.getError().message());
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());

  std::string message, location;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return;
    if (message.empty())
      if (auto at = dyn_cast<FileLineColLoc>(diagnostic.getLocation()))
        location = at.getFilename().str() + ":" + std::to_string(at.getLine()) +
                   ":" + std::to_string(at.getColumn());
    message += (message.empty() ? "" : "\n") + diagnostic.str();
  });
  auto failure = [&] {
    Failure failure = invalidArgument(message);
    failure.location = location;
    return failure;
  };
  ParserConfig config(context.get());
  Block block;
  if (failed(parseAsmSourceFile(sources, &block, config, &names)))
    return failure();
  // A file holds functions or one module of them.
  if (block.getOperations().size() == 1)
    if (auto only = dyn_cast<ModuleOp>(block.front())) {
      only->remove();
      module = only;
    }
  if (!module) {
    module = ModuleOp::create(FileLineColLoc::get(context.get(), path, 1, 1));
    module->getBody()->getOperations().splice(module->getBody()->end(),
                                              block.getOperations());
  }
  return failed(mlir::verify(*module)) ? Status(failure()) : Status::success();
}

Expected<func::FuncOp> SourceFile::getFunction(const std::string &name) {
  if (auto function = module->lookupSymbol<func::FuncOp>(name)) {
    if (!function.isExternal())
      return function;
    return invalidArgument("function '" + name + "' of " + path +
                           " is declared without a body; give it one");
  }
  std::string list;
  for (auto other : module->getOps<func::FuncOp>())
    if (!other.isExternal())
      list += (list.empty() ? "'" : ", '") + other.getName().str() + "'";
  return invalidArgument(path + " has no function '" + name + "'" +
                         (list.empty() ? "" : "; it has " + list));
}

std::vector<std::string> SourceFile::namesOf(func::FuncOp function,
                                             unsigned i) {
  std::vector<std::string> result;
  for (StringRef key : {"theano.name", "theano.shared"})
    if (auto name = function.getArgAttrOfType<StringAttr>(i, key))
      result.push_back(name.str());
  if (const auto *block = names.getBlockDef(&function.getBody().front()))
    if (i < block->arguments.size()) {
      llvm::SMRange range = block->arguments[i].loc;
      StringRef text(range.Start.getPointer(),
                     range.End.getPointer() - range.Start.getPointer());
      result.push_back(text.ltrim('%').str());
    }
  result.push_back(std::to_string(i));
  return result;
}

/// The first of `texts` that gives the input with these names.
static const std::string *findGiven(ArrayRef<std::string> texts,
                                    ArrayRef<std::string> names) {
  for (const std::string &text : texts)
    if (std::optional<std::string> name = inputName(text);
        name && llvm::is_contained(names, *name))
      return &text;
  return nullptr;
}

/// Refuses texts that give one of `names` more than once: only one could count.
static Status checkGivenOnce(ArrayRef<std::string> texts,
                             ArrayRef<std::string> names,
                             const std::string &what) {
  const std::string *first = findGiven(texts, names);
  if (!first)
    return Status::success();
  const std::string *second =
      findGiven(texts.drop_front(first - texts.data() + 1), names);
  if (!second)
    return Status::success();
  return invalidArgument(what + " is given twice, by '" + *first +
                         "' and by '" + *second + "'; leave out one of them");
}

namespace {
/// What a function calls its inputs.
struct InputNames {
  std::set<std::string> known; ///< every name of every input
  std::string list;            ///< the best name of each, for messages

  Status check(const std::string &function, const std::string &name) const {
    if (known.count(name))
      return Status::success();
    return invalidArgument(
        "function '" + function + "' has no input called '" + name + "'" +
        (list.empty() ? "; it has none" : "; it has " + list));
  }
};
} // namespace

/// Refuses two values for the input with these names. What a call gives
/// replaces what stands before the first --call, be it -i or --for.
static Status resolveInput(CallOptions &call, ArrayRef<std::string> names) {
  ArrayRef<std::string> texts = call.inputs;
  std::string what =
      "input '" + names.front() + "' of function '" + call.function + "'";
  ArrayRef<std::string> common = texts.take_front(call.commonInputs),
                        own = texts.drop_front(call.commonInputs);
  for (ArrayRef<std::string> given : {common, own})
    if (Status status = checkGivenOnce(given, names, what); status.failed())
      return status;
  if (!call.range || !llvm::is_contained(names, call.range->name))
    return Status::success();
  bool isCommon = call.range->isCommon;
  if (isCommon && findGiven(own, names)) {
    call.range.reset();
    return Status::success();
  }
  if (const std::string *text = findGiven(isCommon ? common : own, names))
    return invalidArgument(what + " is given by '-i " + *text +
                           "' and counted by '--for " + call.range->name +
                           "=...'; leave out one of them");
  return Status::success();
}

Status SourceFile::resolveNames(Options &options) {
  std::set<std::string> sharedNames, allInputs;
  for (CallOptions &call : options.calls) {
    Expected<func::FuncOp> function = getFunction(call.function);
    if (!function)
      return function.takeStatus();
    InputNames inputs;
    for (unsigned i = 0; i < function->getNumArguments(); ++i) {
      std::vector<std::string> argumentNames = namesOf(*function, i);
      if (auto name =
              function->getArgAttrOfType<StringAttr>(i, "theano.shared")) {
        sharedNames.insert(name.str());
        continue;
      }
      inputs.known.insert(argumentNames.begin(), argumentNames.end());
      if (Status status = resolveInput(call, argumentNames); status.failed())
        return status;
      inputs.list +=
          (inputs.list.empty() ? "'" : ", '") + argumentNames.front() + "'";
    }
    allInputs.insert(inputs.known.begin(), inputs.known.end());
    for (const std::string &text :
         ArrayRef(call.inputs).drop_front(call.commonInputs))
      if (std::optional<std::string> name = inputName(text))
        if (Status status = inputs.check(call.function, *name); status.failed())
          return status;
    if (call.range)
      if (Status status = inputs.check(call.function, call.range->name);
          status.failed())
        return status;
  }
  // What stands before the first --call is for whoever takes it.
  const CallOptions &first = options.calls.front();
  for (const std::string &text :
       ArrayRef(first.inputs).take_front(first.commonInputs))
    if (std::optional<std::string> name = inputName(text);
        name && !allInputs.count(*name))
      return invalidArgument("no called function has an input called '" +
                             *name + "'");
  for (const std::string &text : options.shared) {
    std::optional<std::string> name = inputName(text);
    if (!name)
      continue;
    if (!sharedNames.count(*name))
      return invalidArgument("no called function has a shared variable '" +
                             *name + "'");
    if (Status status = checkGivenOnce(options.shared, {*name},
                                       "shared variable '" + *name + "'");
        status.failed())
      return status;
  }
  return Status::success();
}
