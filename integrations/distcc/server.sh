#!/bin/sh
# server.sh ADDRESS NETWORK [OPTIONS OF DISTCCD]: a compile server that runs tbx-cc for the machines of NETWORK.
# tbx-cc has to be on the PATH, and readable for the user distccd.
set -eu
address=$1 network=$2
shift 2

# A server runs only compilers that it knows. Those in /usr/lib/distcc are links that Debian makes for gcc and clang
# alone; a list of our own names ours, by its path.
list=$(mktemp)
chmod 644 "$list"
command -v tbx-cc >"$list"
DISTCC_CMDLIST=$list exec distccd --daemon --no-detach --user distccd \
  --listen "$address" --allow "$network" --jobs "$(nproc)" "$@"
