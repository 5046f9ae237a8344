//===- Linker.cpp - several texts as one module ---------------------------===//

#include "Driver/Images.h"

#include <cstring>

using namespace theano::cuda;

THEANO_SIM_EXPORT cuLinkCreate_v2(unsigned optionCount, JitOption *options,
                                  void **values, LinkState *link) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!link)
    return Result::InvalidValue;
  auto made = std::make_unique<LinkData>();
  THEANO_SIM_TRY(made->log.read(optionCount, options, values));
  made->context = &*context;
  *link = state().links.add(std::move(made));
  return Result::Success;
}

/// Remembers why an input or the link failed, and tells the program.
static Result fail(LinkData &link, Result result) {
  if (result != Result::Success)
    link.failure = result;
  link.log.write(link.errors);
  return result;
}

static Result add(LinkData &link, JitInput type, const char *data, size_t size,
                  const std::string &name) {
  if (!link.product.empty())
    return Result::InvalidValue; // it is complete
  if (type > JitInput::Nvvm)
    return Result::InvalidValue;
  NamedText input = {name, std::string(data, size)};
  // A text may be terminated, or not.
  if (type == JitInput::Ptx)
    input.text.resize(std::strlen(input.text.c_str()));
  std::vector<NamedText> texts;
  Result result = readImage(input.text.c_str(), texts, link.errors);
  if (result != Result::Success)
    return fail(link, result);
  // Another link's product has texts with their names.
  bool isProduct = !texts.front().name.empty();
  if (type == JitInput::Ptx && isProduct) {
    link.errors += "error   : '" + name + "' is no PTX, but a link's product\n";
    return fail(link, Result::InvalidPtx);
  }
  if (type != JitInput::Ptx && !isProduct) {
    link.errors +=
        "error   : '" + name + "' is no PTX; compiled code is not simulated\n";
    return fail(link, type == JitInput::Nvvm ? Result::NotSupported
                                             : Result::InvalidImage);
  }
  if (!isProduct)
    texts.front().name = name;
  for (NamedText &text : texts) {
    result = checkText(text, link.errors);
    if (result != Result::Success)
      return fail(link, result);
    link.texts.push_back(std::move(text));
  }
  return Result::Success;
}

/// Options of a single input do not change results, but have to be options.
static Result checkOptions(unsigned count, const JitOption *options,
                           void **values) {
  return JitLog().read(count, options, values);
}

THEANO_SIM_EXPORT cuLinkAddData_v2(LinkState link, JitInput type, void *data,
                                   size_t size, const char *name,
                                   unsigned optionCount, JitOption *options,
                                   void **values) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  LinkData *found = state().links.find(link);
  if (!found)
    return Result::InvalidHandle;
  if (!data || size == 0)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkOptions(optionCount, options, values));
  std::string called =
      name && *name ? name
                    : "<input " + std::to_string(found->texts.size() + 1) + ">";
  return add(*found, type, static_cast<const char *>(data), size, called);
}

THEANO_SIM_EXPORT cuLinkAddFile_v2(LinkState link, JitInput type,
                                   const char *path, unsigned optionCount,
                                   JitOption *options, void **values) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  LinkData *found = state().links.find(link);
  if (!found)
    return Result::InvalidHandle;
  if (!path)
    return Result::InvalidValue;
  THEANO_SIM_TRY(checkOptions(optionCount, options, values));
  // What of the device's runtime there is needs no library.
  if (type == JitInput::Library &&
      std::string_view(path).ends_with("libcudadevrt.a"))
    return Result::Success;
  std::string bytes;
  THEANO_SIM_TRY(readFile(path, bytes));
  return add(*found, type, bytes.data(), bytes.size(), path);
}

THEANO_SIM_EXPORT cuLinkComplete(LinkState link, void **product, size_t *size) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  LinkData *found = state().links.find(link);
  if (!found)
    return Result::InvalidHandle;
  if (!product)
    return Result::InvalidValue;
  if (found->failure != Result::Success)
    return found->failure;
  if (found->texts.empty()) {
    found->errors += "error   : there is nothing to link\n";
    return fail(*found, Result::InvalidImage);
  }
  if (found->product.empty()) {
    // What is wrong with the whole shows here, and not when it is loaded.
    sim::AddressSpace scratch(deviceMemory());
    std::unique_ptr<sim::Image> image;
    Result result = loadImage(found->texts, scratch, image, found->errors);
    image.reset();
    THEANO_SIM_TRY(fail(*found, result));
    found->product = makeProduct(found->texts);
  }
  *product = found->product.data();
  if (size)
    *size = found->product.size();
  return Result::Success;
}

THEANO_SIM_EXPORT cuLinkDestroy(LinkState link) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  return state().links.take(link) ? Result::Success : Result::InvalidHandle;
}
