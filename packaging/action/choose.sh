# Chooses what the action installs. In: the inputs VERSION, SHA256 and BASE_URL, and the table `checksums.txt` beside this file. Out, as outputs
# of the step: `kind` (archive or sources), `key` and `folder` of the cache, and of an archive its name, its `url` and its `sha256`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..

fail() {
  echo "::error title=schemactl check::$1"
  exit 1
}

put() {
  echo "$1=$2" >> "$GITHUB_OUTPUT"
}

# The target of a release for this runner; nothing if there is none.
target_of_runner() {
  case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) echo x86_64-unknown-linux-gnu ;;
    Linux-ARM64) echo aarch64-unknown-linux-gnu ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
  esac
}

choose_archive() {
  put kind archive
  put archive "$archive"
  put url "${BASE_URL%/}/v$version/$archive"
  put sha256 "$sum"
  # The archive is cached, not what it holds: its checksum is verified in every run.
  put key "$archive-$sum"
  echo "schemactl $version: $archive, SHA-256 $sum"
}

choose_sources() {
  cd "$root"
  # The key is what the binary is made of: a branch that moves, or a tag that is set again, is another key.
  files=$(find Cargo.toml Cargo.lock cli codegen registry docs/Cargo.toml docs/src docs/rules schemas schemactl.toml -type f -not -path '*/target/*' | LC_ALL=C sort)
  hash=$({ echo "$files"; echo "$files" | git hash-object --no-filters --stdin-paths; } | git hash-object --stdin)
  put kind sources
  put key "schemactl-$RUNNER_OS-$RUNNER_ARCH-${ImageOS:-any}-$hash"
  echo "schemactl $own is built from source, once for each revision of the action: that takes minutes"
}

own=$(sed -n -e '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' "$root/Cargo.toml")
version=${VERSION#v}
put folder "$RUNNER_TEMP/schemactl"
if [ "$version" = source ]; then
  choose_sources
  exit 0
fi
case "$version" in *[!0-9A-Za-z.+-]*) fail "\`version\` is \`$version\`: expected a release such as 0.1.0, or \`source\`" ;; esac
if [ -n "$SHA256" ] && ! [[ "$SHA256" =~ ^[0-9a-fA-F]{64}$ ]]; then
  fail "\`sha256\` is \`$SHA256\`: expected 64 hexadecimal digits, as SHA256SUMS of the release has them"
fi
is_own=$([ "${version:-$own}" = "$own" ] && echo true || echo false)
version=${version:-$own}
target=$(target_of_runner)
archive=schemactl-$version-$target.tar.gz
sum=$(echo "$SHA256" | tr A-F a-f)
if [ -z "$sum" ]; then
  sum=$(awk -v name="$archive" '$2 == name { print $1 }' "$here/checksums.txt")
fi
if [ -n "$target" ] && [ -n "$sum" ]; then
  choose_archive
elif [ "$is_own" = true ] && [ -z "$SHA256" ]; then
  choose_sources
elif [ -z "$target" ]; then
  fail "no release is for $RUNNER_OS on $RUNNER_ARCH: leave out \`version\` and \`sha256\`, and this revision of the action is built with cargo"
else
  known=$(awk '$2 ~ /^schemactl-/ { split($2, part, "-"); if (!seen[part[2]]++) printf "%s ", part[2] }' "$here/checksums.txt")
  fail "\`version\` is $version, and this revision of the action has no checksum of $archive (it knows: ${known:-no release}). Set \`sha256\` to the line of SHA256SUMS of that release, or use the revision action-v$version"
fi
