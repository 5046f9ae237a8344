# theano_precompile_mlir(TARGET)
#
# MLIR's headers are most of what the compiler reads for a file of ours: with the
# common ones precompiled once, a file compiles in less than half the time. The list
# holds upstream headers only, so that editing one of ours never makes it stale.
#
# A file still includes all that it uses; the gcc preset compiles without this, and so
# finds what is missing. ccache needs CCACHE_SLOPPINESS=pch_defines,time_macros, which
# ./dev sets.

set(THEANO_PRECOMPILED_HEADERS
  <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/Dialect/Func/IR/FuncOps.h>
  <mlir/Dialect/GPU/IR/GPUDialect.h>
  <mlir/Dialect/LLVMIR/LLVMDialect.h>
  <mlir/Dialect/Linalg/IR/Linalg.h>
  <mlir/Dialect/Math/IR/Math.h>
  <mlir/Dialect/MemRef/IR/MemRef.h>
  <mlir/Dialect/SCF/IR/SCF.h>
  <mlir/Dialect/Tensor/IR/Tensor.h>
  <mlir/Dialect/Vector/IR/VectorOps.h>
  <mlir/IR/Builders.h>
  <mlir/IR/IRMapping.h>
  <mlir/IR/Matchers.h>
  <mlir/IR/PatternMatch.h>
  <mlir/Pass/Pass.h>
  <mlir/Transforms/DialectConversion.h>
  <mlir/Transforms/GreedyPatternRewriteDriver.h>)

function(theano_precompile_mlir target)
  if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
    return()
  endif()
  if(NOT TARGET TheanoPrecompiledMlir)
    # An object library must have a source; this one is empty.
    set(source ${PROJECT_BINARY_DIR}/PrecompiledMlir.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "")
    add_library(TheanoPrecompiledMlir OBJECT ${source})
    theano_use_mlir(TheanoPrecompiledMlir PRIVATE)
    target_precompile_headers(TheanoPrecompiledMlir PRIVATE
                              ${THEANO_PRECOMPILED_HEADERS})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      # The file's time is no part of what ccache may compare.
      target_compile_options(TheanoPrecompiledMlir PRIVATE
                             "SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM TheanoPrecompiledMlir)
endfunction()
