#!/bin/sh
# musl-baseline.sh: builds the stock musl of Debian's source package, its own assembly and all, with clang 22 -O2 into
# build/bench/musl, and writes build/bench/musl-cc, a compiler that links static programs against it. Sandboxed programs
# are measured against such programs: what differs is then the confinement, not the C library.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
bench=$root/build/bench
prefix=$bench/musl
cc=$bench/musl-cc
[ ! -x "$cc" ] || exit 0

"$root/scripts/fetch-source.sh" musl
work=$bench/musl-build
rm -rf "$work" "$prefix"
mkdir -p "$bench"
cp -a "$root/build/sources/musl" "$work"
(
  cd "$work"
  ./configure --prefix="$prefix" --disable-shared --disable-wrapper CC=clang-22 CFLAGS='-O2 -w' --enable-optimize=no
  make -j"$(nproc)" install
) >"$bench/musl-build.log" 2>&1 || {
  tail -n 20 "$bench/musl-build.log" >&2
  exit 1
}

# -fno-pie is what is best for the native program. The builtins (128-bit division) are the host compiler's.
resources=$(clang-22 -print-resource-dir)
builtins=$(clang-22 -print-libgcc-file-name)
cat >"$cc.new" <<CC
#!/bin/sh
for word do
  case \$word in
    -c | -S | -E | -M | -MM) exec clang-22 -fno-pie -nostdinc -isystem "$prefix/include" -isystem "$resources/include" "\$@" ;;
  esac
done
exec clang-22 -fuse-ld=lld -static -no-pie -fno-pie -nostdinc -isystem "$prefix/include" -isystem "$resources/include" \\
  -nostdlib "$prefix/lib/crt1.o" "$prefix/lib/crti.o" -L"$prefix/lib" "\$@" -lc "$builtins" "$prefix/lib/crtn.o"
CC
chmod +x "$cc.new"
mv "$cc.new" "$cc"
