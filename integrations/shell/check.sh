#!/bin/sh
# check.sh: what CI does with a project that keeps its instrumented IR in golden/. Any service that runs a script can call
# it, in the folder of the project; its exit code is the verdict.
#
#   MAKE     how the project is built (make)
#   REPORT   where the report goes (report.html)
set -eu
rm -rf ir fresh
${MAKE:-make} CC="tbx-cc -g -ftbx-keep-ir=$PWD/ir"
tme-box report ir -o "${REPORT:-report.html}"
tme-box instrument -o fresh ir

[ -d golden ] || {
  mv fresh golden
  echo 'golden/ is new: commit it'
  exit 0
}
tme-box diff --format="${FORMAT:-text}" --fail-on=lost golden fresh
