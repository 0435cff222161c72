#!/bin/sh
# dist.sh: build/dist/tme-box-VERSION.tar.gz, the sources of HEAD; the same commit gives the same bytes anywhere. A commit
# that is not the one tagged vVERSION has its name in the file name.
set -eu
version=$(node -p 'require("./package.json").version')
commit=$(git rev-parse --short=12 HEAD)
[ "$(git rev-parse -q --verify "v$version^{commit}" || :)" = "$(git rev-parse HEAD)" ] || version=$version-g$commit
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "dist: what is not committed is left out" >&2
mkdir -p build/dist
file=build/dist/tme-box-$version.tar.gz
# gzip -n: no name and no time.
git archive --format=tar --prefix="tme-box-$version/" HEAD | gzip -n -9 >"$file.tmp"
mv "$file.tmp" "$file"
echo "$file"
