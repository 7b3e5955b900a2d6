"""Opens what write-adapters.ts wrote with Hugging Face's PEFT and compares; run by hand, see README.md beside it.

    python check-adapters.py FOLDER [--record]

--record writes test/golden/lora.json, against which test/backend/lora.test.ts runs everywhere.
"""
import hashlib
import json
import os
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import AutoPeftModelForCausalLM, PeftModel
from torch.nn import functional

BOUND = 1e-4
folder = Path(sys.argv[1]).resolve()
torch.set_num_threads(1)
failed = False


def say(is_right, line):
    global failed
    failed |= not is_right
    print("ok  " if is_right else "FAIL", line)


def base_of(case, dtype=torch.float32):
    return transformers.AutoModelForCausalLM.from_pretrained(case / "base", dtype=dtype)


def name_of(parameter):
    """Ours of one of PEFT's: base_model.model.transformer.h.0.attn.c_attn.lora_A.default.weight -> h.0.attn.c_attn.A"""
    layer, _, side = parameter.removeprefix("base_model.model.transformer.").removesuffix(".default.weight").rpartition(".lora_")
    return f"{layer}.{side}"


print("torch", torch.__version__, "transformers", transformers.__version__, "peft", peft.__version__)
golden = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}, "drawn": {}, "training": {}}

for case in sorted((folder / "adapters").iterdir()):
    expected = json.loads((case / "expected.json").read_text())
    model = PeftModel.from_pretrained(base_of(case), case).eval()
    adapters = {name: tensor for name, tensor in model.named_parameters() if ".lora_" in name}
    on_disk = len(json.loads((case / "adapter_model.safetensors").read_bytes()[8 : 8 + int.from_bytes((case / "adapter_model.safetensors").read_bytes()[:8], "little")])) - 1
    say(len(adapters) == on_disk, f"adapter {case.name}: PEFT took all {on_disk} tensors, rank {model.peft_config['default'].r}, alpha {model.peft_config['default'].lora_alpha}, {sorted(model.peft_config['default'].target_modules)}")
    bare = base_of(case).eval()
    os.chdir(case)
    by_name = AutoPeftModelForCausalLM.from_pretrained(".", dtype=torch.float32).eval()  # finds the base by its configuration
    worst = {"with adapters": 0.0, "found by itself": 0.0, "merged by PEFT": 0.0}
    moved, scale, recorded = 0.0, 0.0, []
    with torch.no_grad():
        logits = [model(input_ids=torch.tensor([ids])).logits[0] for ids in expected["prompts"]]
        merged = model.merge_and_unload()
        for ids, ours, theirs in zip(expected["prompts"], expected["answers"], logits):
            ours, ids = torch.tensor(ours), torch.tensor([ids])
            for what, got in (("with adapters", theirs), ("found by itself", by_name(input_ids=ids).logits[0]), ("merged by PEFT", merged(input_ids=ids).logits[0])):
                worst[what] = max(worst[what], (got - ours).abs().max().item())
            moved = max(moved, (bare(input_ids=ids).logits[0] - ours).abs().max().item())
            scale = max(scale, theirs.abs().max().item())
            recorded.append([float(f"{x:.7g}") for x in theirs[-1].tolist()])
    for what, difference in worst.items():
        say(difference <= BOUND, f"adapter {case.name}, {what}: {len(recorded)} prompts, largest difference of a logit {difference:.2e} (largest {scale:.2f}; without adapters the difference is {moved:.2f})")
    say(moved > 100 * BOUND, f"adapter {case.name}: the adapters matter")
    if case.name.startswith("drawn-"):
        golden["drawn"][case.name.removeprefix("drawn-")] = {"sha256": hashlib.sha256((case / "adapter_model.safetensors").read_bytes()).hexdigest(), "answers": recorded}

for case in sorted((folder / "training").iterdir()):
    expected = json.loads((case / "expected.json").read_text())
    model = PeftModel.from_pretrained(base_of(case, torch.float64), case, is_trainable=True, autocast_adapter_dtype=False).double()
    before = {name: tensor.clone() for name, tensor in model.named_parameters()}
    trained = [tensor for tensor in model.parameters() if tensor.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=expected["learningRate"], betas=(0.9, 0.999), eps=1e-8, weight_decay=expected["weightDecay"])
    texts = [row["prompt"] + row["completion"] for row in expected["rows"]]
    longest = max(map(len, texts))
    tokens = torch.tensor([text + [0] * (longest - len(text)) for text in texts])
    real = torch.tensor([[True] * (len(text) - 1) + [False] * (longest - len(text)) for text in texts])
    losses, norms, first = [], [], None
    for _ in range(expected["steps"]):
        optimizer.zero_grad()
        logits = model(input_ids=tokens, attention_mask=(tokens != 0).long()).logits[:, :-1]
        loss = functional.cross_entropy(logits[real], tokens[:, 1:][real])
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(trained, expected["clipNorm"]).item())
        optimizer.step()
    changed = {name for name, tensor in model.named_parameters() if not torch.equal(tensor, before[name])}
    say(all(".lora_" in name for name in changed), f"training {case.name}: PEFT changed {len(changed)} tensors, all of adapters")
    worst = lambda ours, theirs: max(abs(a - b) / max(1, abs(b)) for a, b in zip(ours, theirs, strict=True))
    say(worst(expected["losses"], losses) <= BOUND, f"training {case.name}: losses {losses[0]:.4f} to {losses[-1]:.4f}, largest relative difference {worst(expected['losses'], losses):.2e}")
    say(worst(expected["norms"], norms) <= BOUND, f"training {case.name}: gradient lengths {norms[0]:.4f} to {norms[-1]:.4f}, largest relative difference {worst(expected['norms'], norms):.2e}")
    # PEFT keeps both matrices turned.
    after = {name_of(name): tensor.detach().T.contiguous().flatten().tolist() for name, tensor in model.named_parameters() if ".lora_" in name}
    gaps = {name: worst(expected["adapters"][name], numbers) for name, numbers in after.items()}
    say(max(gaps.values()) <= BOUND, f"training {case.name}: {len(gaps)} adapters after {expected['steps']} steps, largest difference of a number {max(gaps.values()):.2e}")
    golden["training"][case.name] = {"losses": losses, "norms": norms, "adapters": {name: [float(f"{x:.7g}") for x in numbers] for name, numbers in after.items()}}

if "--record" in sys.argv:
    target = Path(__file__).resolve().parent.parent / "golden" / "lora.json"
    target.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print("wrote", target)
sys.exit(1 if failed else 0)
