#!/bin/sh
# recording-cc.sh COMPILER ARGUMENTS: appends the folder and the words of this call to the file TBX_RECORD, each ended
# by a NUL and the call by an empty word, and becomes the compiler. The matrix replays the recorded compilations to
# look at the instrumented IR.
printf '%s\0' "$PWD" "$@" '' >>"$TBX_RECORD"
exec "$@"
