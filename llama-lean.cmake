# Included by CMake right after llama.cpp's own project() line (see CMAKE_ARGS in the Makefile):
# leaves out its "common" library (chat templates, downloads), which llama-cpp-python does not load.
# A normal variable wins over the cache entry that llama-cpp-python forces on.
set(LLAMA_BUILD_COMMON OFF)
