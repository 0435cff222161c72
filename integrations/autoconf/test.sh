#!/bin/sh
# test.sh: GNU hello from Debian's source package, configured, built and run by tbx-cc. `make test-autoconf` calls it:
# its configure script tries out some 300 things.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/scripts/fetch-source.sh" hello
cp -a "$root/build/sources/hello/." "$folder"
cd "$folder"
PATH=$root/bin:$PATH

# The first line of integrations/autoconf/README.md, with what hello wants besides.
readme=$root/integrations/autoconf/README.md
eval "$(grep -m1 '^./configure ' "$readme") -q --disable-nls"
grep -q '#define HAVE_STDLIB_H 1' config.h
make -s MAKEINFO=: HELP2MAN=:
tme-box verify hello
said=$(./hello --greeting='from a sandbox')
[ "$said" = 'from a sandbox' ] || {
  echo "hello says '$said'" >&2
  exit 1
}
make -s MAKEINFO=: HELP2MAN=: check
echo 'autoconf: hello is configured, built, proven and passes its checks'
