"""Records what Hugging Face's tokenizers learn from a small text, for test/unit/tokenizer.test.ts.

    pip install tokenizers && python test/golden/write-bpe.py

The text is made here, from a seed: words of a made-up language, some of them with accents, digits and emoji.
"""
import json
import random
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SIZE = 400
random.seed(7)
syllables = ["ka", "lo", "mi", "ré", "shu", "ton", "ü", "wen", "日本", "😀", "99", "'s", "--"]
words = ["".join(random.choices(syllables, k=random.randint(1, 4))) for _ in range(60)]
texts = [" ".join(random.choices(words, weights=range(60, 0, -1), k=40)) + random.choice([".", "!\n", "  \n\n"]) for _ in range(60)]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=SIZE, min_frequency=2, special_tokens=["<pad>", "<eos>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
probe = texts[0] + " never seen: Ærøskøbing 𝒳 \t\t x"
model = json.loads(tokenizer.to_str())["model"]
merges = [merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"]]
out = {"tokenizers": tokenizers.__version__, "size": SIZE, "texts": texts, "merges": merges, "probe": probe, "ids": tokenizer.encode(probe).ids}
Path(__file__).with_name("bpe.json").write_text(json.dumps(out, ensure_ascii=False) + "\n")
