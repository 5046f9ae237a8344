# theano_write_test_environment(FILE): what the processes of the tests need in their
# environment to run what this build made. JSON, read by scripts/run_tests.py and
# test/Python/tools.py:
#
#   tools    for the unit tests and for what stands in bin/
#   python   for a Python that imports the package; wins over `tools`
#
# Both are empty but under a sanitizer. There
#   - a finding, leaks included, is an abort: an exit code of 1 is what the tests
#     of bad input wait for, and would hide it;
#   - an allocation that is too large fails as it does without the sanitizer;
#   - Python is not instrumented, so that the runtime library must be loaded before
#     it, and it keeps memory until it ends, so that leaks are not looked for.
function(theano_write_test_environment file)
  set(tools "{}")
  set(python "{}")
  if(LLVM_USE_SANITIZER)
    string(JSON tools SET "${tools}" UBSAN_OPTIONS "\"print_stacktrace=1\"")
    string(JSON tools SET "${tools}" ASAN_SYMBOLIZER_PATH
           "\"${LLVM_TOOLS_BINARY_DIR}/llvm-symbolizer\"")
  endif()
  if(LLVM_USE_SANITIZER MATCHES "Address")
    # No user poisoning: LLVM's inline allocators poison in our code what the
    # package's libMLIR, built without it, then hands out.
    set(options "abort_on_error=1:allocator_may_return_null=1")
    string(APPEND options ":strict_string_checks=1:allow_user_poisoning=0")
    execute_process(
      COMMAND ${CMAKE_CXX_COMPILER}
              -print-file-name=libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so
      OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE
      COMMAND_ERROR_IS_FATAL ANY)
    string(JSON tools SET "${tools}" ASAN_OPTIONS "\"${options}\"")
    string(JSON python SET "${python}" ASAN_OPTIONS "\"${options}:detect_leaks=0\"")
    string(JSON python SET "${python}" LD_PRELOAD "\"${runtime}\"")
  endif()
  file(WRITE ${file} "{\n\"tools\": ${tools},\n\"python\": ${python}\n}\n")
endfunction()
