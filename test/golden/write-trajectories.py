"""Wrote trajectories.json: 20 training steps of each method by Hugging Face TRL on a tiny GPT-2, against which test/unit/trajectories.test.ts holds our own loops.

    pip install torch==2.15.0 transformers==5.24.0 trl==1.16.0
    python test/golden/write-trajectories.py

Weights and data are made here, rounded, and written down first, so that both sides start from the same numbers. Everything is float64 and every batch is the
whole data set, so nothing depends on a shuffle or on rounding. Where TRL's trainers take text, each character is a token.
TRL 1.16 has no PPO any more: two of its updates are written out at the end in plain PyTorch.
"""
import json
import math
import random
import string
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
import trl
from datasets import Dataset, disable_progress_bars
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2ForSequenceClassification, GPT2LMHeadModel, PreTrainedTokenizerFast, PrinterCallback
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer, RewardConfig, RewardTrainer, SFTConfig, SFTTrainer
from trl.experimental.cpo import CPOConfig, CPOTrainer
from trl.experimental.orpo import ORPOConfig, ORPOTrainer

disable_progress_bars()
warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()

VOCABULARY = ["<pad>", "<eos>", ".", "-", "'", *string.ascii_lowercase]
EOS = 1
SHAPE = {"width": 16, "layers": 2, "heads": 2}
CONTEXT = 16
STEPS = 20
ADAM = {"weightDecay": 0.05, "clipNorm": 1.0}
DIGITS = 9

draw = random.Random(20261125)


# --- the numbers both sides start from


def gpt2_config():
    return GPT2Config(
        vocab_size=len(VOCABULARY), n_positions=CONTEXT, n_embd=SHAPE["width"], n_layer=SHAPE["layers"], n_head=SHAPE["heads"],
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, bos_token_id=None, eos_token_id=EOS, pad_token_id=0, num_labels=1,
    )


def made_weights():
    """Larger and less orderly than a usual start: norms and biases away from 1 and 0, so that each has something to be wrong about."""

    def number(name):
        if name.endswith("bias"):
            return draw.gauss(0, 0.05)
        return draw.gauss(1, 0.1) if "ln_" in name else draw.gauss(0, 0.2)

    shapes = {name: list(p.shape) for name, p in GPT2LMHeadModel(gpt2_config()).transformer.named_parameters()}
    return {name: [round(number(name), 3) for _ in range(int(torch.tensor(shape).prod()))] for name, shape in shapes.items()}


def word(shortest, longest):
    return "".join(draw.choice(string.ascii_lowercase) for _ in range(draw.randint(shortest, longest)))


WEIGHTS = made_weights()
SCORE = {"score.weight": [round(draw.gauss(0, 0.3), 3) for _ in range(SHAPE["width"])], "score.bias": [0.1]}
# The longest prompt and the longest completion do not fit the context together, so KTO's mismatched rows have to be cut.
PAIRS = [{"prompt": word(1, 8), "chosen": word(1, 7), "rejected": word(1, 7)} for _ in range(11)] + [{"prompt": "abcdefgh", "chosen": "x", "rejected": "yz"}, {"prompt": "q", "chosen": "abcabcabcabc", "rejected": "zyx"}]

ONE_TOKEN_PROMPTS = [{**pair, "prompt": pair["prompt"][0]} for pair in PAIRS]


def tokens(text):
    return [VOCABULARY.index(letter) for letter in text]


def in_tokens(pair):
    return {"prompt": tokens(pair["prompt"]), "chosen": [*tokens(pair["chosen"]), EOS], "rejected": [*tokens(pair["rejected"]), EOS]}


def made_rollouts():
    """Two rollouts of the same prompts; one completion of four ends without an end token, one is the end token alone."""
    prompts = [tokens(word(1, 6)) for _ in range(8)]
    completions = [[[*tokens(word(2, 9)), *([EOS] if row % 4 else [])] for row in range(8)] for _ in range(2)]
    completions[1][3] = [EOS]
    return [[{"prompt": prompt, "completion": completion} for prompt, completion in zip(prompts, rollout)] for rollout in completions]


ROLLOUTS = made_rollouts()

# --- TRL


def tokenizer():
    by_letter = Tokenizer(models.WordLevel({token: i for i, token in enumerate(VOCABULARY)}, unk_token="<pad>"))
    by_letter.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=by_letter, eos_token="<eos>", pad_token="<pad>")


def load(trunk, weights):
    with torch.no_grad():
        for name, parameter in trunk.named_parameters():
            parameter.copy_(torch.tensor(weights[name], dtype=torch.float64).reshape(parameter.shape))


def policy():
    model = GPT2LMHeadModel(gpt2_config()).double()
    load(model.transformer, WEIGHTS)
    return model


