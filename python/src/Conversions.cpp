//===- Conversions.cpp - values between Python and C++ --------------------===//

#include "Conversions.h"

using namespace theano;
using namespace theano::python;

static PyObject *exceptionOf(const Failure &failure) {
  switch (failure.kind) {
  case ErrorKind::InvalidArgument:
    return PyExc_ValueError;
  case ErrorKind::TypeError:
    return PyExc_TypeError;
  case ErrorKind::OutOfMemory:
    return PyExc_MemoryError;
  case ErrorKind::DeviceError:
    return PyExc_RuntimeError;
  case ErrorKind::Unsupported:
    return PyExc_NotImplementedError;
  case ErrorKind::IndexError:
    return PyExc_IndexError;
  case ErrorKind::IOError:
    return PyExc_OSError;
  case ErrorKind::RuntimeCheck:
    break;
  }
  switch (failure.code) {
  case ErrorCode::IndexOutOfRange:
    return PyExc_IndexError;
  case ErrorCode::DivisionByZero:
    return PyExc_ZeroDivisionError;
  case ErrorCode::SpecifyShape:
    return PyExc_AssertionError;
  default:
    return PyExc_ValueError;
  }
}

void python::raise(const Failure &failure) {
  PyErr_SetString(exceptionOf(failure), failure.message.c_str());
  throw nb::python_error();
}

DType python::dtypeFromName(const std::string &name) {
  std::optional<DType> dtype = parseDType(name);
  // NumPy has no bfloat16, so no array could be given or returned.
  if (!dtype || *dtype == DType::BFloat16 || dtypeName(*dtype) != name)
    raise(
        typeError("unsupported dtype '" + name +
                  "': expected bool, int8 to int64, uint8 to uint64, float16, "
                  "float32 or float64"));
  return *dtype;
}

static DType dtypeOf(const nb::dlpack::dtype &type) {
  using Code = nb::dlpack::dtype_code;
  if (type.lanes == 1) {
    std::string bits = std::to_string(type.bits);
    switch (static_cast<Code>(type.code)) {
    case Code::Bool:
      return DType::Bool;
    case Code::Int:
      return dtypeFromName("int" + bits);
    case Code::UInt:
      return dtypeFromName("uint" + bits);
    case Code::Float:
      return dtypeFromName("float" + bits);
    default:
      break;
    }
  }
  raise(typeError("unsupported dtype of an array: expected bool, integers or "
                  "floats"));
}

static nb::dlpack::dtype dlpackOf(DType dtype) {
  using Code = nb::dlpack::dtype_code;
  Code code = dtype == DType::Bool ? Code::Bool
              : isFloat(dtype)     ? Code::Float
              : isUnsigned(dtype)  ? Code::UInt
                                   : Code::Int;
  return {static_cast<uint8_t>(code),
          static_cast<uint8_t>(8 * dtypeSize(dtype)), 1};
}

HostArray python::borrow(const InputArray &array) {
  Shape shape;
  for (size_t dim = 0; dim < array.ndim(); ++dim)
    shape.push_back(static_cast<int64_t>(array.shape(dim)));
  return HostArray::wrap(dtypeOf(array.dtype()), std::move(shape),
                         const_cast<void *>(array.data()));
}

nb::object python::toNumpy(HostArray array) {
  // An array without elements has no bytes, but NumPy wants an address.
  static char nothing;
  std::vector<size_t> shape(array.shape().begin(), array.shape().end());
  void *data = array.data() ? array.data() : &nothing;
  DType dtype = array.dtype();
  auto *kept = new HostArray(std::move(array));
  nb::capsule owner(kept, [](void *pointer) noexcept {
    delete static_cast<HostArray *>(pointer);
  });
  return nb::cast(nb::ndarray<nb::numpy>(data, shape.size(), shape.data(),
                                         owner, nullptr, dlpackOf(dtype)));
}
