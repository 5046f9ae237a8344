//===- Graph.cpp - building graphs from Python ----------------------------===//

#include "Graph.h"

#include "Conversions.h"
#include "theano/Dialect/Theano/IR/Theano.h"

#include <nanobind/operators.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace theano;
using namespace theano::python;

using Values = std::vector<Value>;

Graph::Graph() : context(MLIRContext::Threading::DISABLED), builder(context) {}

GraphBuilder &Graph::here() {
  PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
  while (frame) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    const char *file = PyUnicode_AsUTF8(code->co_filename);
    bool ours = file && !packageFolder.empty() &&
                StringRef(file).starts_with(packageFolder);
    if (!ours) {
      builder.setLocation(file ? file : "?", PyFrame_GetLineNumber(frame));
      PyErr_Clear();
      Py_DECREF(code);
      Py_DECREF(frame);
      return builder;
    }
    PyFrameObject *caller = PyFrame_GetBack(frame);
    Py_DECREF(code);
    Py_DECREF(frame);
    frame = caller;
  }
  return builder;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// A size, an index or a bound: a number, a variable or left out.
using SizeArgument = std::optional<std::variant<int64_t, Value>>;

static Size toSize(GraphBuilder &graph, const SizeArgument &size,
                   StringRef what) {
  if (!size)
    return {};
  if (const auto *number = std::get_if<int64_t>(&*size))
    return *number;
  return unwrap(graph.toSize(std::get<Value>(*size), what));
}

static SmallVector<Size> toSizes(GraphBuilder &graph,
                                 const std::vector<SizeArgument> &sizes,
                                 StringRef what) {
  return llvm::map_to_vector(sizes, [&](const SizeArgument &size) {
    return toSize(graph, size, what);
  });
}

/// The package spells an item as ("index", i), ("slice", start, stop, step),
/// ("ellipsis",), ("newaxis",) or ("advanced", tensor).
static IndexItem toIndexItem(GraphBuilder &graph, nb::tuple item) {
  auto kind = nb::cast<std::string>(item[0]);
  auto part = [&](size_t position, StringRef what) {
    return toSize(graph, nb::cast<SizeArgument>(item[position]), what);
  };
  IndexItem result;
  if (kind == "index")
    result.entry = IndexEntry::index(part(1, "index"));
  else if (kind == "slice") {
    Size start = part(1, "start of a slice"), stop = part(2, "stop of a slice");
    Size step = part(3, "step of a slice");
    result.entry = IndexEntry::slice(start, stop, step);
  } else if (kind == "ellipsis")
    result.kind = IndexItem::Kind::Ellipsis;
  else if (kind == "newaxis")
    result.kind = IndexItem::Kind::NewAxis;
  else {
    result.kind = IndexItem::Kind::Advanced;
    result.indices = nb::cast<Value>(item[1]);
  }
  return result;
}

static std::optional<DType> toDtype(const std::optional<std::string> &name) {
  if (!name)
    return std::nullopt;
  return dtypeFromName(*name);
}

