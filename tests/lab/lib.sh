# The lab's library. A recipe runs with it loaded and with LAB_NAME (the recipe) and LAB_OUT (where
# recordings go) set; `record` does that.

set -euo pipefail
LAB_DIR=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
LAB_ID=mtu$$
export XDG_CONFIG_HOME=$LAB_DIR/../no_config
. "$LAB_DIR/lib/cleanup.sh"
. "$LAB_DIR/lib/network.sh"
. "$LAB_DIR/lib/tunnel.sh"
. "$LAB_DIR/lib/capture.sh"
. "$LAB_DIR/lib/traffic.sh"
LAB_TMP=$(mktemp -d)
at_exit rm -rf "$LAB_TMP"
