#!/bin/sh
# install.sh DESTDIR PREFIX: copies what was built below DESTDIR/PREFIX. The tool is a folder of its own, which may be
# moved; commands, pages and completions are where systems look for them. `make install` calls it.
set -eu
to=$1$2
# Relative, it would mean another place in each folder that is copied from, and be copied into itself without end.
case $to in
  *[[:space:]]*) problem='has blanks' ;;
  /*) problem= ;;
  *) problem='is not absolute' ;;
esac
[ -z "$problem" ] || { echo "install: DESTDIR and PREFIX are one path, '$to', which $problem" >&2; exit 2; }
tool=$to/lib/tme-box
umask 022

# folder FROM TO: its files, readable for all, in place of what an older version left.
folder() {
  rm -rf "$2"
  mkdir -p "$2"
  (cd "$1" && find . -type d -exec mkdir -p "$2/{}" \; -o -type f -print) | while read -r file; do
    mode=644
    [ ! -x "$1/$file" ] || mode=755
    install -m "$mode" "$1/$file" "$2/$file"
  done
}

rm -rf "$tool"
folder bin "$tool/bin"
folder dist "$tool/dist"
folder lib "$tool/lib"
folder docs/diagnostics "$tool/docs/diagnostics"
folder runtime/guest "$tool/runtime/guest"
folder build/sysroot "$tool/sysroot"
install -m 644 package.json "$tool/package.json"
install -D -m 755 scripts/fetch-source.sh "$tool/scripts/fetch-source.sh"
install -D -m 755 build/host/tbx-run "$tool/host/tbx-run"
install -m 644 build/host/libtbxrun.a "$tool/host/libtbxrun.a"

mkdir -p "$to/bin"
for command in tme-box tbx-cc tbx-c++ tbx-clang tbx-as; do
  ln -sf "../lib/tme-box/bin/$command" "$to/bin/$command"
done
ln -sf ../lib/tme-box/host/tbx-run "$to/bin/tbx-run"

share=$to/share
install -D -m 644 -t "$share/man/man1" build/man/*.1
install -D -m 644 -t "$share/man/man3" build/man/*.3
install -D -m 644 -t "$share/bash-completion/completions" build/completion/bash/*
for command in tbx-cc tbx-c++ tbx-clang; do ln -sf tme-box "$share/bash-completion/completions/$command"; done
install -D -m 644 -t "$share/zsh/site-functions" build/completion/zsh/*
install -D -m 644 -t "$share/fish/vendor_completions.d" build/completion/fish/*
install -D -m 644 -t "$share/tme-box/gdb" integrations/gdb/*.py
install -D -m 644 -t "$share/doc/tme-box" README.md CHANGELOG.md LICENSE
folder docs "$share/doc/tme-box/docs"
folder build/licences "$share/doc/tme-box/licences"
