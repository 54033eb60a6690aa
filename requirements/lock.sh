#!/bin/sh
# SPDX-License-Identifier: MulanPSL-2.0
# Writes the lock files anew from pyproject.toml: exact versions and hashes, no addresses.
set -eu
cd "$(dirname "$0")/.."

lock() { # lock NAME EXTRA...
    name=$1
    shift
    extras=""
    for extra; do extras="$extras --extra $extra"; done
    # shellcheck disable=SC2086
    uv pip compile pyproject.toml $extras --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet \
        -o "requirements/$name.txt"
}

lock dev build dev
cp requirements/dev.txt requirements/core.txt # the smaller sets keep the versions of the larger
cp requirements/dev.txt requirements/node.txt
lock core build
lock node build node
