#!/bin/sh
# fetch-kernel.sh: prints the folder of the newest kernel headers here, and the file of the same version's kernel, which it
# takes from Debian's package (nothing is installed) into build/kernel where it is missing.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

headers=
for folder in /usr/src/linux-headers-*-amd64; do [ ! -e "$folder/Module.symvers" ] || headers=$folder; done
[ -n "$headers" ] || {
  echo 'fetch-kernel: no kernel headers; scripts/setup.sh kernel installs them' >&2
  exit 1
}
version=${headers#/usr/src/linux-headers-}
kernel=$root/build/kernel/vmlinuz-$version
if [ ! -e "$kernel" ]; then
  scratch=$root/build/kernel/fetch.$$
  mkdir -p "$scratch"
  trap 'rm -rf "$scratch"' EXIT
  (cd "$scratch" && apt-get -q -o APT::Sandbox::User=root download "linux-image-$version" >&2) || {
    echo "fetch-kernel: linux-image-$version cannot be fetched; try apt-get update, or apt-get upgrade the headers" >&2
    exit 1
  }
  dpkg-deb --fsys-tarfile "$scratch"/linux-image-*.deb | tar -xO "./boot/vmlinuz-$version" >"$scratch/vmlinuz"
  mv "$scratch/vmlinuz" "$kernel"
fi
printf '%s\n%s\n' "$headers" "$kernel"
