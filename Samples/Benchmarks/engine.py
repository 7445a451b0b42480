"""Times chartmark beside its peers; run.sh calls it and says what it needs.

Every engine gets two threads. In a round each engine does the work once, in turn, so that a slow moment of the machine meets
all of them; a figure is the median of the rounds. chartmark times itself as the peers are timed: loading is left out.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import time

parser = argparse.ArgumentParser()
parser.add_argument("notes")
parser.add_argument("--folder", required=True)
parser.add_argument("--program", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--only", default="base,mini,notes,tokenizer,cold,memory")
options = parser.parse_args()

THREADS = 2
os.environ["OMP_NUM_THREADS"] = str(THREADS)
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy
import onnxruntime
import openvino
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic

torch.set_num_threads(THREADS)

SIZES = {"base": (768, 12, 12, 3072, 28996), "mini": (384, 6, 12, 1536, 30522)}
SHAPES = [(1, 32), (1, 128), (1, 512), (8, 128)]


def checkpoint(size):
    """A token classifier of that size with random weights."""
    folder = os.path.join(options.folder, size)
    if not os.path.exists(folder):
        hidden, layers, heads, intermediate, pieces = SIZES[size]
        torch.manual_seed(0)
        model = transformers.BertForTokenClassification(transformers.BertConfig(
            hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=intermediate,
            vocab_size=pieces, num_labels=9))
        model.save_pretrained(folder)
        with open(os.path.join(folder, "vocab.txt"), "w") as file:
            special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
            file.write("\n".join(special + [f"piece{index}" for index in range(pieces - len(special))]) + "\n")
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
            json.dump({"do_lower_case": False, "model_max_length": 512, "tokenizer_class": "BertTokenizer"}, file)
    return folder


def multiplies_bfloat16():
    """Whether the processor, and so chartmark and OpenVINO, multiply bfloat16."""
    try:
        with open("/proc/cpuinfo") as file:
            return re.search(r"\b(avx512_bf16|amx_bf16|bf16)\b", file.read()) is not None
    except OSError:
        return False


def peers(folder, narrow):
    """Functions from ids and mask to logits, by engine; with `narrow` also those of 8 and 16 bits."""
    model = transformers.AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.float32).eval()
    name = os.path.basename(folder.rstrip("/"))
    onnx = os.path.join(options.folder, f"{name}.onnx")
    names = ["input_ids", "attention_mask"]
    if not os.path.exists(onnx):
        example = torch.randint(5, 100, (1, 16))
        torch.onnx.export(
            model, (example, torch.ones_like(example)), onnx, input_names=names, output_names=["logits"],
            dynamic_axes={key: {0: "batch", 1: "tokens"} for key in names + ["logits"]}, opset_version=17, dynamo=False)

    def by_torch(ids, mask):
        with torch.inference_mode():
            return model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()

    def by_onnxruntime(path):
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = THREADS
        session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        return lambda ids, mask: session.run(None, dict(zip(names, (ids, mask))))[0]

    def by_openvino(precision):
        # Unasked it computes in bfloat16 where the processor can.
        compiled = openvino.Core().compile_model(onnx, "CPU", {
            "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": precision})
        return lambda ids, mask: compiled(dict(zip(names, (ids, mask))))[0]

    engines = {"PyTorch": by_torch, "ONNX Runtime": by_onnxruntime(onnx), "OpenVINO": by_openvino("f32")}
    if narrow and multiplies_bfloat16():
        engines["OpenVINO bfloat16"] = by_openvino("bf16")
    if narrow:
        rounded = os.path.join(options.folder, f"{name}.int8.onnx")
        if not os.path.exists(rounded):
            quantize_dynamic(onnx, rounded, weight_type=QuantType.QInt8, per_channel=True)
        engines["ONNX Runtime int8"] = by_onnxruntime(rounded)
    return engines


def chartmark(*words):
    """The seconds that a bench of chartmark prints last."""
    run = subprocess.run([options.program, "bench", *words], capture_output=True, text=True)
    found = re.findall(r"^seconds=(\S+)$", run.stdout, re.MULTILINE)
    if not found:
        raise SystemExit(f"chartmark bench {' '.join(words)}:\n{run.stdout}{run.stderr}")
    return float(found[-1])


def in_turn(engines):
    """The median seconds of each engine's work."""
    seconds = {name: [] for name in engines}
    for work in engines.values():
        work()
    for _ in range(options.rounds):
        for name, work in engines.items():
            start = time.perf_counter()
            own = work()
            seconds[name].append(own if isinstance(own, float) else time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def report(title, medians):
    """A row of the table: chartmark against the fastest of its peers."""
    def line(own, others):
        fastest = min(medians[name] for name in others)
        rest = ", ".join(f"{name} {medians[name] * 1e3:.1f}" for name in others)
        print(f"| {title}{own.replace('chartmark ', ', ') if ' ' in own else ''} | {medians[own] * 1e3:.1f} ms | {rest} | "
              f"**{medians[own] / fastest:.2f}** |", flush=True)
    line("chartmark", [name for name in medians if not name.endswith(("int8", "bfloat16")) and name != "chartmark"])
    for own, other in [("chartmark int8", "ONNX Runtime int8"), ("chartmark bfloat16", "OpenVINO bfloat16")]:
        if own in medians:
            line(own, [other])


def shapes(size):
    folder = checkpoint(size)
    engines = peers(folder, narrow=True)
    for batch, tokens in SHAPES:
        ids = numpy.random.default_rng(0).integers(5, SIZES[size][4], (batch, tokens))
        mask = numpy.ones_like(ids)
        words = ["forward", "--model", folder, "--batch", str(batch), "--tokens", str(tokens), "--rounds", "3",
                 "--threads", str(THREADS)]
        work = {name: (lambda engine=engine: engine(ids, mask)) for name, engine in engines.items()}
        work["chartmark"] = lambda: chartmark(*words)
        work["chartmark int8"] = lambda: chartmark(*words, "--precision", "int8")
        if multiplies_bfloat16():
            work["chartmark bfloat16"] = lambda: chartmark(*words, "--precision", "bfloat16")
        report(f"{size}, {batch} × {tokens} tokens", in_turn(work))


def notes():
    engines = peers(options.model, narrow=False)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    texts = [json.loads(line)["text"] for line in open(options.notes, encoding="utf-8")][:40]

    def whole(engine):
        for text in texts:
            windows = tokenizer(
                text, truncation=True, max_length=512, stride=128, return_overflowing_tokens=True,
                return_offsets_mapping=True, padding=True, return_tensors="np")
            engine(windows["input_ids"].astype(numpy.int64), windows["attention_mask"].astype(numpy.int64)).argmax(-1)

    work = {name: (lambda engine=engine: whole(engine)) for name, engine in engines.items()}
    words = ["notes", "--model", options.model, "--limit", "40", "--rounds", "1", "--threads", str(THREADS)]
    work["chartmark"] = lambda: chartmark(*words, options.notes)
    report(f"{len(texts)} notes, whole, embedded model", in_turn(work))


def tokenizer():
    reference = transformers.AutoTokenizer.from_pretrained(options.model)
    texts = [json.loads(line)["text"] for line in open(options.notes, encoding="utf-8")]
    work = {
        "tokenizers": lambda: [
            reference(text, return_offsets_mapping=True, verbose=False)["input_ids"] for text in texts] and None,
        "chartmark": lambda: chartmark("tokenize", "--model", options.model, "--rounds", "3", options.notes),
    }
    report(f"tokens and offsets of {len(texts)} notes, one thread", in_turn(work))


def cold():
    seconds = chartmark("cold", "--model", options.model)
    print(f"| start of the process to the first spans, note of 3,000 characters | {seconds * 1e3:.0f} ms | | |")


def memory():
    folder = checkpoint("base")
    for precision in ["float32", "int8"]:
        run = subprocess.run(
            [options.program, "bench", "forward", "--model", folder, "--tokens", "512", "--precision", precision,
             "--rounds", "1"], capture_output=True, text=True)
        peak = re.search(r"^peak_resident_megabytes=(\S+)$", run.stdout, re.MULTILINE)
        print(f"| peak memory, base, 512 tokens, {precision} | {float(peak[1]):.0f} MB | | |")


print("| what | chartmark | peers, ms | of the fastest peer's time |\n|---|---|---|---|")
for part in options.only.split(","):
    {"base": lambda: shapes("base"), "mini": lambda: shapes("mini"), "notes": notes, "tokenizer": tokenizer,
     "cold": cold, "memory": memory}[part]()
