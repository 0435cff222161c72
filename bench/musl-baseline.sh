#!/bin/sh
# musl-baseline.sh: builds the stock musl of Debian's source package, its own assembly and all, with clang 22 -O2 into
# build/bench/musl, and writes two compilers that link static programs against it:
#
#   build/bench/musl-cc      what is best for a native program: stock musl, no PIE. Overhead is measured against it.
#   build/bench/matched-cc   the flags that tbx-cc adds, and the sandbox's own memory and string routines before musl's.
#                            What differs from such a program is the confinement alone.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
bench=$root/build/bench
prefix=$bench/musl
resources=$(clang-22 -print-resource-dir)
# The builtins (128-bit division) are the host compiler's.
builtins=$(clang-22 -print-libgcc-file-name)
headers="-nostdinc -isystem $prefix/include -isystem $resources/include"

build_musl() {
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
}

# write_compiler PATH FLAGS OBJECTS: a compiler with these flags that links these objects before musl.
write_compiler() {
  cat >"$1.new" <<CC
#!/bin/sh
for word do
  case \$word in
    -c | -S | -E | -M | -MM) exec clang-22 $2 $headers "\$@" ;;
  esac
done
exec clang-22 -fuse-ld=lld -static -no-pie $2 $headers -nostdlib \\
  "$prefix/lib/crt1.o" "$prefix/lib/crti.o" -L"$prefix/lib" "\$@" $3 -lc "$builtins" "$prefix/lib/crtn.o"
CC
  chmod +x "$1.new"
  mv "$1.new" "$1"
}

[ -f "$prefix/lib/libc.a" ] || build_musl
write_compiler "$bench/musl-cc" "-fno-pie -Wno-unused-command-line-argument" ""

# As src/driver/flags.ts has them.
matched="-fPIE -fno-asynchronous-unwind-tables -fno-unwind-tables -ffunction-sections -fdata-sections
  -fno-stack-protector -fcf-protection=none -Wno-unused-command-line-argument"
matched=$(printf %s "$matched" | tr '\n' ' ')
for name in memory string; do
  # shellcheck disable=SC2086
  clang-22 -O2 -std=c17 -fno-builtin $matched $headers -c "$root/runtime/guest/$name.c" -o "$bench/matched-$name.o"
done
write_compiler "$bench/matched-cc" "$matched" "$bench/matched-memory.o $bench/matched-string.o"
