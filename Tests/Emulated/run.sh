#!/usr/bin/env bash
# Proves the engine on processors that this machine is not: the release binary on an x86-64 without AVX and on one with AVX2,
# and every kernel of CVectorMath on an Arm with and without dot products and bfloat16, all emulated by qemu.
#
# Needs: qemu-user, gcc-aarch64-linux-gnu, libc6-dev-arm64-cross. Without them, and with clang alone, the kernels of this machine
# and the 512-bit ones with their special instructions in C are still checked; what is left out is said.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-.build/release/chartmark}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang=$(command -v clang || echo "$(dirname "$(command -v swift)")/clang")

# check NAME COMPILER-OPTIONS…: compiles the kernels and the program that checks them.
compile() {
    local target=$1
    shift
    "$clang" "$@" -O2 -ISources/CVectorMath/include -ISources/CVectorMath -DWIDE_KIND=0 -c Tests/Emulated/wide.c -o "$work/wide0.o"
    "$clang" "$@" -O2 -ISources/CVectorMath/include -ISources/CVectorMath -DWIDE_KIND=1 -c Tests/Emulated/wide.c -o "$work/wide1.o"
    "$clang" "$@" -O2 -ISources/CVectorMath/include -ISources/CVectorMath Sources/CVectorMath/*.c Tests/Emulated/check.c \
        "$work/wide0.o" "$work/wide1.o" -lm -lpthread -o "$work/$target"
}

echo "== kernels on this machine"
compile here
"$work/here"

if command -v qemu-aarch64 > /dev/null && command -v aarch64-linux-gnu-gcc > /dev/null; then
    echo "== kernels on Arm"
    compile arm --target=aarch64-linux-gnu -static
    for cpu in cortex-a57 neoverse-n1 max; do
        echo "$cpu:"
        qemu-aarch64 -cpu "$cpu" "$work/arm"
    done
else
    echo "skipped: the kernels on Arm need qemu-user, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross"
fi

if [ "$(uname -m)" != x86_64 ]; then
    echo "skipped: the release binary is not emulated on $(uname -m)"
elif command -v qemu-x86_64 > /dev/null; then
    echo "== the release binary on narrower processors"
    # A short note: each fused multiply-add of AVX2 is some hundred instructions in the emulator.
    note=Tests/Emulated/note.txt
    "$program" logits "$note" > "$work/golden"
    for cpu in Nehalem Haswell; do
        qemu-x86_64 -cpu "$cpu" "$program" logits "$note" > "$work/found" 2> "$work/said"
        # Each number within 1e-4 of this machine's, and as many.
        paste -d ' ' <(grep -oE -- '-?[0-9]+\.[0-9]+(e-?[0-9]+)?' "$work/golden") \
            <(grep -oE -- '-?[0-9]+\.[0-9]+(e-?[0-9]+)?' "$work/found") |
            awk -v cpu="$cpu" 'NF != 2 || ($1 - $2) ^ 2 > 1e-8 { wrong++ } { n++ } END {
                printf "%s: %d of %d logits within 0.0001 of this machine'"'"'s\n", cpu, n - wrong, n; exit wrong > 0 || n < 1000 }'
        # A kernel that was refused is told of; the emulator's own words are not ours.
        if grep -v '^qemu' "$work/said"; then
            echo "$cpu: the program warned" >&2
            exit 1
        fi
    done
    echo "== the self-test without AVX"
    qemu-x86_64 -cpu Nehalem "$program" model 2> "$work/said" > "$work/model" || { cat "$work/said" "$work/model"; exit 1; }
    grep -E '^(engine|self-test)' "$work/model"
else
    echo "skipped: the release binary on narrower processors needs qemu-user"
fi
