"""Opens what write-inputs.ts wrote with Hugging Face's own libraries and compares; run by hand, see README.md beside it.

    python check.py FOLDER [--record]

--record writes test/golden/hugging-face.json, against which test/unit/hugging-face.test.ts runs everywhere.
"""
import hashlib
import json
import sys
from pathlib import Path

import safetensors
import tokenizers
import torch
import transformers
from safetensors import safe_open

BOUND = 1e-4
folder = Path(sys.argv[1])
torch.set_num_threads(1)
failed = False


def say(is_right, line):
    global failed
    failed |= not is_right
    print("ok  " if is_right else "FAIL", line)


print("torch", torch.__version__, "transformers", transformers.__version__, "tokenizers", tokenizers.__version__, "safetensors", safetensors.__version__)
golden = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}}

for case in sorted((folder / "tokenizers").iterdir()):
    tokenizer = transformers.AutoTokenizer.from_pretrained(case)
    expected = json.loads((case / "expected.json").read_text())
    wrong = [(text, ids, tokenizer(text)["input_ids"]) for text, ids in expected if tokenizer(text)["input_ids"] != ids]
    say(not wrong, f"tokenizer {case.name}: {len(expected) - len(wrong)} of {len(expected)} texts have the same ids")
    for text, ids, theirs in wrong[:3]:
        print("    ", ascii(text), ids, theirs)

for case in sorted((folder / "models").iterdir()):
    expected = json.loads((case / "expected.json").read_text())
    kind = transformers.AutoModelForCausalLM if expected["head"] == "none" else transformers.AutoModelForSequenceClassification
    is_half = case.name.endswith("-half")
    model, info = kind.from_pretrained(case, dtype=torch.float32, output_loading_info=True)
    model.eval()
    unlike = {key: sorted(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[key]}
    say(not unlike, f"model {case.name}: {type(model).__name__}, keys that do not fit: {unlike or 'none'}")
    with safe_open(case / "model.safetensors", framework="pt") as file:
        stored = {key: file.get_tensor(key) for key in file.keys()}
    say(all(torch.isfinite(tensor).all() for tensor in stored.values()), f"model {case.name}: safetensors reads {len(stored)} tensors, {stored['transformer.wte.weight'].dtype}")
    worst, scale, recorded = 0.0, 0.0, []
    with torch.no_grad():
        for ids, ours in zip(expected["prompts"], expected["answers"]):
            logits = model(input_ids=torch.tensor([ids])).logits[0]
            theirs = logits if expected["head"] == "none" else logits[0]
            worst = max(worst, (theirs - torch.tensor(ours)).abs().max().item())
            scale = max(scale, theirs.abs().max().item())
            recorded.append(theirs[-1].tolist() if expected["head"] == "none" else theirs.item())
    # Half precision is a rounding of every weight: shown, not held to a bound.
    say(is_half or worst <= BOUND, f"model {case.name}: {len(recorded)} prompts, largest difference of a {'logit' if expected['head'] == 'none' else 'score'} {worst:.2e} (largest {scale:.2f})")
    tokenizer = transformers.AutoTokenizer.from_pretrained(case)
    special = [tokenizer.pad_token_id, tokenizer.eos_token_id]
    say(special == [0, 1] and [model.config.pad_token_id, model.config.eos_token_id] == special, f"model {case.name}: padding and end are {special}, read at most {tokenizer.model_max_length}")
    if expected["head"] == "none":
        made = model.generate(input_ids=torch.tensor([expected["prompts"][0]]), attention_mask=torch.ones(1, len(expected["prompts"][0]), dtype=torch.long))
        say(made.shape[1] <= model.config.n_positions, f"model {case.name}: generates {ascii(tokenizer.decode(made[0]))}")
    else:
        # A batch of texts of several lengths: the score is read at the last token that is no padding.
        rows = expected["prompts"][:8]
        longest = max(map(len, rows))
        batch = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        with torch.no_grad():
            together = model(input_ids=batch, attention_mask=(batch != 0).long()).logits[:, 0]
        difference = (together - torch.tensor(expected["answers"][:8])).abs().max().item()
        say(is_half or difference <= BOUND, f"model {case.name}: padded in a batch, largest difference {difference:.2e}")
    if case.name in ("drawn-none", "drawn-score"):
        golden[case.name] = {
            "sha256": hashlib.sha256((case / "model.safetensors").read_bytes()).hexdigest(),
            "answers": [[float(f"{x:.7g}") for x in row] if isinstance(row, list) else float(f"{row:.7g}") for row in recorded],
        }

if "--record" in sys.argv:
    target = Path(__file__).parent.parent / "golden" / "hugging-face.json"
    target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print("wrote", target)
sys.exit(1 if failed else 0)
