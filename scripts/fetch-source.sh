#!/bin/sh
# fetch-source.sh NAME [DEST]: unpack the Debian source package NAME, patches applied, into DEST
# (default: build/sources/NAME beside this script's folder).
#
# The archives are the user's own: the entries that apt says belong to Debian, read as deb-src; all entries on a machine
# whose lists were never fetched, where apt cannot say. Lists, state and caches are private (build/cache/apt), so nothing
# of the user's apt set-up is locked or changed, and no root is needed. DEST appears by one rename when it is complete; a second call finds it and does nothing.
set -eu

say() { printf 'fetch-source: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

usage() {
  printf 'usage: %s NAME [DEST]\n' "$0" >&2
  exit 2
}

[ $# -eq 1 ] || [ $# -eq 2 ] || usage
name=$1
case $name in
  '' | -* | *[!a-z0-9.+-]*) die "'$name' is not the name of a Debian source package" ;;
esac
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=${TBX_BUILD_DIR:-$root/build}
dest=${2:-$build/sources/$name}
state=$build/cache/apt
record=.tbx-source

if [ -f "$dest/$record" ]; then
  [ "$(cut -d' ' -f1 "$dest/$record")" = "$name" ] ||
    die "$dest holds another package: $(cat "$dest/$record")"
  exit 0
fi
[ ! -e "$dest" ] || die "$dest exists and was not made by this script; move it away first"

missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need apt-get apt
need dpkg-source dpkg-dev
need flock util-linux
need patch patch
need xz xz-utils
[ -z "$missing" ] || die "missing Debian packages:$missing; install them with: apt-get install$missing"

mkdir -p "$state" "$(dirname -- "$dest")"
dest=$(CDPATH='' cd -- "$(dirname -- "$dest")" && pwd -P)/$(basename -- "$dest")
# apt refuses a second process on its lists, and `make -j` may fetch several packages.
exec 9>"$state/lock"
flock 9
[ ! -f "$dest/$record" ] || exit 0

work=$(mktemp -d "$(dirname -- "$dest")/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints SOURCESENTRY (file:number) of each of the user's entries that is Debian's.
debian_entries() {
  # shellcheck disable=SC2016  # apt expands these
  apt-get indextargets --format '$(ORIGIN)|$(SOURCESENTRY)' 'Created-By: Packages' 2>/dev/null |
    sed -n 's/^Debian|//p' | sort -u
}

# Reads a file of entries as deb-src and appends them to ours; with a number only that line of a .list, or that stanza
# of a .sources file.
add_entries() {
  file=$1
  number=${2:-0}
  case $file in
    *.sources)
      { grep -v '^#' "$file"; echo; } |
        awk -v RS= -v n="$number" '
          (n == 0 || NR == n) && sub(/(^|\n)[Tt]ypes:[^\n]*/, "\nTypes: deb-src") { print; print "" }
        ' >>"$state/etc/user.sources"
      ;;
    *)
      awk -v n="$number" '(n == 0 || NR == n) && sub(/^[ \t]*deb[ \t]/, "deb-src ")' "$file" >>"$state/etc/user.list"
      ;;
  esac
}

# All files of entries that apt reads.
entry_files() {
  TBX_LIST='' TBX_PARTS=''
  eval "$(apt-config shell TBX_LIST Dir::Etc::sourcelist/f TBX_PARTS Dir::Etc::sourceparts/d)"
  for file in "$TBX_LIST" "${TBX_PARTS%/}"/*.list "${TBX_PARTS%/}"/*.sources; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done
}

write_sources() {
  rm -rf "$state/etc"
  mkdir -p "$state/etc" "$state/lists/partial" "$state/archives/partial"
  debian_entries >"$work/entries"
  if [ -s "$work/entries" ]; then
    while IFS= read -r entry; do add_entries "${entry%:*}" "${entry##*:}"; done <"$work/entries"
  else
    entry_files >"$work/files"
    while IFS= read -r file; do add_entries "$file"; done <"$work/files"
  fi
  [ -n "$(cat "$state"/etc/* 2>/dev/null)" ] ||
    die "apt has no archive configured: look at /etc/apt/sources.list and /etc/apt/sources.list.d"
}

write_configuration() {
  cat >"$state/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb;
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$state/etc";
Dir::State::Lists "$state/lists";
Dir::Cache "$state";
Dir::Cache::Archives "$state/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Sandbox::User "$(id -un)";
APT::Get::Only-Source "true";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
}

private_apt() { apt-get -q -c "$state/apt.conf" "$@"; }

# One archive that does not answer must not stop a fetch that the others can serve, so the update's status is not
# decisive: what decides is whether the package is found afterwards.
update_lists() {
  private_apt update >"$work/update.log" 2>&1 || true
  touch "$state/updated"
}

fetch() {
  (cd "$work" && private_apt source --download-only "$1" >>fetch.log 2>&1)
}

# An archive's list may name a version that its server does not have yet, or not any more: then the next older one.
fetch_newest() {
  fetch "$name" && return
  apt-cache -c "$state/apt.conf" showsrc --only-source "$name" 2>>"$work/fetch.log" |
    sed -n 's/^Version: //p' | sort -uVr >"$work/versions"
  while IFS= read -r candidate; do
    fetch "$name=$candidate" || continue
    say "$name: the newest version is not to be had; this is $candidate"
    return
  done <"$work/versions"
  return 1
}

write_sources
write_configuration
[ -n "$(find "$state/updated" -mtime -1 2>/dev/null)" ] || update_lists
if ! fetch_newest; then
  update_lists
  fetch_newest || {
    sed 's/^/  /' "$work/update.log" "$work/fetch.log" >&2
    die "apt could not fetch the source package '$name'"
  }
fi

set -- "$work"/*.dsc
[ -f "$1" ] || die "apt fetched no .dsc file of '$name'"
found=$(sed -n 's/^Source: //p' "$1" | head -n 1)
[ "$found" = "$name" ] || die "'$name' is a binary package of the source package '$found'; ask for that one"
version=$(sed -n 's/^Version: //p' "$1" | head -n 1)
dpkg-source --no-check -x "$1" "$work/tree" >"$work/unpack.log" 2>&1 || {
  sed 's/^/  /' "$work/unpack.log" >&2
  die "dpkg-source could not unpack $(basename -- "$1")"
}
printf '%s %s\n' "$name" "$version" >"$work/tree/$record"
mv -T "$work/tree" "$dest"
say "$name $version"
