//===- PtxDictionary.cpp - the words of PTX for a fuzzer ------------------===//
//
// Prints libFuzzer's dictionary from the simulator's own tables, so that an
// instruction which is added there is fuzzed, too.
//
//===----------------------------------------------------------------------===//

#include "Instructions/Families.h"
#include "Machine/SystemCalls.h"
#include "Ptx/Special.h"

#include <cstdio>
#include <set>

using namespace theano::sim;

int main() {
  std::set<std::string> words;
  for (const auto &[opcode, forms] : instructionTable().all()) {
    words.insert(opcode);
    for (const Form &form : forms)
      for (const ModifierGroup &group : form.groups)
        for (const std::string &word : group.words)
          words.insert("." + word);
  }
  for (const SystemCall &call : systemCalls())
    words.emplace(call.name);
  for (const SpecialFacts &special : specialFacts)
    words.emplace(special.name);
  for (const std::string &word : words)
    std::printf("\"%s\"\n", word.c_str());
}
