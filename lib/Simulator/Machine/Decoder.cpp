//===- Decoder.cpp - a parsed module to one that can run ------------------===//

#include "Machine/Decoder.h"

#include <algorithm>
#include <cstring>

namespace theano::sim {

Image::~Image() {
  if (memory)
    for (const auto &[variable, global] : globals)
      memory->free(global.address, AllocationKind::Variable);
}

const FunctionCode &Image::functionAt(uint32_t pc) const {
  auto found =
      std::ranges::upper_bound(functions, pc, {}, &FunctionCode::entry);
  return *std::prev(found);
}

/// What a device has for a block without its asking, and for all constants.
static constexpr uint64_t maxSharedBytes = 48 << 10;
static constexpr uint64_t maxConstantBytes = 64 << 10;

namespace {

class Decoder {
public:
  Decoder(Image &image, AddressSpace &memory, Diagnostics &diagnostics)
      : image_(image), memory_(memory), diagnostics_(diagnostics) {}

  void listFunctions();
  void placeGlobals();
  void initialise();
  void layOutShared();
  uint64_t commonShared() const { return commonShared_; }

private:
  void place(const Variable &variable);
  void initialise(const Variable &variable);
  /// Of every module, its own variables before those of its functions.
  template <typename Visitor> void forEachVariable(Visitor &&visit) const {
    image_.module->forEach([&](const Module &module) {
      for (const Variable &variable : module.variables)
        visit(variable);
      for (const Function &function : module.functions)
        for (const Variable &variable : function.variables)
          visit(variable);
    });
  }

  Image &image_;
  AddressSpace &memory_;
  Diagnostics &diagnostics_;
  uint64_t commonShared_ = 0, constantBytes_ = 0;
};

void Decoder::listFunctions() {
  image_.module->forEach([&](const Module &module) {
    for (const Function &function : module.functions) {
      // Of weak functions of one name a link takes one.
      if (!function.hasBody || function.definition)
        continue;
      auto number = static_cast<uint32_t>(image_.functions.size());
      image_.functions.emplace_back().ast = &function;
      image_.functionsByAst[&function] = number;
      image_.functionsByName[function.name] = number;
    }
  });
}

void Decoder::place(const Variable &variable) {
  if (variable.definition ||
      (variable.space != Space::Global && variable.space != Space::Const))
    return;
  if (variable.linkage == Linkage::Extern) {
    diagnostics_.add(variable.where,
                     "the variable '" + std::string(variable.name) +
                         "' is extern and no module defines it");
    return;
  }
  if (variable.space == Space::Const &&
      (constantBytes_ += variable.bytes) > maxConstantBytes) {
    diagnostics_.add(variable.where, "constant memory exceeds " +
                                         std::to_string(maxConstantBytes) +
                                         " bytes");
    return;
  }
  std::optional<uint64_t> address = memory_.allocate(
      std::max<uint64_t>(variable.bytes, 1), AllocationKind::Variable,
      variable.space == Space::Const, std::string(variable.name));
  if (!address) {
    diagnostics_.add(variable.where,
                     "there is no memory for the variable '" +
                         std::string(variable.name) + "' of " +
                         std::to_string(variable.bytes) + " bytes",
                     Refusal::NoMemory);
    return;
  }
  image_.globals[&variable] = {*address, variable.bytes};
  if (variable.owner)
    return;
  // Modules of a link may have names of their own that are alike.
  const Variable *&named = image_.globalsByName[variable.name];
  if (!named || variable.linkage != Linkage::Internal)
    named = &variable;
}

void Decoder::placeGlobals() {
  forEachVariable([&](const Variable &variable) { place(variable); });
  // A declaration is where its definition is.
  forEachVariable([&](const Variable &variable) {
    if (auto found = image_.globals.find(variable.definition);
        found != image_.globals.end())
      image_.globals[&variable] = Image::Global(found->second);
  });
}

void Decoder::initialise(const Variable &variable) {
  auto found = image_.globals.find(&variable);
  if (found == image_.globals.end())
    return;
  char *to = reinterpret_cast<char *>(found->second.address);
  uint32_t bytes = bytesOf(variable.type);
  for (const Initializer &element : variable.init) {
    uint64_t value = element.value;
    if (element.kind == Initializer::Kind::FunctionAddress) {
      const Function *function = element.function->definition
                                     ? element.function->definition
                                     : element.function;
      auto code = image_.functionsByAst.find(function);
      // An address of a function that is only declared stays 0.
      value =
          code == image_.functionsByAst.end() ? 0 : codeWindow + code->second;
    } else if (element.kind == Initializer::Kind::VariableAddress) {
      auto target = image_.globals.find(element.variable);
      if (target == image_.globals.end()) {
        diagnostics_.add(
            variable.where,
            "the address of '" + std::string(element.variable->name) +
                "' in the initialiser of '" + std::string(variable.name) +
                "' is not one of global or constant memory");
        return;
      }
      value += target->second.address;
    }
    std::memcpy(to, &value, std::min<uint32_t>(bytes, sizeof(value)));
    to += bytes;
  }
}

void Decoder::initialise() {
  forEachVariable([&](const Variable &variable) {
    if (!variable.definition)
      initialise(variable);
  });
}

/// Module-level variables and those of device functions lie at the same place
/// for every kernel; a kernel's own follow them.
void Decoder::layOutShared() {
  auto add = [&](const Variable &variable, uint64_t &at) {
    if (variable.space != Space::Shared || variable.unsized)
      return;
    at = (at + variable.align - 1) / variable.align * variable.align;
    image_.sharedOffsets[&variable] = at;
    at += variable.bytes;
    if (at > maxSharedBytes)
      diagnostics_.add(variable.where, "shared memory exceeds " +
                                           std::to_string(maxSharedBytes) +
                                           " bytes");
  };
  forEachVariable([&](const Variable &variable) {
    if (!variable.definition && (!variable.owner || !variable.owner->isEntry))
      add(variable, commonShared_);
  });
  forEachVariable([&](const Variable &variable) {
    if (auto found = image_.sharedOffsets.find(variable.definition);
        found != image_.sharedOffsets.end())
      image_.sharedOffsets[&variable] = uint64_t(found->second);
  });
  for (FunctionCode &code : image_.functions) {
    uint64_t at = commonShared_;
    if (code.ast->isEntry)
      for (const Variable &variable : code.ast->variables)
        add(variable, at);
    code.sharedBytes = static_cast<uint32_t>(std::min(at, maxSharedBytes));
  }
}

} // namespace

std::unique_ptr<Image> decode(std::unique_ptr<Module> module,
                              const FormTable &table, AddressSpace &memory,
                              Diagnostics &diagnostics) {
  auto image = std::make_unique<Image>();
  image->module = std::move(module);
  image->memory = &memory;
  Decoder decoder(*image, memory, diagnostics);
  decoder.listFunctions();
  decoder.placeGlobals();
  if (!diagnostics.any())
    decoder.initialise();
  decoder.layOutShared();
  if (diagnostics.any())
    return nullptr;
  for (FunctionCode &code : image->functions)
    if (!diagnostics.full())
      Emitter(*image, code, table, diagnostics).run();
  // A group that has left the last op must never match a real one.
  image->code.emplace_back();
  image->info.emplace_back();
  if (diagnostics.any())
    return nullptr;
  return image;
}

} // namespace theano::sim