static SmallVector<bool> toPattern(const std::vector<bool> &pattern) {
  return SmallVector<bool>(pattern.begin(), pattern.end());
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

static std::string locationText(Location location) {
  auto file = dyn_cast<FileLineColLoc>(location);
  return file ? file.getFilename().str() + ":" + std::to_string(file.getLine())
              : "";
}

/// The name of the op that makes a value; empty for arguments of the graph.
static std::string opName(Value value) {
  Operation *op = value.getDefiningOp();
  return op ? op->getName().stripDialect().str() : "";
}

static Values operandsOf(Value value) {
  Operation *op = value.getDefiningOp();
  return op ? Values(op->operand_begin(), op->operand_end()) : Values();
}

/// Attributes as a dict from name to text, but for what broadcasting needs.
static nb::dict attributesOf(Value value) {
  nb::dict result;
  Operation *op = value.getDefiningOp();
  if (!op)
    return result;
  for (NamedAttribute attribute : op->getAttrs()) {
    std::string text;
    llvm::raw_string_ostream(text) << attribute.getValue();
    result[nb::str(attribute.getName().data(), attribute.getName().size())] =
        text;
  }
  return result;
}

/// The data of a constant; None for another value.
static nb::object dataOf(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  auto elements =
      constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
  if (!elements)
    return nb::none();
  Shape shape(elements.getType().getShape().begin(),
              elements.getType().getShape().end());
  HostArray array = unwrap(HostArray::allocate(theano::dtypeOf(value), shape));
  if (array.dtype() == DType::Bool) {
    for (auto [target, source] :
         llvm::zip(array.as<uint8_t>(), elements.getValues<bool>()))
      target = source;
    return toNumpy(std::move(array));
  }
  size_t width = dtypeSize(array.dtype());
  ArrayRef<char> bytes = elements.getRawData();
  auto *target = static_cast<char *>(array.data());
  for (int64_t i = 0; i < array.size(); ++i)
    std::memcpy(target + i * width,
                bytes.data() + (elements.isSplat() ? 0 : i * width), width);
  return toNumpy(std::move(array));
}

static void bindValue(nb::module_ &module) {
  nb::class_<Value>(module, "Value")
      .def("__eq__", [](Value a, Value b) { return a == b; })
      .def("__hash__",
           [](Value a) {
             return reinterpret_cast<size_t>(a.getAsOpaquePointer());
           })
      .def_prop_ro(
          "dtype",
          [](Value x) { return std::string(dtypeName(theano::dtypeOf(x))); })
      .def_prop_ro("ndim", [](Value x) { return rankOf(x); })
      .def_prop_ro("broadcastable",
                   [](Value x) {
                     nb::list pattern;
                     for (bool isOne : broadcastableOf(x))
                       pattern.append(isOne);
                     return nb::tuple(pattern);
                   })
      .def_prop_ro("static_shape",
                   [](Value x) {
                     nb::list sizes;
                     for (int64_t size : typeOf(x).getShape())
                       sizes.append(ShapedType::isDynamic(size)
                                        ? nb::object(nb::none())
                                        : nb::object(nb::int_(size)));
                     return nb::tuple(sizes);
                   })
      .def_prop_ro("type_text", [](Value x) { return formatType(x); })
      .def_prop_ro("op", &opName)
      .def_prop_ro("inputs", &operandsOf)
      .def_prop_ro("attributes", &attributesOf)
      .def_prop_ro("data", &dataOf)
      .def_prop_ro("location",
                   [](Value x) { return locationText(x.getLoc()); });
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

static FunctionSpec toSpec(const Values &inputs, const Values &outputs,
                           const std::vector<std::pair<Value, Value>> &updates,
                           const std::vector<std::pair<Value, Value>> &givens) {
  FunctionSpec spec;
  spec.inputs.assign(inputs.begin(), inputs.end());
  spec.outputs.assign(outputs.begin(), outputs.end());
  spec.updates.assign(updates.begin(), updates.end());
  spec.givens.assign(givens.begin(), givens.end());
  return spec;
}

static void bindVariables(nb::class_<Graph> &graph) {
  graph
      .def("input",
           [](Graph &g, const std::string &dtype,
              const std::vector<bool> &pattern) {
             return g.here().input(dtypeFromName(dtype), toPattern(pattern));
           })
      .def("shared",
           [](Graph &g, const std::string &dtype,
              const std::vector<bool> &pattern) {
             return g.here().shared(dtypeFromName(dtype), toPattern(pattern));
           })
      .def("is_shared", [](Graph &g, Value x) { return g.builder.isShared(x); })
      .def("set_name",
           [](Graph &g, Value x, const std::string &name) {
             g.builder.setName(x, name);
           })
      .def("get_name",
           [](Graph &g, Value x) { return g.builder.getName(x).str(); })
      .def("constant",
           [](Graph &g, InputArray array) {
             return unwrap(g.here().constant(borrow(array)));
           })
      .def("integer",
           [](Graph &g, int64_t number) { return g.here().literal(number); })
      .def("real",
           [](Graph &g, double number) { return g.here().literal(number); })
      .def("set_floatx", [](Graph &g, const std::string &dtype) {
        g.builder.setFloatX(dtypeFromName(dtype));
      });
}

static void bindElementwise(nb::class_<Graph> &graph) {
  graph
      .def("elementwise",
           [](Graph &g, const std::string &name, const Values &operands) {
             return unwrap(g.here().elementwise(name, operands));
           })
      .def("round",
           [](Graph &g, Value x, const std::string &mode) {
             return unwrap(g.here().round(x, mode));
           })
      .def("cast", [](Graph &g, Value x, const std::string &dtype) {
        return unwrap(g.here().cast(x, dtypeFromName(dtype)));
      });
}

static void bindShapes(nb::class_<Graph> &graph) {
  graph
      .def("dimshuffle",
           [](Graph &g, Value x, const std::vector<int64_t> &order) {
             return unwrap(g.here().dimshuffle(x, order));
           })
      .def("shape", [](Graph &g, Value x) { return unwrap(g.here().shape(x)); })
      .def("reshape",
           [](Graph &g, Value x, const std::vector<SizeArgument> &sizes) {
             GraphBuilder &builder = g.here();
             return unwrap(
                 builder.reshape(x, toSizes(builder, sizes, "reshape")));
           })
      .def("reshape_like_vector",
           [](Graph &g, Value x, Value shape, std::optional<int64_t> ndim) {
             return unwrap(g.here().reshape(x, shape, ndim));
           })
      .def("flatten",
           [](Graph &g, Value x, int64_t ndim) {
             return unwrap(g.here().flatten(x, ndim));
           })
      .def("alloc",
           [](Graph &g, Value value, const std::vector<SizeArgument> &sizes) {
             GraphBuilder &builder = g.here();
             return unwrap(
                 builder.alloc(value, toSizes(builder, sizes, "alloc")));
           })
      .def("fill",
           [](Graph &g, Value model, Value value) {
             return unwrap(g.here().fill(model, value));
           })
      .def("specify_shape",
           [](Graph &g, Value x, const std::vector<SizeArgument> &sizes) {
             GraphBuilder &builder = g.here();
             return unwrap(builder.specifyShape(
                 x, toSizes(builder, sizes, "specify_shape")));
           })
      .def("join",
           [](Graph &g, int64_t axis, const Values &operands) {
             return unwrap(g.here().join(axis, operands));
           })
      .def("stack", [](Graph &g, int64_t axis, const Values &operands) {
        return unwrap(g.here().stack(axis, operands));
      });
}

static void bindOthers(nb::class_<Graph> &graph) {
  graph
      .def("index",
           [](Graph &g, Value x, nb::list items) {
             GraphBuilder &builder = g.here();
             SmallVector<IndexItem> parsed;
             for (nb::handle item : items)
               parsed.push_back(
                   toIndexItem(builder, nb::cast<nb::tuple>(item)));
             return unwrap(builder.index(x, parsed));
           })
      .def("take",
           [](Graph &g, Value x, Value indices, int64_t axis) {
             return unwrap(g.here().take(x, indices, axis));
           })
      .def("pick",
           [](Graph &g, Value x, const SizeArgument &count, Value indices) {
             GraphBuilder &builder = g.here();
             return unwrap(
                 builder.pick(x, toSize(builder, count, "arange"), indices));
           })
      .def(
          "reduce",
          [](Graph &g, const std::string &name, Value x,
             const std::optional<std::vector<int64_t>> &axes, bool keepdims,
             const std::optional<std::string> &dtype,
             const std::optional<std::string> &accDtype) {
            ReductionOptions options;
            if (axes)
              options.axes.emplace(axes->begin(), axes->end());
            options.keepdims = keepdims;
            options.dtype = toDtype(dtype);
            options.accDtype = toDtype(accDtype);
            return unwrap(g.here().reduce(name, x, options));
          },
          nb::arg(), nb::arg(), nb::arg().none(), nb::arg(),
          nb::arg().none() = nb::none(), nb::arg().none() = nb::none())
      .def("dot", [](Graph &g, Value a,
                     Value b) { return unwrap(g.here().dot(a, b)); })
      .def("batched_dot",
           [](Graph &g, Value a, Value b) {
             return unwrap(g.here().batchedDot(a, b));
           })
      .def("softmax", [](Graph &g, const std::string &name, Value x) {
        return unwrap(g.here().softmax(name, x));
      });
}

static void bindFunctions(nb::module_ &module, nb::class_<Graph> &graph) {
  nb::class_<FunctionIR>(module, "FunctionIR")
      .def_prop_ro("shared",
                   [](FunctionIR &function) {
                     return Values(function.graph.shared.begin(),
                                   function.graph.shared.end());
                   })
      .def(
          "text",
          [](FunctionIR &function, bool locations) {
            std::string text;
            llvm::raw_string_ostream stream(text);
            OpPrintingFlags flags;
            if (locations)
              flags.enableDebugInfo();
            function.graph.module->print(stream, flags);
            return text;
          },
          nb::arg("locations") = false);
  graph
      .def("leaves",
           [](Graph &g, const Values &inputs, const Values &outputs,
              const std::vector<std::pair<Value, Value>> &updates,
              const std::vector<std::pair<Value, Value>> &givens) {
             SmallVector<Value> leaves =
                 findLeaves(toSpec(inputs, outputs, updates, givens));
             return Values(leaves.begin(), leaves.end());
           })
      .def("function", [](Graph &g, const std::string &name,
                          const Values &inputs, const Values &outputs,
                          const std::vector<std::pair<Value, Value>> &updates,
                          const std::vector<std::pair<Value, Value>> &givens) {
        FunctionSpec spec = toSpec(inputs, outputs, updates, givens);
        spec.name = name;
        return new FunctionIR{unwrap(buildFunction(g.here(), spec)), name};
      });
}

static std::string upcastNames(const std::vector<std::string> &names) {
  if (names.empty())
    raise(typeError("upcast: expected at least one dtype"));
  std::vector<DType> dtypes;
  for (const std::string &name : names)
    dtypes.push_back(dtypeFromName(name));
  return std::string(dtypeName(upcast(dtypes)));
}

void python::bindGraph(nb::module_ &module) {
  bindValue(module);
  nb::class_<Graph> graph(module, "Graph");
  graph.def("set_package_folder", &Graph::setPackageFolder);
  bindVariables(graph);
  bindElementwise(graph);
  bindShapes(graph);
  bindOthers(graph);
  bindFunctions(module, graph);
  // Variables outlive the interpreter's orderly end, so the graph does, too.
  static auto *instance = new Graph();
  module.attr("graph") = nb::cast(instance, nb::rv_policy::reference);
  module.def("upcast", &upcastNames);
  module.def("is_safe_cast",
             [](const std::string &from, const std::string &to) {
               return isSafeCast(dtypeFromName(from), dtypeFromName(to));
             });
}
