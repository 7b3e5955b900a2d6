"""Makes folders as people have them, with Hugging Face's own libraries, each beside what those compute; run by hand, see README.md beside it.

    python write-folders.py FOLDER [--record]

Models are drawn at random, every number of them, so that none is mapped by luck; tokenizers are learned from sentences made here.
--record also writes test/fixtures/hugging-face.zip, which test/unit/hugging-face-import.test.ts reads everywhere.
"""
import json
import random
import sys
import zipfile
from pathlib import Path

import tokenizers
import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

folder = Path(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(20261129)
draw = random.Random(20261129)
print("torch", torch.__version__, "transformers", transformers.__version__, "tokenizers", tokenizers.__version__)

PROMPTS, STRINGS = 50, 1000
WORDS = "a the small old green cat dog bird river house ran sat sang slept under over near it's we'll don't naïve café straße 12 345 and but so".split()
PIECES = ["the", " dog", " 12", "it's", " we'll", "  ", "\n", "\t", "\r\n", " ", "é", "ß", "Ω", "日本", "語", "😀", "👩‍👩‍👧", "\u00a0", "\u2003", "\u0000", "\u007f", "!?", " -", "€", "½", "ǅ", "\u0301", "Ġ", "<", ">", "[UNK]", "a", "b", " A", "ı", "\ufffd", "\ue005"]


def learned(size, special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    words = WORDS + ["".join(draw.choice("abdeiklmnoprstu") for _ in range(draw.randrange(3, 9))) for _ in range(size)]  # so many that there is enough to merge
    corpus = [" ".join(draw.choice(words) for _ in range(12)) for _ in range(max(2000, size))]
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=size, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def like_gpt2(size):
    """Bytes, merges, and one token behind them that ends a text and begins it."""
    tokenizer = learned(size - 1, [])
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|endoftext|>"), []


def like_chat(size):
    """Special tokens before all others, padding among them, a start that the file puts before every text, and two tokens that are found in a text."""
    tokenizer = learned(size - 2, ["<s>", "<pad>", "</s>", "<mask>"])
    tokenizer.add_tokens([AddedToken("<user>", special=False, normalized=False), AddedToken("<user>:", special=False, normalized=False)])
    start = tokenizer.token_to_id("<s>")
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", start)])
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>"), ["<user>", "<user>:"]


def strings(further):
    pieces = PIECES + further * 3
    return ["".join(draw.choice(pieces) for _ in range(draw.randrange(12))) for _ in range(STRINGS)]


def make(name, make_tokenizer, size, dtype, *, shard=None, bare=False, scale=0.3, longest=None, **shape):
    tokenizer, further = make_tokenizer(size)
    assert len(tokenizer) == size, (name, len(tokenizer))
    config = transformers.GPT2Config(vocab_size=size, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, attn_pdrop=0, embd_pdrop=0, resid_pdrop=0, **shape)
    model = (transformers.GPT2Model if bare else transformers.GPT2LMHeadModel)(config)
    if scale is not None:
        with torch.no_grad():
            for parameter_name, parameter in model.named_parameters():
                parameter.copy_(torch.randn_like(parameter) * scale + (1 if ".ln_" in f".{parameter_name}" and parameter_name.endswith("weight") else 0))
    model.to(dtype)
    case = folder / name
    model.save_pretrained(case, **({"max_shard_size": shard} if shard else {}))
    tokenizer.save_pretrained(case)
    # What was saved, in single precision, is what is held against.
    saved = transformers.GPT2LMHeadModel.from_pretrained(case, dtype=torch.float32).eval()
    context = config.n_positions
    texts = strings(further)
    prompts = [[draw.randrange(size) for _ in range(1 + (i * 7) % (longest or context) if i else context)] for i in range(PROMPTS)]
    with torch.no_grad():
        logits = [saved(input_ids=torch.tensor([ids])).logits[0] for ids in prompts]
    whole = size * context <= 50_000
    (case / "expected.json").write_text(json.dumps({
        "texts": [[text, tokenizer(text, add_special_tokens=False)["input_ids"]] for text in texts],
        "prompts": prompts,
        # Of every place where that is little, else of the last.
        "logits": [rows.tolist() if whole else [rows[-1].tolist()] for rows in logits],
    }))
    print(name, sorted(path.name for path in case.iterdir()))
    return case, [rows[-1] for rows in logits]


small = dict(n_embd=16, n_layer=2, n_head=2, n_positions=24)
recorded = [
    make("f32", like_chat, 320, torch.float32, **small),
    make("f16-in-shards", like_gpt2, 300, torch.float16, shard="12KB", **small),
    make("bf16-bare", like_gpt2, 300, torch.bfloat16, bare=True, **small),
]
make("heads-of-64", like_gpt2, 1000, torch.float32, n_embd=256, n_layer=3, n_head=4, n_positions=128, scale=0.1)
if "--large" in sys.argv:  # DistilGPT-2's shape, from GPT-2's own start
    make("distilgpt2-shape", like_gpt2, 50257, torch.float16, n_embd=768, n_layer=6, n_head=12, n_positions=1024, scale=None, longest=64)

if "--record" in sys.argv:
    root = Path(__file__).parent.parent
    golden = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}}
    with zipfile.ZipFile(root / "fixtures" / "hugging-face.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for case, logits in recorded:
            for path in sorted(case.iterdir()):
                if path.name != "expected.json":
                    out.writestr(zipfile.ZipInfo(f"{case.name}/{path.name}", (1980, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)
            expected = json.loads((case / "expected.json").read_text())
            # Every seventh token: enough to notice a row in another's place.
            golden[case.name] = {"texts": expected["texts"][:250], "prompts": expected["prompts"], "logits": [[float(f"{x:.7g}") for x in row[::7].tolist()] for row in logits]}
    (root / "golden" / "hugging-face-import.json").write_text(json.dumps(golden, separators=(",", ":"), ensure_ascii=True) + "\n")
    print("recorded")
