#!/usr/bin/env bash
# Uploads the crates of this workspace to crates.io. cargo uploads a crate after those that it depends on, and waits until the index has them. Crates
# that are there already are left out, so that the script can run again after an upload failed: crates.io replaces no version.
#
# In: the version, further options of `cargo publish`; `cargo` and `jq` in PATH, CARGO_REGISTRY_TOKEN.
set -euo pipefail

version=$1
shift
crates=$(cargo metadata --no-deps --format-version 1 | jq --raw-output '.packages[] | select(.publish != []) | .name')
excluded=()
left=0
for crate in $crates; do
    # Outside of the workspace, whose own crates cargo would describe.
    if (cd / && cargo info --quiet --registry crates-io "$crate@$version") > /dev/null 2>&1; then
        echo "$crate $version is there already"
        excluded+=(--exclude "$crate")
    else
        left=$((left + 1))
    fi
done
if [ "$left" = 0 ]; then
    echo "nothing to upload"
else
    cargo publish --workspace --locked ${excluded[@]+"${excluded[@]}"} "$@"
fi
