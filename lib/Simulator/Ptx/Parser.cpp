//===- Parser.cpp - modules and functions ---------------------------------===//

#include "Ptx/Parser.h"

#include "Ptx/ParserImpl.h"

#include <algorithm>

namespace theano::sim {

std::unique_ptr<Module> parsePtx(std::string text, Diagnostics &diagnostics) {
  auto module = std::make_unique<Module>();
  module->text = std::move(text);
  Parser parser(*module, diagnostics);
  if (!parser.parseModule())
    return nullptr;
  for (Function &function : module->functions)
    function.module = module.get();
  return module;
}

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

void Parser::advance() {
  tokens_[0] = tokens_[1];
  tokens_[1] = lexer_.next();
}

bool Parser::error(Position where, std::string message, Refusal refusal) {
  if (!diagnostics_.any())
    diagnostics_.add(where, std::move(message), refusal);
  return false;
}

bool Parser::expected(std::string_view what) {
  const Token &got = token();
  if (got.kind == TokenKind::Error)
    return error(got.where, std::string(got.text));
  std::string found;
  switch (got.kind) {
  case TokenKind::End:
    found = "the end of the text";
    break;
  case TokenKind::DotWord:
    found = "'." + std::string(got.text) + "'";
    break;
  case TokenKind::String:
    found = "a string";
    break;
  default:
    found = "'" + std::string(got.text) + "'";
  }
  return error(got.where, "expected " + std::string(what) + ", found " + found);
}

bool Parser::take(char punctuation) {
  if (takeIf(punctuation))
    return true;
  return expected(std::string("'") + punctuation + "'");
}

bool Parser::takeIf(char punctuation) {
  if (!token().is(punctuation))
    return false;
  advance();
  return true;
}

bool Parser::takeDotIf(std::string_view word) {
  if (!token().isDot(word))
    return false;
  advance();
  return true;
}

bool Parser::takeName(std::string_view &name, std::string_view what) {
  if (token().kind != TokenKind::Identifier)
    return expected(what);
  name = token().text;
  advance();
  return true;
}

bool Parser::takeInteger(uint64_t &value, std::string_view what) {
  if (token().kind != TokenKind::Integer)
    return expected(what);
  value = token().value;
  advance();
  return true;
}

bool Parser::takeSize(uint32_t &value, uint64_t limit, std::string_view what) {
  Position where = token().where;
  uint64_t wide = 0;
  if (!takeInteger(wide, what))
    return false;
  if (wide > limit)
    return error(where, std::to_string(wide) + " is too large for " +
                            std::string(what) + ": the limit is " +
                            std::to_string(limit));
  value = static_cast<uint32_t>(wide);
  return true;
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

bool Parser::parseModule() {
  advance();
  advance();
  openScope();
  if (!parseVersion() || !parseTarget())
    return false;
  while (token().kind != TokenKind::End)
    if (!parseTopLevel())
      return false;
  return true;
}

bool Parser::parseVersion() {
  if (!takeDotIf("version"))
    return expected("'.version'");
  Position where = token().where;
  // "7.0" reads as a decimal fraction.
  if (token().kind != TokenKind::Float64)
    return expected("a version such as 7.0");
  std::string_view text = token().text;
  size_t dot = text.find('.');
  auto digits = [](std::string_view part) {
    return !part.empty() && part.size() < 4 &&
           part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (dot == std::string_view::npos || !digits(text.substr(0, dot)) ||
      !digits(text.substr(dot + 1)))
    return expected("a version such as 7.0");
  module_.versionMajor =
      static_cast<unsigned>(std::stoul(std::string(text.substr(0, dot))));
  module_.versionMinor =
      static_cast<unsigned>(std::stoul(std::string(text.substr(dot + 1))));
  if (module_.versionMajor < 1 || module_.versionMajor > 9 ||
      (module_.versionMajor == 9 && module_.versionMinor > 0))
    return error(where,
                 "PTX version " + std::string(text) +
                     " is not supported: the newest is 9.0",
                 module_.versionMajor < 1 ? Refusal::Invalid
                                          : Refusal::NewerVersion);
  advance();
  return true;
}

/// sm_ or compute_, two or three digits, and perhaps the letter of features
/// that later chips need not have.
static bool isTarget(std::string_view name) {
  for (std::string_view prefix : {"sm_", "compute_"})
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      if (name.ends_with('a') || name.ends_with('f'))
        name.remove_suffix(1);
      return (name.size() == 2 || name.size() == 3) &&
             name.find_first_not_of("0123456789") == std::string_view::npos;
    }
  return false;
}

bool Parser::parseTarget() {
  if (!takeDotIf("target"))
    return expected("'.target'");
  Position where = token().where;
  if (!takeName(module_.target, "a target such as sm_80"))
    return false;
  if (!isTarget(module_.target))
    return error(where, "unknown target '" + std::string(module_.target) +
                            "': expected one such as sm_80");
  std::string_view option;
  while (takeIf(','))
    if (!takeName(option, "a target option such as debug"))
      return false;
  return true;
}

bool Parser::parseTopLevel() {
  const Token first = token();
  if (first.kind != TokenKind::DotWord)
    return expected("a directive");
  if (takeDotIf("address_size")) {
    uint64_t size = 0;
    if (!takeInteger(size, "the address size"))
      return false;
    return size == 64 ||
           error(first.where, "only 64-bit addresses are supported");
  }
  if (takeDotIf("file"))
    return parseFile();
  if (takeDotIf("section"))
    return skipSection();
  if (takeDotIf("alias"))
    return parseAlias();
  if (first.text == "loc" || first.text == "pragma")
    return parseDirective();

  Linkage linkage = Linkage::Internal;
  for (auto [word, meaning] :
       {std::pair("visible", Linkage::Visible),
        std::pair("extern", Linkage::Extern), std::pair("weak", Linkage::Weak),
        std::pair("common", Linkage::Common)})
    if (takeDotIf(word))
      linkage = meaning;
  if (takeDotIf("entry"))
    return parseFunction(true, linkage);
  if (takeDotIf("func"))
    return parseFunction(false, linkage);
  for (Space space : {Space::Global, Space::Const, Space::Shared})
    if (takeDotIf(spelling(space)))
      return parseVariables(space, linkage, nullptr);
  if (first.text == "tex" || first.text == "surfref" ||
      first.text == "texref" || first.text == "samplerref")
    return error(first.where, "textures, surfaces and samplers ('." +
                                  std::string(first.text) +
                                  "') are not implemented");
  return expected("a module-level directive such as .entry, .func or .global");
}

bool Parser::parseFile() {
  uint32_t number = 0;
  // A larger number than any compiler writes would only cost memory.
  if (!takeSize(number, 65535, "a file number"))
    return false;
  if (token().kind != TokenKind::String)
    return expected("a file name in quotes");
  if (module_.files.size() <= number)
    module_.files.resize(number + 1);
  module_.files[number] = token().text;
  advance();
  uint64_t ignored = 0; // its time and size
  while (takeIf(','))
    if (!takeInteger(ignored, "the file's time or size"))
      return false;
  return true;
}

bool Parser::skipSection() {
  if (token().kind != TokenKind::DotWord &&
      token().kind != TokenKind::Identifier)
    return expected("a section name");
  advance();
  if (!take('{'))
    return false;
  // Debugging information, which has no effect on what runs.
  while (!token().is('}')) {
    if (token().kind == TokenKind::End || token().kind == TokenKind::Error)
      return expected("'}' after a section");
    advance();
  }
  advance();
  return true;
}

bool Parser::parseAlias() {
  Position where = token().where;
  std::string_view alias, name;
  if (!takeName(alias, "the alias") || !take(',') ||
      !takeName(name, "a function") || !take(';'))
    return false;
  auto found = functions_.find(name);
  if (found == functions_.end())
    return error(where, "'" + std::string(name) + "' is not a function");
  Function *target = found->second;
  auto [slot, isNew] = functions_.try_emplace(alias, target);
  // The alias may have been declared, and that declaration used.
  Function *declared = slot->second;
  if ((!isNew && (declared->hasBody || declared->definition)) ||
      globals_.contains(alias))
    return error(where,
                 "'" + std::string(alias) + "' is declared a second time");
  slot->second = target;
  if (declared != target)
    declared->definition = target->definition ? target->definition : target;
  return true;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static bool agree(const std::vector<Parameter> &a,
                  const std::vector<Parameter> &b) {
  return std::ranges::equal(a, b, [](const Parameter &a, const Parameter &b) {
    if (!a.variable || !b.variable)
      return !a.variable && !b.variable && a.type == b.type;
    return a.variable->bytes == b.variable->bytes;
  });
}

/// May two parts of a text declare the same function so?
static bool agree(const Function &a, const Function &b) {
  return a.isEntry == b.isEntry &&
         agree(a.signature.results, b.signature.results) &&
         agree(a.signature.parameters, b.signature.parameters);
}

bool Parser::parseFunction(bool entry, Linkage linkage) {
  openScope();
  tables_.clear();
  loc_ = 0;
  Function *function = &module_.functions.emplace_back();
  function->isEntry = entry;
  function->linkage = linkage;
  function_ = function;
  if (!entry && takeIf('(') &&
      (!parseParameters(function->signature.results, function->variables,
                        function) ||
       !take(')')))
    return false;
  function->where = token().where;
  if (!takeName(function->name, "a function name"))
    return false;

  auto [slot, isNew] = functions_.try_emplace(function->name, function);
  Function *earlier = isNew ? nullptr : slot->second;
  if (earlier && (earlier->hasBody || earlier->definition))
    return error(function->where, "'" + std::string(function->name) +
                                      "' is defined a second time");
  if (globals_.contains(function->name))
    return error(function->where,
                 "'" + std::string(function->name) + "' is a variable already");
  if (takeIf('(') && (!parseParameters(function->signature.parameters,
                                       function->variables, function) ||
                      !take(')')))
    return false;
  if (earlier && !agree(*earlier, *function))
    return error(function->where, "'" + std::string(function->name) +
                                      "' has other parameters or results than "
                                      "where it was declared");
  if (!parseFunctionDirectives(*function))
    return false;
  bool defined = false;
  if (!takeIf(';')) {
    if (!take('{'))
      return false;
    defined = true;
    function->hasBody = true;
    if (!parseBody(*function))
      return false;
  }
  closeScope();
  if (defined && !finishLabels())
    return false;
  function_ = nullptr;
  // Operands that met the declaration go on pointing to it.
  if (earlier) {
    if (!defined) {
      module_.functions.pop_back();
      return true;
    }
    earlier->definition = function;
  }
  return true;
}

bool Parser::parseParameters(std::vector<Parameter> &list,
                             std::deque<Variable> &home, Function *owner) {
  if (token().is(')'))
    return true;
  do {
    Parameter parameter;
    if (takeDotIf("reg")) {
      Position where = token().where;
      if (token().kind != TokenKind::DotWord)
        return expected("a register type");
      std::optional<ScalarType> type = parseType(token().text);
      if (!type)
        return expected("a register type");
      advance();
      std::string_view name;
      if (!takeName(name, "a register name"))
        return false;
      if (owner && owner->isEntry)
        return error(where, "only functions have register parameters");
      if (*type == ScalarType::Pred)
        return error(where, "predicates as parameters are not implemented");
      parameter.type = *type;
      // A prototype's have no names, and are nowhere.
      if (owner)
        parameter.reg = makeRegister(scopes_.back(), name, *type);
    } else {
      if (!takeDotIf("param"))
        return expected("'.param'");
      Variable variable;
      variable.space = Space::Param;
      if (!parseVariable(variable, true))
        return false;
      variable.owner = owner;
      variable.index = static_cast<uint32_t>(home.size());
      home.push_back(std::move(variable));
      parameter.variable = &home.back();
      // Prototypes leave their parameters unnamed.
      std::string_view name = home.back().name;
      if (owner &&
          !scopes_.back().variables.try_emplace(name, &home.back()).second)
        return error(home.back().where,
                     "'" + std::string(name) + "' is declared a second time");
    }
    list.push_back(parameter);
  } while (takeIf(','));
  return true;
}

bool Parser::parseFunctionDirectives(Function &function) {
  while (token().kind == TokenKind::DotWord) {
    const Token word = token();
    uint64_t ignored = 0;
    if (word.text == "maxntid" || word.text == "reqntid") {
      advance();
      function.requiredThreads = word.text == "reqntid";
      if (!parseThreads(function))
        return false;
    } else if (word.text == "minnctapersm" || word.text == "maxnctapersm" ||
               word.text == "maxnreg") {
      advance();
      if (!takeInteger(ignored, "a number"))
        return false;
    } else if (word.text == "noreturn") {
      advance();
      function.noReturn = true;
    } else if (word.text == "pragma") {
      if (!parseDirective())
        return false;
    } else if (word.text == "explicitcluster" ||
               word.text == "reqnctapercluster" ||
               word.text == "maxclusterrank") {
      if (!parseClusterDirective(function))
        return false;
    } else {
      return expected("a function directive or the function's body");
    }
  }
  return true;
}

bool Parser::parseClusterDirective(Function &function) {
  const Token word = token();
  advance();
  function.clusterDirective = word.text;
  function.clusterWhere = word.where;
  if (word.text == "explicitcluster") {
    function.explicitCluster = true;
    return true;
  }
  bool isRank = word.text == "maxclusterrank";
  uint32_t &first =
      isRank ? function.maxClusterRank : function.requiredCluster[0];
  // What is too much for any device is refused when it is launched.
  if (!takeSize(first, 1 << 16, "a number of blocks"))
    return false;
  if (!isRank) {
    uint32_t (&size)[3] = function.requiredCluster;
    size[1] = size[2] = 1;
    for (uint32_t i = 1; i < 3 && takeIf(','); ++i)
      if (!takeSize(size[i], 1 << 16, "a number of blocks"))
        return false;
  }
  if (function.maxClusterRank && function.requiredCluster[0])
    return error(word.where, "'.reqnctapercluster' and '.maxclusterrank' "
                             "exclude each other");
  return true;
}

bool Parser::parseThreads(Function &function) {
  std::ranges::fill(function.maxThreads, 1);
  for (uint32_t i = 0; i < 3; ++i) {
    if (i && !takeIf(','))
      break;
    if (!takeSize(function.maxThreads[i], 1024, "a number of threads"))
      return false;
    if (function.maxThreads[i] == 0)
      return error(token().where, "a number of threads must not be 0");
  }
  return true;
}

bool Parser::parseBody(Function &function) {
  // Braces nest without recursion: a hostile text may open many.
  uint32_t depth = 1;
  while (depth) {
    if (takeIf('{')) {
      if (++depth > 256)
        return error(token().where, "blocks are nested more than 256 deep");
      openScope();
    } else if (takeIf('}')) {
      if (--depth)
        closeScope();
    } else if (token().kind == TokenKind::End) {
      return error(token().where, "the body of '" + std::string(function.name) +
                                      "' is not closed");
    } else if (!parseStatement()) {
      return false;
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Labels
//===----------------------------------------------------------------------===//

void Parser::closeScope() {
  Scope inner = std::move(scopes_.back());
  scopes_.pop_back();
  // A label that the inner braces do not define may be one of the outer ones.
  if (!function_ || scopes_.size() < 2)
    return;
  std::erase_if(inner.labels, [&](const auto &label) {
    return function_->labels[label.second].target != ~0u;
  });
  // It moves outwards, rather than leaving a copy in each pair of braces.
  auto &outer = scopes_.back().labels;
  if (outer.empty())
    outer.swap(inner.labels);
  outer.merge(inner.labels);
  for (auto [name, id] : inner.labels)
    function_->labels[id].alias = outer.at(name);
}

bool Parser::finishLabels() {
  std::vector<Label> &labels = function_->labels;
  for (Label &label : labels) {
    // Aliases lead outwards, one scope at a time.
    uint32_t last = ~0u;
    for (uint32_t next = label.alias; next != ~0u; next = labels[next].alias)
      last = next;
    if (last != ~0u)
      label.target = labels[last].target;
    if (label.target == ~0u)
      return error(label.firstUse, "'" + std::string(label.name) +
                                       "' is not declared: no register, "
                                       "variable, function or label of this "
                                       "name is known here");
  }
  return true;
}

} // namespace theano::sim
