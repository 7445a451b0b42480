"""Times fine-tuning beside PyTorch: tokens a second and peak memory, the same windows, recipe and two threads.

    python training.py GOLD.jsonl --program .build/release/chartmark --base MINILM [--notes 24] [--rounds 3]

GOLD.jsonl has "text" and "spans"; MINILM is a BERT checkpoint in Hugging Face's form. Needs torch and transformers. Each
engine works in a process of its own, in turn; loading is left out. PyTorch pads a batch to its longest window, as
DataCollatorForTokenClassification does, and only real tokens are counted.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("gold")
parser.add_argument("--base", required=True)
parser.add_argument("--program")
parser.add_argument("--notes", type=int, default=24)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--peer", action="store_true", help="what the script calls itself with")
options = parser.parse_args()

THREADS, WINDOW, BATCH = 2, 192, 8
WAYS = {
    "full": [],
    "LoRA, rank 8": ["--lora", "8"],
    "LoRA, rank 8, four layers frozen": ["--lora", "8", "--freeze", "4"],
}


def read():
    with open(options.gold) as file:
        return [line for _, line in zip(range(options.notes), file)]


def peer():
    """One epoch of full fine-tuning in PyTorch."""
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.base)
    model = transformers.AutoModelForTokenClassification.from_pretrained(options.base, num_labels=39).train()
    windows = []
    for line in read():
        ids = tokenizer(json.loads(line)["text"], add_special_tokens=False)["input_ids"]
        for start in range(0, len(ids), WINDOW - 2):
            windows.append([tokenizer.cls_token_id] + ids[start:start + WINDOW - 2] + [tokenizer.sep_token_id])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
    generator = torch.Generator().manual_seed(1)
    order = torch.randperm(len(windows), generator=generator).tolist()
    tokens, start = 0, time.time()
    for first in range(0, len(order), BATCH):
        batch = [torch.tensor(windows[index]) for index in order[first:first + BATCH]]
        ids = torch.nn.utils.rnn.pad_sequence(batch, batch_first=True)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(one) for one in batch], batch_first=True)
        labels = torch.where(mask == 1, ids % 39, -100)
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        tokens += sum(len(one) for one in batch)
    print(f"{tokens / (time.time() - start):.0f} tokens/s")


def run(command):
    """Tokens a second, and the largest resident size in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    found = re.findall(r"(\d+) tokens/s", output)
    if status or not found:
        sys.exit(output)
    return int(found[-1]), usage.ru_maxrss / 1024


def main():
    os.environ["OMP_NUM_THREADS"] = str(THREADS)
    results = {name: [] for name in ["PyTorch", *WAYS]}
    with tempfile.TemporaryDirectory() as folder:
        data, dev = os.path.join(folder, "data.jsonl"), os.path.join(folder, "dev.jsonl")
        lines = read()
        with open(data, "w") as file:
            file.writelines(lines)
        with open(dev, "w") as file:
            file.write(lines[0])
        for number in range(options.rounds):
            results["PyTorch"].append(run([sys.executable, *sys.argv, "--peer"]))
            for name, arguments in WAYS.items():
                output = os.path.join(folder, f"{number}-{len(arguments)}")
                results[name].append(run([
                    options.program, "finetune", "--model", options.base, "--data", data, "--dev", dev, "--output", output,
                    "--epochs", "1", "--batch", str(BATCH), "--window", str(WINDOW), "--threads", str(THREADS), *arguments]))
    peer_rate = statistics.median(rate for rate, _ in results["PyTorch"])
    full_rate = statistics.median(rate for rate, _ in results["full"])
    print("| what | tokens a second | of PyTorch | of our full | peak memory |\n|---|---|---|---|---|")
    for name, rounds in results.items():
        rate = statistics.median(rate for rate, _ in rounds)
        memory = max(memory for _, memory in rounds)
        print(f"| {name} | {rate:.0f} | {rate / peer_rate:.2f} | {rate / full_rate:.2f} | {memory:.0f} MB |")


peer() if options.peer else main()
