"""Fine-tuning, seeded: AdamW with a linear warm-up and decay over a number of steps known beforehand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from annotations.components.tags import TagDecoder
from annotations.components.windows import plan, put_together, rows_of
from recipe.corpus import LABELS
from recipe.encoder import Encoder
from recipe.examples import NOTHING, Target, Window, tensors

HEADS = {"entities": slice(0, 7), "roles": slice(7, 12), "marks": slice(12, 14)}
"""Where each head's numbers stand in the encoder's output."""
OUTPUTS = 14
WARM_UP = 100
CLIP = 1.0


@dataclass(frozen=True)
class Schedule:
    """What is learnt in which order, and how fast."""

    batches: list[list[Window]]
    rate: float
    head_rate: float
    weights: dict[str, float]
    """How much each head's loss counts."""
    averaging: float = 0.0
    """By how much, at each step, the running mean of the weights stays what it was; 0 is no mean."""


def fit(
    model: Encoder,
    schedule: Schedule,
    say: Callable[[str], None],
    check: dict[int, Callable[[], None]] | None = None,
) -> None:
    """Go through the batches once; ``check`` has what is called after a number of steps.

    bfloat16 in matrix products: twice as fast where the processor has it, and no worse.
    """
    matrices = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() > 1 and "head" not in n]
    vectors = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() == 1 and "head" not in n]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "lr": schedule.rate, "weight_decay": 0.01},
            {"params": vectors, "lr": schedule.rate, "weight_decay": 0.0},
            {"params": model.head.parameters(), "lr": schedule.head_rate, "weight_decay": 0.0},
        ],
        fused=True,
    )
    rates = [group["lr"] for group in optimizer.param_groups]
    everything = [*matrices, *vectors, *model.head.parameters()]
    steps = len(schedule.batches)
    mean = [p.detach().clone() for p in everything] if schedule.averaging else []
    model.train()
    began, seen, losses = time.monotonic(), 0, []
    for step, batch in enumerate(schedule.batches):
        share = min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * share
        ids, mask, rows = tensors(batch, schedule.weights)
        with torch.autocast("cpu", torch.bfloat16):
            output = model(ids, None if mask is None else mask.bfloat16())
        loss = sum(
            (
                weight * _loss(output[..., HEADS[head]].float(), rows[head])
                for head, weight in schedule.weights.items()
            ),
            start=torch.zeros(()),
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(everything, CLIP)
        optimizer.step()
        optimizer.zero_grad()
        for kept, parameter in zip(mean, everything, strict=False):
            kept.lerp_(parameter.detach(), 1 - min(schedule.averaging, (step + 1) / (step + 10)))
        seen += ids.numel()
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            speed = seen / (time.monotonic() - began)
            say(f"step {step + 1} of {steps}, loss {np.mean(losses[-100:]):.4f}, {speed:.0f} pieces/s")
        if check and step + 1 in check:
            model.eval()
            check[step + 1]()
            model.train()
    for kept, parameter in zip(mean, everything, strict=False):
        parameter.data.copy_(kept)
    model.eval()


def _loss(output: Tensor, row: Tensor) -> Tensor:
    if not bool((row != NOTHING).any()):
        return torch.zeros(())
    return functional.cross_entropy(output.flatten(0, 1), row.flatten(), ignore_index=NOTHING)


def seed(number: int) -> random.Random:
    """Seed everything; the generator for what is shuffled here."""
    torch.manual_seed(number)
    return random.Random(number)


def run_cpu(model: Encoder) -> Callable[[list[list[int]]], list[np.ndarray]]:
    """The model as `over_windows` wants to call it."""

    def run(rows: list[list[int]]) -> list[np.ndarray]:
        length = max(map(len, rows))
        ids = torch.ones((len(rows), length), dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
        mask = torch.zeros(len(rows), 1, 1, length).masked_fill((ids == 1)[:, None, None, :], -1e4)
        with torch.inference_mode():
            output = model(ids, mask).numpy()
        return [output[number, : len(row)] for number, row in enumerate(rows)]

    return run


def score(
    pairs: Iterable[tuple[set[tuple[int, int, str]], set[tuple[int, int, str]]]],
) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F of exact spans, by label and over all (``all``), from gold and found."""
    right: dict[str, int] = dict.fromkeys((*LABELS, "all"), 0)
    found, gold = dict(right), dict(right)
    for expected, spans in pairs:
        for label in right:
            mine = {s for s in spans if label in (s[2], "all")}
            theirs = {s for s in expected if label in (s[2], "all")}
            right[label] += len(mine & theirs)
            found[label] += len(mine)
            gold[label] += len(theirs)
    return {
        label: (
            right[label] / max(1, found[label]), right[label] / max(1, gold[label]),
            2 * right[label] / max(1, found[label] + gold[label]),
        )
        for label in right
    }  # fmt: skip


def entities_of(model: Encoder, items: Sequence[Target]) -> list[list[tuple[int, int, str, float]]]:
    """The entities that the model finds in each document, in offsets, with their probabilities."""
    decoder = TagDecoder(LABELS)
    run = run_cpu(model)
    result = []
    for item in items:
        bounds = plan(item.cut)
        logits = put_together(item.cut, bounds, [run([row])[0] for row in rows_of(item.cut, bounds)])
        result.append(
            [
                (item.bounds[a][0], item.bounds[b - 1][1], label, p)
                for a, b, label, p in decoder.spans(logits[:, HEADS["entities"]])
            ]
        )
    return result


__all__ = ["HEADS", "OUTPUTS", "Schedule", "entities_of", "fit", "run_cpu", "score", "seed"]
