#!/bin/sh
# ts.sh FILE.ts [ARGUMENTS]: bundles FILE.ts into build/scripts/ and runs it with Node, from the root of the repo.
# Node 20 does not read TypeScript; esbuild, which the product is bundled with, takes some 20 ms.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
[ $# -ge 1 ] || { echo "usage: ts.sh FILE.ts [ARGUMENTS]" >&2; exit 2; }
entry=$1
shift
bundle=$root/build/scripts/$(printf %s "${entry%.ts}" | tr / -).mjs
"$root/node_modules/.bin/esbuild" "$root/$entry" --bundle --platform=node --format=esm --target=node20 \
  --external:iced-x86 --sourcemap=inline --log-level=warning --outfile="$bundle.$$"
# One rename: two runs at a time never see half a bundle.
mv -- "$bundle.$$" "$bundle"
cd "$root"
exec node --enable-source-maps "$bundle" "$@"
