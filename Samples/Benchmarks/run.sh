#!/usr/bin/env bash
# Times chartmark's engine beside PyTorch, ONNX Runtime and OpenVINO on this machine and prints the tables of Documentation/Benchmarks.md.
#
#   Samples/Benchmarks/run.sh NOTES.jsonl [--rounds 7] [--only base,mini] [--folder DIR]
#
# Needs python3 and pip, builds chartmark first, and keeps its Python packages, checkpoints and exports (about 7 GB) in
# --folder, by default ~/.cache/chartmark-benchmarks. NOTES.jsonl has one {"id","text"} a line; MTSamples is what that page used.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
folder="${XDG_CACHE_HOME:-$HOME/.cache}/chartmark-benchmarks"
for ((index = 1; index <= $#; index++)); do
    if [ "${!index}" = "--folder" ]; then next=$((index + 1)); folder="${!next}"; fi
done
mkdir -p "$folder"
if [ ! -x "$folder/venv/bin/python" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet torch transformers onnx onnxscript onnxruntime openvino
fi
(cd "$root" && swift build -c release --product chartmark)
exec "$folder/venv/bin/python" "$root/Samples/Benchmarks/engine.py" --folder "$folder" \
    --program "$root/.build/release/chartmark" --model "$root/Samples/Models/clinical-mini" "$@"
