#!/bin/sh
# demo.sh: the script behind `make demo`, which has built the tool, the runtime and the sandbox's libc before.
set -eu
exec "$(dirname -- "$0")/../scripts/ts.sh" programs/demo.ts "$@"
