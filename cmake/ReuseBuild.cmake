# Under pip: takes the extension module from the tree that ./dev build made, if that
# is for the same Python. Its own build brings it up to date, so nothing is compiled
# twice and nothing of pip's temporary environment enters its cache. Sets
# THEANO_REUSED; says why where there is nothing to reuse.

set(THEANO_REUSED OFF)
set(THEANO_REUSE_TREE "${PROJECT_SOURCE_DIR}/build" CACHE PATH
    "The tree of ./dev build, whose module pip takes")

set(why "")
if(NOT EXISTS "${THEANO_REUSE_TREE}/build.ninja")
  set(why "it is not there")
else()
  load_cache("${THEANO_REUSE_TREE}" READ_WITH_PREFIX tree_
             CMAKE_HOME_DIRECTORY CMAKE_BUILD_TYPE LLVM_USE_SANITIZER THEANO_PYTHON_SOABI)
  if(NOT tree_CMAKE_HOME_DIRECTORY STREQUAL PROJECT_SOURCE_DIR)
    set(why "it is of other sources, ${tree_CMAKE_HOME_DIRECTORY}")
  elseif(NOT tree_CMAKE_BUILD_TYPE STREQUAL "Release" OR tree_LLVM_USE_SANITIZER)
    set(why "it is no release build")
  elseif(NOT tree_THEANO_PYTHON_SOABI STREQUAL SKBUILD_SOABI)
    set(why "its module is for '${tree_THEANO_PYTHON_SOABI}', not '${SKBUILD_SOABI}'")
  endif()
endif()
if(why)
  message(STATUS "Building all of the module: ${THEANO_REUSE_TREE} cannot be used, ${why}")
  return()
endif()

message(STATUS "Taking the module from ${THEANO_REUSE_TREE}")
add_custom_target(_theano USES_TERMINAL
  COMMAND ${CMAKE_COMMAND} --build "${THEANO_REUSE_TREE}" --target _theano)
install(CODE "execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND \"${CMAKE_COMMAND}\" --install \"${THEANO_REUSE_TREE}\"
    --component python --prefix \"\${CMAKE_INSTALL_PREFIX}\")" COMPONENT python)
set(THEANO_REUSED ON)
