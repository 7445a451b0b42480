"""Fine-tunes in PyTorch by the recipe of `chartmark finetune`, so that the two can be compared by `chartmark evaluate`.

    python finetuning.py TRAIN.jsonl DEV.jsonl --program .build/release/chartmark --base MINILM --output PEER

TRAIN and DEV have "text" and "spans", and sentences on lines of their own (`chartmark import` makes them of CoNLL files);
MINILM is a BERT checkpoint in Hugging Face's form. Windows of 192 tokens that end with lines, else between words, batches
of 8, AdamW (3e-4, of models wider than 384 5e-5; decay 0.01 but not of biases and norms), a tenth of the steps to warm up,
then linear decay, gradients clipped at 1, labels on first pieces. After each epoch the program judges the checkpoint on
DEV; the best one stays in PEER. Needs torch and transformers.
"""
import argparse
import json
import os
import shutil
import subprocess
import time

import torch
import transformers

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("dev")
parser.add_argument("--program", required=True)
parser.add_argument("--base", required=True)
parser.add_argument("--output", required=True)
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

WINDOW, STRIDE, BATCH, WARM_UP = 192, 48, 8, 0.1
ROOM, IGNORED = WINDOW - 2, -100


def tags(note, words, offsets, numbers):
    """The label of each token: of a word's first piece its word's, of the others none."""
    spans = sorted((span["start"], span["end"], span["label"]) for span in note["spans"])
    ends = {word: end for word, (_, end) in zip(words, offsets)}
    labels, last, opened = [], None, None
    for word, (start, _) in zip(words, offsets):
        if word == last:
            labels.append(IGNORED)
            continue
        last = word
        span = next((one for one in spans if one[0] < ends[word] and start < one[1]), None)
        labels.append(0 if span is None else numbers[("I-" if span == opened else "B-") + span[2]])
        opened = span
    return labels


def windows(note, tokenizer, numbers):
    encoding = tokenizer(note["text"], add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    ids, offsets, words = encoding["input_ids"], encoding["offset_mapping"], encoding.word_ids()
    labels = tags(note, words, offsets, numbers)
    lines = {index for index in range(1, len(ids)) if "\n" in note["text"][offsets[index - 1][1]:offsets[index][0]]}
    start = 0
    while start < len(ids):
        end = min(start + ROOM, len(ids))
        if end < len(ids):
            back = range(end, end - ROOM // 4 - 1, -1)
            end = next((at for at in back if at in lines),
                       next((at for at in back if words[at] != words[at - 1]), end))
        yield ([tokenizer.cls_token_id] + ids[start:end] + [tokenizer.sep_token_id],
               [IGNORED] + labels[start:end] + [IGNORED])
        start = end


def score(folder):
    output = subprocess.run([options.program, "evaluate", "--model", folder, "--gold", options.dev, "--json"],
                            check=True, capture_output=True, text=True).stdout
    return json.loads(output)["strict"]["micro"]["f1"]


def main():
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    notes = [json.loads(line) for line in open(options.train)]
    names = ["O"] + [part + label for label in sorted({span["label"] for note in notes for span in note["spans"]})
                     for part in ("B-", "I-")]
    numbers = {name: number for number, name in enumerate(names)}
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.base)
    model = transformers.AutoModelForTokenClassification.from_pretrained(
        options.base, num_labels=len(names), label2id=numbers, id2label=dict(enumerate(names)), dtype=torch.float32)
    model.config.chartmark = {"window": WINDOW, "stride": STRIDE}
    data = [window for note in notes for window in windows(note, tokenizer, numbers)]
    plain = [one for one in model.parameters() if one.dim() == 1]
    matrices = [one for one in model.parameters() if one.dim() > 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, lr=3e-4 if model.config.hidden_size <= 384 else 5e-5)
    steps = -(-len(data) // BATCH) * options.epochs
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, int(WARM_UP * steps), steps)
    best = -1.0
    for epoch in range(1, options.epochs + 1):
        model.train()
        order, tokens, start = torch.randperm(len(data)).tolist(), 0, time.time()
        for first in range(0, len(order), BATCH):
            batch = [data[index] for index in order[first:first + BATCH]]
            pad = lambda rows, value: torch.nn.utils.rnn.pad_sequence(
                [torch.tensor(row) for row in rows], batch_first=True, padding_value=value)
            ids, labels = pad([one for one, _ in batch], tokenizer.pad_token_id), pad([one for _, one in batch], IGNORED)
            mask = pad([[1] * len(one) for one, _ in batch], 0)
            model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            tokens += int(mask.sum())
        rate = tokens / (time.time() - start)
        folder = os.path.join(options.output, "last")
        model.eval()
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        f1 = score(folder)
        print(f"epoch {epoch}: F1 {f1:.3f}, {rate:.0f} tokens/s", flush=True)
        if f1 > best:
            best = f1
            shutil.rmtree(os.path.join(options.output, "best"), ignore_errors=True)
            os.rename(folder, os.path.join(options.output, "best"))
        else:
            shutil.rmtree(folder)
    print(f"best F1 {best:.3f} in {options.output}/best")


main()
