# theano_add_library(LAYER SRCS... [DEPENDS...] [USES...] [MLIR...] [LINK...])
#
#   LAYER    the row of THEANO_LAYER_TABLE, e.g. Codegen/Kernels; the target is
#            called Theano<LAYER without slashes>, e.g. TheanoCodegenKernels
#   USES     our own layers it links; checked against the row
#   MLIR     upstream libraries it uses. They all resolve to libMLIR.so; the
#            list documents what is used
#   LINK     other libraries (Threads, zlib, ...)
#
# theano_add_tool(NAME SRCS... [USES...] [LINK...]) does the same for tools.

function(theano_layer_row layer kind_out uses_out)
  foreach(row IN LISTS THEANO_LAYER_TABLE)
    string(REPLACE "|" ";" cells "${row}")
    list(GET cells 0 name)
    string(STRIP "${name}" name)
    if(name STREQUAL layer)
      list(GET cells 1 kind)
      string(STRIP "${kind}" kind)
      set(uses "")
      list(LENGTH cells length)
      if(length GREATER 2)
        list(GET cells 2 uses)
        string(STRIP "${uses}" uses)
        string(REPLACE " " ";" uses "${uses}")
      endif()
      set(${kind_out} ${kind} PARENT_SCOPE)
      set(${uses_out} "${uses}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "no layer called '${layer}' in cmake/TheanoLayers.cmake")
endfunction()

function(theano_target_name layer out)
  string(REPLACE "/" "" name "${layer}")
  set(${out} Theano${name} PARENT_SCOPE)
endfunction()

function(theano_check_uses layer uses)
  theano_layer_row(${layer} kind allowed)
  foreach(used IN LISTS uses)
    if(NOT used IN_LIST allowed AND NOT used STREQUAL "Support")
      message(SEND_ERROR "${layer} may not use ${used}: its row in "
                         "cmake/TheanoLayers.cmake allows only '${allowed}'")
    endif()
  endforeach()
endfunction()

function(theano_use target scope layer uses)
  theano_check_uses(${layer} "${uses}")
  foreach(used IN LISTS uses)
    theano_target_name(${used} lib)
    target_link_libraries(${target} ${scope} ${lib})
  endforeach()
endfunction()

function(theano_use_mlir target scope)
  target_include_directories(${target} SYSTEM ${scope}
                             ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_compile_definitions(${target} ${scope} ${THEANO_LLVM_DEFINITIONS})
  target_link_libraries(${target} ${scope} MLIR LLVM)
endfunction()

function(theano_add_library layer)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPENDS;USES;MLIR;LINK" ${ARGN})
  theano_layer_row(${layer} kind allowed)
  theano_target_name(${layer} target)
  add_library(${target} STATIC ${ARG_SRCS})
  if(ARG_DEPENDS)
    add_dependencies(${target} ${ARG_DEPENDS})
  endif()
  if(kind STREQUAL "mlir")
    theano_use_mlir(${target} PUBLIC)
    theano_precompile_mlir(${target})
  elseif(ARG_MLIR)
    message(SEND_ERROR "${layer} is a plain library and may not use MLIR")
  endif()
  set_target_properties(${target} PROPERTIES
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  theano_use(${target} PUBLIC ${layer} "${ARG_USES}")
  target_link_libraries(${target} PUBLIC ${ARG_LINK})
endfunction()

function(theano_add_tool name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPENDS;USES;LINK" ${ARGN})
  theano_layer_row(tools/${name} kind allowed)
  add_executable(${name} ${ARG_SRCS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(kind STREQUAL "mlir")
    theano_use_mlir(${name} PRIVATE)
  endif()
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  theano_use(${name} PRIVATE tools/${name} "${ARG_USES}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# theano_add_unit_test(NAME SRCS... LINK targets...): one GoogleTest program.
function(theano_add_unit_test name)
  cmake_parse_arguments(ARG "" "" "SRCS;LINK" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SRCS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/Unit)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  add_dependencies(theano-unit-tests ${name})
  set_property(GLOBAL APPEND PROPERTY THEANO_UNIT_TESTS $<TARGET_FILE:${name}>)
endfunction()
