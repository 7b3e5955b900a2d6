"""Wrote loss-curves.json: 50 training steps of each size of `npm run bench` in float64, the reference every engine's losses are held against.

    pip install torch numpy
    node scripts/run.mjs scripts/bench/write-golden-inputs.ts /tmp/golden-inputs
    python test/golden/write-loss-curves.py /tmp/golden-inputs

The model is written out here once more, with nothing from our code but the first weights and the tokens: GPT-2 with learned positions, norms before
each part, GELU by tanh, tied embeddings, weights stored [in, out].
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

torch.set_default_dtype(torch.float64)


def read_weights(path, shapes):
    numbers = np.fromfile(path, dtype=np.float32)
    weights, offset = {}, 0
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        weights[name] = torch.tensor(numbers[offset : offset + count].astype(np.float64).reshape(shape), requires_grad=True)
        offset += count
    assert offset == numbers.size, (offset, numbers.size)
    return weights


def loss_of(weights, shape, rows):
    tokens, targets = rows[:, :-1], rows[:, 1:]
    batch, length = tokens.shape
    width, heads = shape["width"], shape["heads"]

    def linear(x, name):
        return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def norm(x, name):
        return functional.layer_norm(x, (width,), weights[f"{name}.weight"], weights[f"{name}.bias"], eps=1e-5)

    def by_head(x):
        return x.view(batch, length, heads, width // heads).transpose(1, 2)

    hidden = torch.tril(torch.ones(length, length, dtype=torch.bool)).logical_not()
    x = weights["wte.weight"][tokens] + weights["wpe.weight"][:length]
    for layer in range(shape["layers"]):
        query, key, value = map(by_head, linear(norm(x, f"h.{layer}.ln_1"), f"h.{layer}.attn.c_attn").split(width, dim=-1))
        scores = (query @ key.transpose(-1, -2) / (width // heads) ** 0.5).masked_fill(hidden, float("-inf"))
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, width)
        x = x + linear(mixed, f"h.{layer}.attn.c_proj")
        x = x + linear(functional.gelu(linear(norm(x, f"h.{layer}.ln_2"), f"h.{layer}.mlp.c_fc"), approximate="tanh"), f"h.{layer}.mlp.c_proj")
    logits = norm(x, "ln_f") @ weights["wte.weight"].T
    return functional.cross_entropy(logits.reshape(batch * length, -1), targets.reshape(-1))


def main():
    folder = Path(sys.argv[1])
    inputs = json.loads((folder / "inputs.json").read_text())
    steps, adam = inputs["steps"], inputs["adam"]
    tokens = torch.tensor(np.fromfile(folder / "tokens.i32", dtype=np.int32).reshape(steps, inputs["batch"], inputs["context"] + 1).astype(np.int64))
    curves = {}
    for size, model in inputs["sizes"].items():
        weights = read_weights(folder / f"{size}.f32", model["parameters"])
        optimizer = torch.optim.Adam(weights.values(), lr=adam["learningRate"], betas=(adam["beta1"], adam["beta2"]), eps=adam["epsilon"])
        losses = []
        for rows in tokens:
            optimizer.zero_grad()
            loss = loss_of(weights, model["shape"], rows)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        curves[size] = {"shape": model["shape"], "losses": losses}
        print(size, losses[0], losses[-1])
    found = {
        "version": 1,
        "command": "python test/golden/write-loss-curves.py, with the inputs of scripts/bench/write-golden-inputs.ts",
        "torch": torch.__version__,
        "dtype": "float64",
        "adam": adam,
        "batch": inputs["batch"],
        "context": inputs["context"],
        "curves": curves,
    }
    Path(__file__).with_name("loss-curves.json").write_text(json.dumps(found, indent=1) + "\n")


main()
