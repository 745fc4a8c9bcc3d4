"""The encoder as an ONNX graph of 31 MB: matrices at 8 bits, word embeddings at the base's own four.

The graph is written node by node, with onnxruntime's fused attention; torch's exporter makes a larger and
slower one.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from recipe.base import BLOCK, Base, RecipeError
from recipe.encoder import Encoder
from recipe.smooth import Factors

OPSET = 21
_FUSED = "com.microsoft"


def export(model: Encoder, base: Base, keep: list[int], factors: Factors, path: Path) -> None:
    """Write the encoder; its one input ``ids`` is (batch, pieces), its output (batch, pieces, outputs).

    ``factors`` are those of `recipe.smooth`.

    Raises:
        RecipeError: the word embeddings are no longer the base's, so that four bits would not hold them.
    """
    graph = _Graph(model, base, keep, factors).make()
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_FUSED, 1)]
    whole = helper.make_model(graph, opset_imports=opsets, producer_name="chiosa")
    whole.ir_version = 10
    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        onnx.save(whole, str(full))
        quantize_dynamic(
            str(full), str(path), weight_type=QuantType.QInt8, per_channel=True,
            op_types_to_quantize=["MatMul"], extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )  # fmt: skip


class _Graph:
    def __init__(self, model: Encoder, base: Base, keep: list[int], factors: Factors) -> None:
        self.base = base
        self.factors = factors
        self.keep = keep
        self.weights = {name: value.float().numpy() for name, value in model.state_dict().items()}
        self.outputs = len(self.weights["head.bias"])
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def make(self) -> Any:
        x = self._embedding()
        for number in range(self.base.layers):
            x = self._layer(x, f"layers.{number}.")
        self._linear(x, "head", "numbers")
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "pieces"])
        shape = ["batch", "pieces", self.outputs]
        numbers = helper.make_tensor_value_info("numbers", TensorProto.FLOAT, shape)
        return helper.make_graph(self.nodes, "chiosa", [ids], [numbers], self.constants)

    def _embedding(self) -> str:
        size, count = self.base.hidden, len(self.keep)
        scales, values = self.base.blocks("emb.word")
        scales = scales.reshape(-1, size // BLOCK)[self.keep]
        values = values.reshape(-1, size // BLOCK, BLOCK)[self.keep]
        words = (values * scales[..., None]).reshape(count, size)
        if not np.allclose(words, self.weights["word.weight"], atol=1e-6):
            raise RecipeError("the word embeddings have changed in training; they must stay as they are")
        halves = values.reshape(count, size).astype(np.uint8) & 15
        packed = (halves[:, 0::2] | (halves[:, 1::2] << 4)).astype(np.uint8)
        self.constants.append(
            helper.make_tensor("words", TensorProto.INT4, [count, size], packed.tobytes(), raw=True)
        )
        self._constant("scales", scales)
        self._node(
            "GatherBlockQuantized", ["words", "ids", "scales"], "word", _FUSED,
            block_size=BLOCK, gather_axis=0, quantize_axis=1,
        )  # fmt: skip
        for name, value in (("zero", 0), ("one", 1), ("two", 2)):
            self._constant(name, np.array([value], np.int64))
        self._node("Shape", ["ids"], "shape")
        self._node("Slice", ["shape", "one", "two"], "length")
        self._constant("positions", self.weights["position.weight"])
        self._node("Slice", ["positions", "zero", "length", "zero"], "position")
        self._node("Add", ["word", "position"], "embedding")
        return self._norm("embedding", "norm", "x")

    def _layer(self, x: str, name: str) -> str:
        size = self.base.hidden
        smooth = self._divide(x, f"{name}qkv")
        parts = [
            self._linear(smooth, f"{name}qkv", name + part, slice(i * size, (i + 1) * size), bias=False)
            for i, part in enumerate("qkv")
        ]
        self._constant(f"{name}qkv.bias", self.weights[f"{name}qkv.bias"])
        self._node(
            "MultiHeadAttention", [*parts, f"{name}qkv.bias"], f"{name}attended", _FUSED,
            num_heads=self.base.heads,
        )  # fmt: skip
        out = self._linear(self._divide(f"{name}attended", f"{name}out"), f"{name}out", f"{name}mixed")
        x = self._norm(self._node("Add", [x, out], f"{name}sum1"), f"{name}norm1", f"{name}x1")
        inner = self._linear(self._divide(x, f"{name}inner"), f"{name}inner", f"{name}wide")
        self._node("Gelu", [inner], f"{name}gelu", approximate="none")
        outer = self._linear(self._divide(f"{name}gelu", f"{name}outer"), f"{name}outer", f"{name}narrow")
        return self._norm(self._node("Add", [x, outer], f"{name}sum2"), f"{name}norm2", f"{name}x2")

    def _linear(self, x: str, weight: str, out: str, part: slice = slice(None), bias: bool = True) -> str:
        values = self.weights[f"{weight}.weight"][part].T
        if weight in self.factors:
            values = values * self.factors[weight][:, None]
        matrix = self._constant(f"{out}.w", values)
        if not bias:
            return self._node("MatMul", [x, matrix], out)
        product = self._node("MatMul", [x, matrix], f"{out}.product")
        return self._node(
            "Add", [product, self._constant(f"{out}.b", self.weights[f"{weight}.bias"][part])], out
        )

    def _divide(self, x: str, weight: str) -> str:
        factor = self._constant(f"{weight}.factor", (1 / self.factors[weight]).astype(np.float32))
        return self._node("Mul", [x, factor], f"{weight}.smooth")

    def _norm(self, x: str, weight: str, out: str) -> str:
        scale = self._constant(f"{out}.scale", self.weights[f"{weight}.weight"])
        shift = self._constant(f"{out}.shift", self.weights[f"{weight}.bias"])
        return self._node("LayerNormalization", [x, scale, shift], out, axis=-1, epsilon=self.base.epsilon)

    def _constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output
