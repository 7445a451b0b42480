#!/usr/bin/env bash
# Lets other tools' own programs read what chartmark wrote and chartmark what they wrote, and compares the spans.
# Needs a built chartmark, python3 and PyPI; what it installs stays in .build/interop.
set -euo pipefail
cd "$(dirname "$0")/../.."
chartmark=$PWD/.build/release/chartmark
venv=$PWD/.build/interop
if [ ! -e "$venv/ready" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check \
        label-studio-sdk spacy datasets transformers bioc dkpro-cassis seqeval chardet
    # doccano's server pins old versions of everything; its readers alone do not need them.
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps --target "$venv/doccano" doccano
    touch "$venv/ready"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HF_HOME=$work/hf HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false TRANSFORMERS_VERBOSITY=error TRANSFORMERS_NO_ADVISORY_WARNINGS=1
"$venv/bin/python" Samples/Interop/check.py "$chartmark" Tests/InterchangeTests/Goldens/records.jsonl "$work" "$venv/doccano"
