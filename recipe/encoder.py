"""The encoder in torch: a BERT of 12 layers with linear heads on the first piece of every token.

Word and position embeddings stay as they are in the base: the former lie in the product at their original
four bits, without loss.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from recipe.base import Base

DROPOUT = 0.1


class Drop(nn.Module):
    """Dropout by slices of numbers drawn once: to draw them anew takes a tenth of the time of a step."""

    _pool: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Leave out a tenth of the numbers while learning."""
        if not self.training:
            return x
        if Drop._pool is None:
            Drop._pool = (torch.rand(1 << 24) > DROPOUT).bfloat16() / (1 - DROPOUT)
        count = x.numel()
        start = int(torch.randint(Drop._pool.numel() - count, ()))
        return x * Drop._pool[start : start + count].view(x.shape)


class Layer(nn.Module):
    """Attention and a feed-forward part, each normalised after its sum."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        size = base.hidden
        self.heads = base.heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.norm1 = nn.LayerNorm(size, eps=base.epsilon)
        self.inner = nn.Linear(size, base.inner)
        self.outer = nn.Linear(base.inner, size)
        self.norm2 = nn.LayerNorm(size, eps=base.epsilon)
        self.drop = Drop()

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """One layer over (batch, pieces, hidden)."""
        batch, length, size = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        # spelt out: for windows this short torch's own attention takes twice as long to learn from
        scores = (q * (size // self.heads) ** -0.5) @ k.transpose(-1, -2)
        attended = (scores if mask is None else scores + mask).softmax(-1) @ v
        x = self.norm1(x + self.drop(self.out(attended.transpose(1, 2).reshape(batch, length, size))))
        return self.norm2(x + self.drop(self.outer(functional.gelu(self.inner(x)))))


class Encoder(nn.Module):
    """The base with ``outputs`` numbers for each piece."""

    def __init__(self, base: Base, keep: list[int], outputs: int) -> None:
        super().__init__()
        self.word = nn.Embedding(len(keep), base.hidden)
        self.position = nn.Embedding(base.positions, base.hidden)
        self.norm = nn.LayerNorm(base.hidden, eps=base.epsilon)
        self.layers = nn.ModuleList(Layer(base) for _ in range(base.layers))
        self.head = nn.Linear(base.hidden, outputs)
        self.drop = Drop()
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self._read(base, keep)
        self.word.weight.requires_grad_(False)
        self.position.weight.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Numbers of (batch, pieces, outputs) for piece numbers of (batch, pieces)."""
        x = self.drop(self.norm(self.word(ids) + self.position.weight[: ids.shape[1]]))
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(self.drop(x))

    def _read(self, base: Base, keep: list[int]) -> None:
        size = base.hidden

        def give(parameter: nn.Parameter, value: np.ndarray) -> None:
            with torch.no_grad():
                parameter.copy_(torch.from_numpy(value))

        give(self.word.weight, base.matrix("emb.word", size)[keep])
        kind = base.vector("emb.type").reshape(-1, size)[0]  # all pieces are of the first kind
        give(self.position.weight, base.vector("emb.pos").reshape(-1, size) + kind)
        give(self.norm.weight, base.vector("emb.ln.w"))
        give(self.norm.bias, base.vector("emb.ln.b"))
        for number, layer in enumerate(self.layers):
            name = f"l{number}."
            linear = {"out": ("ao", size), "inner": ("fi", size), "outer": ("fo", base.inner)}
            give(layer.qkv.weight, np.concatenate([base.matrix(f"{name}{n}.w", size) for n in "qkv"]))
            give(layer.qkv.bias, np.concatenate([base.vector(f"{name}{n}.b") for n in "qkv"]))
            for mine, (theirs, columns) in linear.items():
                give(getattr(layer, mine).weight, base.matrix(f"{name}{theirs}.w", columns))
                give(getattr(layer, mine).bias, base.vector(f"{name}{theirs}.b"))
            for mine, theirs in (("norm1", "aln"), ("norm2", "oln")):
                give(getattr(layer, mine).weight, base.vector(f"{name}{theirs}.w"))
                give(getattr(layer, mine).bias, base.vector(f"{name}{theirs}.b"))
