# CMake toolchain file: cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE=.../integrations/cmake/tme-box.cmake
#
# Programs that tbx-cc links run like any other on the machine that builds them, so this is no cross-compilation, and
# try_run works. Options: -DTBX_ISOLATE=data, -DTBX_CLANG=19.

find_program(TBX_CC tbx-cc HINTS ${CMAKE_CURRENT_LIST_DIR}/../../bin REQUIRED)
find_program(TBX_CXX tbx-c++ HINTS ${CMAKE_CURRENT_LIST_DIR}/../../bin REQUIRED)
set(CMAKE_C_COMPILER ${TBX_CC})
set(CMAKE_CXX_COMPILER ${TBX_CXX})

# CMake reads a toolchain file again for each try_compile, in a project of its own.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TBX_ISOLATE TBX_CLANG)
if(DEFINED TBX_ISOLATE)
  string(APPEND CMAKE_C_FLAGS_INIT " -ftbx-isolate=${TBX_ISOLATE}")
  string(APPEND CMAKE_CXX_FLAGS_INIT " -ftbx-isolate=${TBX_ISOLATE}")
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -ftbx-isolate=${TBX_ISOLATE}")
endif()
if(DEFINED TBX_CLANG)
  string(APPEND CMAKE_C_FLAGS_INIT " -ftbx-clang=${TBX_CLANG}")
  string(APPEND CMAKE_CXX_FLAGS_INIT " -ftbx-clang=${TBX_CLANG}")
endif()

# An image is linked statically and loads nothing.
set(BUILD_SHARED_LIBS OFF)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(CMAKE_ENABLE_EXPORTS OFF)
set(CMAKE_POLICY_DEFAULT_CMP0065 NEW)

# Libraries and headers of this machine are not confined; only what was built for the sandbox may be found.
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
if(NOT CMAKE_FIND_ROOT_PATH)
  set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot)
endif()
