#!/usr/bin/env bash
# Makes a release on GitHub of a tag that is there, with the files of a folder and their checksums; its notes are the part of
# the changelog about it. Called by `make publish-github`. Arguments: the tag, the folder.
set -euo pipefail
tag=$1
folder=$2
notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
awk -v heading="## ${tag#v} " '/^## / { inside = index($0, heading) == 1; next } inside' \
  "$(dirname "$0")/../CHANGELOG.md" >"$notes"
[ -s "$notes" ] || { echo "CHANGELOG.md has no part about ${tag#v}" >&2; exit 1; }

cd "$folder"
rm -f -- *.sha256
sha256sum -- * >SHA256SUMS
gh release create "$tag" --verify-tag --title "$tag" --notes-file "$notes" ./*
