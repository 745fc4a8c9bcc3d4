"""Makes activations fit for 8 bits, after SmoothQuant (Xiao et al. 2023).

A few channels are far larger than the others, and one scale for all of a window leaves the others too few
steps. Each channel is divided by a factor of its own before a matrix, whose rows are multiplied by it: the
product stays the same, and the rounding gets finer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from recipe.encoder import Encoder
from recipe.examples import Window

STRENGTH = 0.7
"""How much of a channel's size moves from the activations into the matrix."""
Factors = dict[str, np.ndarray]


def smoothing(model: Encoder, sample: Iterable[Window]) -> Factors:
    """For each linear layer, by its name, what its inputs are to be divided by."""
    largest: dict[str, Any] = {}

    def watch(name: str) -> Any:
        def look(_: Any, inputs: Any) -> None:
            top = inputs[0].detach().abs().flatten(0, -2).amax(0)
            largest[name] = torch.maximum(largest[name], top) if name in largest else top

        return look

    linear = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name != "head"
    }
    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in linear.items()]
    model.eval()
    with torch.inference_mode():
        for item in sample:
            model(torch.tensor([item.ids]))
    for hook in hooks:
        hook.remove()
    factors = {}
    for name, module in linear.items():
        weight = module.weight.detach().abs().amax(0).clamp(min=1e-5)
        factor = largest[name].clamp(min=1e-5) ** STRENGTH / weight ** (1 - STRENGTH)
        factors[name] = (factor / factor.median()).numpy()
    return factors