def scorer():
    """TRL's reward model has no bias in its head. Ours has, so it gets one: `score` is called as any module is."""
    model = GPT2ForSequenceClassification(gpt2_config()).double()
    load(model.transformer, WEIGHTS)
    model.score = torch.nn.Linear(SHAPE["width"], 1).double()
    with torch.no_grad():
        model.score.weight.copy_(torch.tensor([SCORE["score.weight"]]))
        model.score.bias.copy_(torch.tensor(SCORE["score.bias"]))
    return model


def rounded(x):
    return float(f"{x:.{DIGITS}g}")


def curves(trainer_class, config_class, model, rows, learning_rate, config=None, **others):
    """Every metric TRL logged, step by step."""
    with tempfile.TemporaryDirectory() as folder:
        args = config_class(
            output_dir=folder, max_steps=STEPS, per_device_train_batch_size=len(rows), learning_rate=learning_rate, lr_scheduler_type="cosine", warmup_steps=0,
            optim="adamw_torch", adam_beta1=0.9, adam_beta2=0.999, adam_epsilon=1e-8, weight_decay=ADAM["weightDecay"], max_grad_norm=ADAM["clipNorm"],
            logging_steps=1, save_strategy="no", report_to="none", use_cpu=True, bf16=False, gradient_checkpointing=False, disable_tqdm=True, max_length=CONTEXT,
            **(config or {}),
        )
        trainer = trainer_class(model=model, args=args, train_dataset=Dataset.from_list(rows), processing_class=tokenizer(), **others)
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    history = [entry for entry in trainer.state.log_history if "loss" in entry]
    assert len(history) == STEPS, len(history)
    return {name: [rounded(entry[name]) for entry in history] for name in history[0] if name != "epoch"}


def trajectory(title, algorithm, knobs, trainer_class, config_class, model, rows, data="pairs", **given):
    found = curves(trainer_class, config_class, model, rows, knobs["learningRate"], **given)
    print(title, "loss", found["loss"][0], "to", found["loss"][-1], "gradient", found["grad_norm"][0], "to", found["grad_norm"][-1])
    return {"title": f"{title}, by {trainer_class.__name__}", "algorithm": algorithm, "data": data, "knobs": {**knobs, "batchSize": len(rows)}, "metrics": found}


def reward_models():
    for title, knobs in (
        ("reward model", {"learningRate": 1e-3, "margin": 0, "centring": 0}),
        ("reward model with a margin and centring", {"learningRate": 2e-3, "margin": 0.5, "centring": 0.1}),
    ):
        rows = [{**pair, "margin": float(knobs["margin"])} for pair in PAIRS]
        yield trajectory(title, "reward-model", knobs, RewardTrainer, RewardConfig, scorer(), rows, config={"center_rewards_coefficient": knobs["centring"]})


def sft():
    rows = [{"prompt": pair["prompt"], "completion": pair["chosen"]} for pair in PAIRS]
    yield trajectory("fine-tuning", "sft", {"learningRate": 5e-3}, SFTTrainer, SFTConfig, policy(), rows, config={"completion_only_loss": True})


def dpo():
    losses = (
        ("sigmoid", 0.1), ("robust", 0.3), ("ipo", 0.2), ("hinge", 0.3), ("sigmoid_norm", 2), ("bco_pair", 0.2), ("nca_pair", 0.2), ("apo_zero", 0.1), ("apo_down", 0.1), ("sppo_hard", 0.2),
    )
    for loss, beta in losses:
        knobs = {"learningRate": 3e-3, "loss": loss, "beta": beta, "labelSmoothing": 0.1 if loss == "robust" else 0}
        yield trajectory(f"DPO, {loss}", "dpo", knobs, DPOTrainer, DPOConfig, policy(), PAIRS, ref_model=policy(), config={"beta": beta, "loss_type": [loss], "label_smoothing": knobs["labelSmoothing"]})
    following = {"learningRate": 3e-3, "beta": 0.2, "referenceSync": 6, "referenceMixup": 0.7}
    config = {"beta": 0.2, "sync_ref_model": True, "ref_model_sync_steps": 6, "ref_model_mixup_alpha": 0.7}
    yield trajectory("DPO with a reference that follows", "dpo", following, DPOTrainer, DPOConfig, policy(), PAIRS, ref_model=policy(), config=config)


def kto():
    knobs = {"learningRate": 3e-3, "beta": 0.1, "desirableWeight": 1.3, "undesirableWeight": 0.8}
    # TRL turns completions by one within blocks of the batch size, which counts completions: two for each pair.
    rows = [{"prompt": pair["prompt"], "completion": pair[side], "label": side == "chosen"} for side in ("chosen", "rejected") for pair in PAIRS]
    yield trajectory("KTO", "kto", knobs, KTOTrainer, KTOConfig, policy(), rows, ref_model=policy(), config={"beta": 0.1, "desirable_weight": 1.3, "undesirable_weight": 0.8})


