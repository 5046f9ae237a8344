# Stops with the Debian packages whose files are missing, before any of them is
# used: CMake's own errors name a file at a time, and none names its package.
#
# LLVM is where MLIR_DIR and LLD_DIR, which the presets set, say.

set(missing "")

# theano_require(PACKAGE FILE...): one of the files exists.
function(theano_require package)
  foreach(file IN LISTS ARGN)
    if(EXISTS "${file}")
      return()
    endif()
  endforeach()
  list(APPEND missing ${package})
  set(missing "${missing}" PARENT_SCOPE)
endfunction()

cmake_path(GET MLIR_DIR PARENT_PATH llvm_cmake)
cmake_path(NORMAL_PATH llvm_cmake)
set(llvm_bin "${llvm_cmake}/../../bin")
theano_require(llvm-22-dev "${llvm_cmake}/llvm/LLVMConfig.cmake")
theano_require(libmlir-22-dev "${MLIR_DIR}/MLIRConfig.cmake")
theano_require(mlir-22-tools "${llvm_bin}/mlir-tblgen")
theano_require(liblld-22-dev "${LLD_DIR}/LLDConfig.cmake")
if(LLVM_USE_LINKER STREQUAL "lld")
  theano_require(lld-22 "${llvm_bin}/ld.lld")
endif()
find_program(THEANO_COMPILER NAMES "${CMAKE_CXX_COMPILER}" NO_CACHE)
if(CMAKE_CXX_COMPILER MATCHES "clang" AND NOT THEANO_COMPILER)
  theano_require(clang-22)
endif()
theano_require(zlib1g-dev /usr/include/zlib.h /usr/local/include/zlib.h)
theano_require(libzstd-dev /usr/include/zstd.h /usr/local/include/zstd.h)

if(missing)
  list(JOIN missing " " packages)
  message(FATAL_ERROR
    "LLVM 22 with MLIR, clang and lld builds this project, and not all of it is "
    "here. On Debian 12, with bookworm-security among the apt sources:\n"
    "  apt-get install ${packages}\n"
    "An LLVM 22 elsewhere is named by -DMLIR_DIR=.../lib/cmake/mlir and "
    "-DLLD_DIR=.../lib/cmake/lld.")
endif()
