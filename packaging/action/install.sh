# Installs schemactl. In: KIND, FOLDER, and of an archive ARCHIVE, URL and EXPECTED. Out: the output `binary`. FOLDER is cached: an archive in it,
# or bin/schemactl that cargo has built.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
  echo "::error title=schemactl check::$1"
  exit 1
}

# macOS has shasum, the others sha256sum.
checksum() {
  if command -v sha256sum > /dev/null; then sha256sum < "$1"; else shasum -a 256 < "$1"; fi | cut -d ' ' -f 1
}

is_expected() {
  [ -f "$ARCHIVE" ] && [ "$(checksum "$ARCHIVE")" = "$EXPECTED" ]
}

download() {
  command -v curl > /dev/null || fail "curl is not on PATH: install it, or set \`version: source\` and install Rust"
  rm -f -- "$ARCHIVE"
  # What comes is verified, so that a mirror may be of any kind.
  curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$ARCHIVE" -- "$URL" ||
    fail "cannot download $URL: the reason is in the log. \`base-url\` names a mirror"
  is_expected && return
  found=$(checksum "$ARCHIVE")
  rm -f -- "$ARCHIVE"
  fail "$URL has the SHA-256 $found, expected $EXPECTED. Nothing of it was unpacked. Download it again, or compare with SHA256SUMS of the release"
}

install_archive() {
  mkdir -p "$FOLDER"
  cd "$FOLDER"
  # A cache is not trusted either.
  is_expected || download
  unpacked=$RUNNER_TEMP/schemactl-unpacked
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  # From standard input: a path of Windows looks like that of another machine to tar.
  (cd "$unpacked" && tar -xzf - --strip-components=1) < "$ARCHIVE"
  binary=$unpacked/schemactl
}

build_sources() {
  binary=$FOLDER/bin/schemactl
  if [ -x "$binary" ]; then return; fi
  command -v cargo > /dev/null || fail "cargo is not on PATH; add a step before this one that installs Rust"
  # Run in the folder of the action: cargo reads settings from where it runs, and those of the checked repository do not belong here.
  cd "$root"
  CARGO_TARGET_DIR="$RUNNER_TEMP/schemactl-target" cargo install --locked --path . --root "$FOLDER"
}

if [ "$KIND" = archive ]; then install_archive; else build_sources; fi
"$binary" --version || fail "schemactl does not run on this machine: on Linux a release needs glibc 2.28. \`version: source\` builds it here"
echo "binary=$binary" >> "$GITHUB_OUTPUT"
# Later steps of the job run it too.
if [ -n "${GITHUB_PATH:-}" ]; then dirname "$binary" >> "$GITHUB_PATH"; fi
