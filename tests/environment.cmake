# What ctest does before any test: nobody's own defaults count (docs/config.md).
set(ENV{XDG_CONFIG_HOME} "${CMAKE_CURRENT_LIST_DIR}/no_config")