def orpo():
    # TRL counts the prompt in ORPO's likelihood term; of a prompt of one token nothing is predicted, so both definitions agree there.
    yield trajectory("ORPO", "orpo", {"learningRate": 3e-3, "beta": 0.5}, ORPOTrainer, ORPOConfig, policy(), ONE_TOKEN_PROMPTS, data="oneTokenPrompts", config={"beta": 0.5})


def simpo():
    for title, weight in (("SimPO", 0), ("SimPO with a likelihood term", 0.3)):
        knobs = {"learningRate": 2e-3, "beta": 2.5, "gamma": 1.375, "nllWeight": weight}
        yield trajectory(title, "simpo", knobs, CPOTrainer, CPOConfig, policy(), PAIRS, config={"loss_type": "simpo", "cpo_alpha": float(weight), "beta": 2.5, "simpo_gamma": 1.375})


# --- PPO, in the order of the methods paper, section 3.2, a row at a time so that nothing is padded


def log_probs(model, row, temperature):
    """Log-probability of each completion token, and the entropy of the distribution it was drawn from."""
    prompt, completion = row["prompt"], row["completion"]
    logits = model(torch.tensor([prompt + completion])).logits[0, len(prompt) - 1 : -1] / temperature
    every = logits.log_softmax(-1)
    return every.gather(1, torch.tensor(completion)[:, None])[:, 0], -(every.exp() * every).sum(-1)


def values(model, row):
    """What the critic says before each completion token."""
    hidden = model.transformer(torch.tensor([row["prompt"] + row["completion"]])).last_hidden_state[0]
    return model.score(hidden[len(row["prompt"]) - 1 : -1])[:, 0]


def score(model, row, knobs):
    hidden = model.transformer(torch.tensor([row["prompt"] + row["completion"]])).last_hidden_state[0, -1]
    return model.score(hidden)[0] - (0 if row["completion"][-1] == EOS else knobs["missingEosPenalty"])


def whitened(x, knobs, keeps_mean=False):
    centred = (x - x.mean()) * torch.rsqrt(x.var(correction=1 if knobs["whitening"] == "bessel" else 0) + 1e-8)
    return centred + x.mean() if keeps_mean else centred


def adamw(model, rate):
    parameters = list(model.parameters())
    groups = [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": ADAM["weightDecay"]}, {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.999), eps=1e-8)


def stepped(loss, model, optimizer):
    optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), ADAM["clipNorm"])
    optimizer.step()
    return norm


