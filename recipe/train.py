"""Fine-tuning, seeded: AdamW with a linear warm-up and decay over a number of steps known beforehand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from recipe.encoder import Encoder
from recipe.examples import NOTHING, Window, tensors

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


def fit(model: Encoder, schedule: Schedule, say: Callable[[str], None]) -> None:
    """Go through the batches once.

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
