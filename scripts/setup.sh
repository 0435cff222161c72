#!/bin/sh
# setup.sh [test|random|fuzz|tsan|valgrind|workers|producers|kernel]: makes sure that what the build needs is here;
# with an argument, also what the tests, the random programs, the fuzzers, the sanitizers, the load of the worker server,
# the IR of other compilers or the tests of the kernel module need. Installs missing Debian packages as root or by sudo
# without a password; otherwise it says the one command to run. Costs nothing when all is there.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"

say() { printf 'setup: %s\n' "$*" >&2; }

command -v node >/dev/null 2>&1 || {
  say 'Node.js 20 is needed; it is not here'
  exit 1
}
node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
' || {
  say "Node.js 20.19 or later is needed; this is $(node --version)"
  exit 1
}

missing=
# want PROGRAM PACKAGE: the package is missing when its program is.
want() { command -v "$1" >/dev/null 2>&1 || case " $missing " in *" $2 "*) ;; *) missing="$missing $2" ;; esac; }
want clang-22 clang-22
want ld.lld-22 lld-22
want llvm-ar-22 llvm-22
want dpkg-source dpkg-dev
want patch patch
want xz xz-utils
[ -e /usr/lib/x86_64-linux-gnu/libc.a ] || [ -e /usr/lib/libc.a ] || missing="$missing libc6-dev"
case ${1:-} in
  test | random)
    want clang-19 clang-19
    want ld.lld-19 lld-19
    want llvm-ar-19 llvm-19
    want tclsh tcl # writes SQLite's amalgamation
    want csmith csmith
    want cmake cmake
    want pkg-config pkg-config
    want ninja ninja-build
    want meson meson
    want ccache ccache
    want mandoc mandoc
    want man man-db
    want groff groff-base
    want git git
    want gcc gcc # its LTO objects are refused
    want zsh zsh
    want fish fish
    want distcc distcc
    want ip iproute2
    want gdb gdb
    want gdbserver gdbserver
    want chromium-headless-shell chromium-headless-shell # shows the page of tme-box report
    [ -e /usr/include/csmith/csmith.h ] || missing="$missing libcsmith-dev"
    [ -e /usr/include/microhttpd.h ] || missing="$missing libmicrohttpd-dev"
    ;;
esac

case ${1:-} in
  workers)
    want wrk wrk
    [ -e /usr/include/microhttpd.h ] || missing="$missing libmicrohttpd-dev"
    ;;
  valgrind) want valgrind valgrind ;;
  tsan) [ -e "$(clang-22 -print-file-name=libclang_rt.tsan-x86_64.a 2>/dev/null)" ] || missing="$missing libclang-rt-22-dev" ;;
  fuzz) [ -e "$(clang-22 -print-file-name=libclang_rt.fuzzer-x86_64.a 2>/dev/null)" ] || missing="$missing libclang-rt-22-dev" ;;
esac

case ${1:-} in
  producers)
    for version in 16 19 22; do
      want clang-$version clang-$version
      want llvm-as-$version llvm-$version
    done
    want rustc rustc-web # Debian's own rustc is older than any LLVM here
    want flang-22 flang-22
    ;;
esac

case ${1:-} in
  kernel)
    want qemu-system-x86_64 qemu-system-x86
    want busybox busybox-static
    ls /usr/src/linux-headers-*-amd64/Module.symvers >/dev/null 2>&1 || missing="$missing linux-headers-amd64"
    ;;
esac

if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    say 'Debian packages are missing; install them and run this again:'
    printf '  sudo apt-get install --no-install-recommends%s\n' "$missing" >&2
    exit 1
  fi
  say "installing$missing"
  $as_root apt-get -q update >&2 || say 'apt-get update failed; trying with the lists that are here'
  # shellcheck disable=SC2086  # one word a package
  DEBIAN_FRONTEND=noninteractive $as_root apt-get -q -y install --no-install-recommends $missing >&2
fi

# npm writes this file last, so it is as new as the packages that it lists.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say 'installing npm packages'
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