def ppo_trajectory(title, knobs):
    learner, reference, critic, reward = policy(), policy(), scorer(), scorer()
    policy_optimizer, critic_optimizer = adamw(learner, knobs["learningRate"]), adamw(critic, knobs["criticRate"])
    kl_coef, history = knobs["klCoef"], []
    estimate = {"k1": lambda l: l, "k3": lambda l: torch.exp(-l) - 1 + l}[knobs["klEstimator"]]
    for update, rows in enumerate(ROLLOUTS):
        lengths = [len(row["completion"]) for row in rows]
        with torch.no_grad():
            old = [log_probs(learner, row, knobs["temperature"])[0] for row in rows]
            log_ratios = [mine - log_probs(reference, row, knobs["temperature"])[0] for mine, row in zip(old, rows)]
            old_values = [values(critic, row) for row in rows]
            scores = torch.stack([score(reward, row, knobs) for row in rows])
            penalties = [estimate(log_ratio) for log_ratio in log_ratios]
            rewards = [-kl_coef * penalty for penalty in penalties]
            for row, last in zip(rewards, scores):
                row[-1] += last
            if knobs["rewardWhitening"] == "on":
                rewards = whitened(torch.cat(rewards), knobs, keeps_mean=True).split(lengths)
            advantages, returns = [], []
            for reward_row, value_row in zip(rewards, old_values):
                following, row = 0.0, []
                for t in reversed(range(len(reward_row))):
                    value_after = value_row[t + 1] if t + 1 < len(reward_row) else 0.0
                    following = reward_row[t] + knobs["gamma"] * value_after - value_row[t] + knobs["gamma"] * knobs["gaeLambda"] * following
                    row.insert(0, following)
                advantages.append(torch.stack(row))
                returns.append(advantages[-1] + value_row)
            advantage, target, old_value, old_log_prob = whitened(torch.cat(advantages), knobs), torch.cat(returns), torch.cat(old_values), torch.cat(old)

        rate = 0.5 * (1 + math.cos(math.pi * update / len(ROLLOUTS)))
        for optimizer, peak in ((policy_optimizer, knobs["learningRate"]), (critic_optimizer, knobs["criticRate"])):
            for group in optimizer.param_groups:
                group["lr"] = peak * rate
        epochs = []
        for _ in range(knobs["epochs"]):
            value = torch.cat([values(critic, row) for row in rows])
            near = torch.clamp(value, old_value - knobs["valueClipRange"], old_value + knobs["valueClipRange"])
            free_error, near_error = (value - target) ** 2, (near - target) ** 2
            value_loss = 0.5 * torch.maximum(free_error, near_error).mean()
            stepped(knobs["valueCoef"] * value_loss, critic, critic_optimizer)

            seen = [log_probs(learner, row, knobs["temperature"]) for row in rows]
            log_prob, entropy = torch.cat([each for each, _ in seen]), torch.cat([each for _, each in seen]).mean()
            ratio = torch.exp(log_prob - old_log_prob)
            free_loss, near_loss = -advantage * ratio, -advantage * torch.clamp(ratio, 1 - knobs["clipRange"], 1 + knobs["clipRange"])
            policy_loss = torch.maximum(free_loss, near_loss).mean()
            norm = stepped(policy_loss - knobs["entropyCoef"] * entropy, learner, policy_optimizer)
            epochs.append({
                "loss/policy_avg": policy_loss, "loss/value_avg": value_loss, "grad_norm": norm, "policy/entropy_avg": entropy, "val/ratio": ratio.mean(),
                "policy/approxkl_avg": 0.5 * ((log_prob - old_log_prob) ** 2).mean(),
                "policy/clipfrac_avg": (near_loss > free_loss).double().mean(), "val/clipfrac_avg": (near_error > free_error).double().mean(),
            })
        total = lambda rows: torch.stack([row.sum() for row in rows]).mean()
        kl, non_score = total(log_ratios), -kl_coef * total(penalties)
        history.append({
            **{name: torch.stack([epoch[name] for epoch in epochs]).mean() for name in epochs[0]},
            "val/ratio_var": torch.stack([epoch["val/ratio"] for epoch in epochs]).var(),
            "objective/kl": kl, "objective/entropy": -total(old), "objective/non_score_reward": non_score, "objective/scores": scores.mean(),
            "objective/rlhf_reward": scores.mean() + non_score, "objective/kl_coef": kl_coef, "val/num_eos_tokens": sum(row["completion"][-1] == EOS for row in rows),
            "learning_rate": knobs["learningRate"] * rate, "episode": (update + 1) * len(rows),
        })
        if knobs["klControl"] == "adaptive":
            kl_coef *= 1 + max(-0.2, min(0.2, kl.item() / knobs["klTarget"] - 1)) * len(rows) / knobs["klHorizon"]
    metrics = {name: [rounded(float(entry[name])) for entry in history] for name in history[0]}
    print(title, metrics)
    return {"title": f"{title}, by plain PyTorch", "algorithm": "ppo", "data": "pairs", "knobs": {**knobs, "steps": len(ROLLOUTS), "batchSize": len(ROLLOUTS[0])}, "metrics": metrics}


def ppo():
    usual = {
        "learningRate": 1e-3, "criticRate": 2e-3, "criticWarmup": 0, "epochs": 4, "minibatches": 1, "clipRange": 0.2, "valueClipRange": 0.2, "valueCoef": 0.1,
        "klCoef": 0.1, "klControl": "fixed", "klEstimator": "k1", "gamma": 1, "gaeLambda": 0.95, "temperature": 0.7, "missingEosPenalty": 1,
        "rewardWhitening": "off", "whitening": "bessel", "entropyCoef": 0,
    }
    other = {"klControl": "adaptive", "klTarget": 0.5, "klHorizon": 100, "klEstimator": "k3", "gamma": 0.98, "gaeLambda": 0.9, "temperature": 1, "rewardWhitening": "on", "whitening": "biased", "entropyCoef": 0.02}
    yield ppo_trajectory("PPO as TRL had it", usual)
    yield ppo_trajectory("PPO with every choice the other way", {**usual, **other})


def main():
    trajectories = [found for method in (ppo, reward_models, sft, dpo, kto, orpo, simpo) for found in method()]
    found = {
        "version": 1,
        "command": "python test/golden/write-trajectories.py",
        "packages": {"torch": torch.__version__, "transformers": transformers.__version__, "trl": trl.__version__},
        "dtype": "float64",
        "vocabulary": VOCABULARY,
        "context": CONTEXT,
        "model": SHAPE,
        "steps": STEPS,
        "optimizer": ADAM,
        "weights": WEIGHTS,
        "score": SCORE,
        "data": {name: [in_tokens(pair) for pair in pairs] for name, pairs in (("pairs", PAIRS), ("oneTokenPrompts", ONE_TOKEN_PROMPTS))},
        "rollouts": ROLLOUTS,
        "trajectories": trajectories,
    }
    path = Path(__file__).with_name("trajectories.json")
    path.write_text(json.dumps(found, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
