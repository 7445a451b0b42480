"""Writes the adapter and the logits in this folder by PEFT (0.21) and transformers, over the numbers of TinyEncoder.swift."""
import json
import os

import numpy
import torch
from peft import LoraConfig, TaskType, get_peft_model
from safetensors.numpy import save_file
from transformers import BertForTokenClassification

LAYER = {
    "attention.self.query": [6, 6], "attention.self.key": [6, 6], "attention.self.value": [6, 6],
    "attention.output.dense": [6, 6], "attention.output.LayerNorm": [6], "intermediate.dense": [9, 6],
    "output.dense": [6, 9], "output.LayerNorm": [6],
}
shapes = [
    ("embeddings.word_embeddings.weight", [12, 6]), ("embeddings.position_embeddings.weight", [16, 6]),
    ("embeddings.LayerNorm.weight", [6]), ("embeddings.LayerNorm.bias", [6]),
    ("embeddings.token_type_embeddings.weight", [2, 6]),
]
for layer in range(2):
    for name, shape in LAYER.items():
        shapes += [(f"encoder.layer.{layer}.{name}.weight", shape), (f"encoder.layer.{layer}.{name}.bias", [shape[0]])]

tensors = {}
for index, (name, shape) in enumerate(shapes):
    places = numpy.arange(int(numpy.prod(shape)))
    noise = ((places * 37 + index * 101 + 13) % 97).astype(numpy.float32) / numpy.float32(97) - numpy.float32(0.5)
    is_norm = name.endswith("Norm.weight")
    numbers = numpy.float32(1) + numpy.float32(0.2) * noise if is_norm else numpy.float32(0.8) * noise
    tensors["bert." + name] = numbers.astype(numpy.float32).reshape(shape)
os.makedirs("base", exist_ok=True)
save_file(tensors, "base/model.safetensors", metadata={"format": "pt"})
with open("base/config.json", "w") as file:
    json.dump({
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": 6, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 9, "vocab_size": 12, "max_position_embeddings": 16,
        "type_vocab_size": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}, file)

torch.manual_seed(7)
model = get_peft_model(
    BertForTokenClassification.from_pretrained("base", num_labels=3, dtype=torch.float32),
    LoraConfig(task_type=TaskType.TOKEN_CLS, r=2, lora_alpha=3, target_modules=["query", "value"],
               modules_to_save=["classifier"]))
ids = [[2, 7, 5, 6, 9, 3], [2, 10, 6, 8, 5, 3]]
with torch.no_grad():
    for name, numbers in model.named_parameters():
        if "lora" in name or "modules_to_save" in name:
            numbers.copy_(torch.randn_like(numbers) * 0.4)
    model.eval()
    logits = [model(input_ids=torch.tensor([sequence])).logits[0].tolist() for sequence in ids]
model.save_pretrained(".")
with open("logits.json", "w") as file:
    json.dump({"ids": ids, "logits": logits}, file)
