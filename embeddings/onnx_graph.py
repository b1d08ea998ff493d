"""The layers of a BERT encoder as an ONNX graph with int8 weights, from summed embeddings to token states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.export_files import INPUT, OUTPUT
from embeddings.onnx_file import Graph, Node

LARGEST = 63
"""Of a quantised weight. Seven bits: AVX2 adds pairs of products in 16 bits, and with eight they overflow."""
SHOWN = ".input"
"""Behind the name of a linear layer: its input, which the float32 graph gives out."""
_FUSED = "com.microsoft"

Floats = NDArray[np.float32]


class Tensors(Protocol):
    """Where the weights come from."""

    def tensor(self, name: str) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """What the config of the model states."""

    hidden: int
    layers: int
    heads: int
    epsilon: float


def shape_of(config: Mapping[str, Any]) -> Shape:
    """Of a `config.json`.

    Raises:
        ValueError: no BERT encoder, or one of another build than this graph.
    """
    wanted = {"model_type": "bert", "hidden_act": "gelu"}
    if any(config.get(key) != value for key, value in wanted.items()):
        raise ValueError("only BERT encoders with gelu are exported")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise ValueError("only absolute positions are exported")
    keys = ("hidden_size", "num_hidden_layers", "num_attention_heads")
    if not all(isinstance(config.get(key), int) for key in keys):
        raise ValueError("config.json lacks the sizes of the network")
    hidden, layers, heads = (config[key] for key in keys)
    return Shape(hidden, layers, heads, float(config.get("layer_norm_eps", 1e-12)))


def encoder_graph(tensors: Tensors, shape: Shape, factors: Mapping[str, Floats] | None = None) -> Graph:
    """Input float32 (1, tokens, hidden): word, position and type vectors summed; output: the last states.

    One text at a time, so there is neither padding nor a mask. The activations of a text get one scale a layer when
    it runs; in a batch that scale, and with it the vectors, would depend on the other texts.

    Args:
        factors: what the inputs of each linear layer are divided by, see `embeddings.smoothing`; without them the
            layers stay float32 and show their inputs as further outputs.

    Raises:
        ValueError: a weight is missing.
    """
    made = _Graph(tensors, shape, factors)
    state = made.normed("LayerNormalization", [INPUT], "embeddings.LayerNorm", axis=-1)
    for layer in range(shape.layers):
        state = made.layer(f"encoder.layer.{layer}", state)
    last = made.nodes[-1]
    made.nodes[-1] = Node(last.operation, last.inputs, (OUTPUT,), last.domain, last.attributes)
    sizes = (1, "tokens", shape.hidden)
    inputs = [name for node in made.nodes for name in node.outputs if name.endswith(SHOWN)]
    shown = {name: (1, "tokens", f"{name} channels") for name in inputs}
    return Graph(made.nodes, made.constants, {INPUT: sizes}, {OUTPUT: sizes, **shown})


@dataclass
class _Graph:
    """Grows node by node; each method returns the name of its output."""

    tensors: Tensors
    shape: Shape
    factors: Mapping[str, Floats] | None
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def layer(self, name: str, state: str) -> str:
        parts = [f"{name}.attention.self.{role}" for role in ("query", "key", "value")]
        together = self._linear(f"{name}.attention.self", state, parts)
        self.constants[f"{name}.sizes"] = np.full(3, self.shape.hidden, dtype=np.int64)
        self._add("Split", [together, f"{name}.sizes"], parts, axis=-1)
        attended = self._fused("MultiHeadAttention", parts, f"{name}.attended", num_heads=self.shape.heads)
        attended = self._linear(f"{name}.attention.output", attended, [f"{name}.attention.output.dense"])
        norm = f"{name}.attention.output.LayerNorm"
        state = self.normed("SkipLayerNormalization", [attended, state], norm, domain=_FUSED)
        inner = self._linear(f"{name}.intermediate", state, [f"{name}.intermediate.dense"])
        inner = self._fused("Gelu", [inner], f"{name}.gelu")
        inner = self._linear(f"{name}.output", inner, [f"{name}.output.dense"])
        return self.normed("SkipLayerNormalization", [inner, state], f"{name}.output.LayerNorm", domain=_FUSED)

    def normed(self, operation: str, inputs: list[str], name: str, *, domain: str = "", **attributes: int) -> str:
        for part in ("weight", "bias"):
            self.constants[f"{name}.{part}"] = self.tensors.tensor(f"{name}.{part}")
        values = [*inputs, f"{name}.weight", f"{name}.bias"]
        self._add(operation, values, [name], domain=domain, epsilon=self.shape.epsilon, **attributes)
        return name

    def _linear(self, name: str, state: str, parts: list[str]) -> str:
        """Linear layers over the same input, side by side in one product."""
        weights = np.concatenate([self.tensors.tensor(f"{part}.weight") for part in parts])
        bias = np.concatenate([self.tensors.tensor(f"{part}.bias") for part in parts])
        if self.factors is None:
            return self._float(name, state, weights, bias)
        factors = self.factors[name]
        divided = self._constant(f"{name}.reciprocals", 1 / factors)
        self._add("Mul", [state, divided], [f"{name}.divided"])
        quantised, scales = quantise(weights * factors)
        zeros = np.zeros(len(scales), dtype=np.int8)
        values: dict[str, NDArray[Any]] = {
            "weights": np.ascontiguousarray(quantised.T),
            "scales": scales,
            "zeros": zeros,
            "bias": bias,
        }
        given = [self._constant(f"{name}.{key}", value) for key, value in values.items()]
        return self._fused("DynamicQuantizeMatMul", [f"{name}.divided", *given], f"{name}.product")

    def _float(self, name: str, state: str, weights: Floats, bias: Floats) -> str:
        self._add("Identity", [state], [f"{name}{SHOWN}"])
        given = self._constant(f"{name}.weights", np.ascontiguousarray(weights.T))
        self._add("MatMul", [state, given], [f"{name}.unbiased"])
        self._add("Add", [f"{name}.unbiased", self._constant(f"{name}.bias", bias)], [f"{name}.product"])
        return f"{name}.product"

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants[name] = values
        return name

    def _fused(self, operation: str, inputs: list[str], output: str, **attributes: int) -> str:
        self._add(operation, inputs, [output], domain=_FUSED, **attributes)
        return output

    def _add(
        self, operation: str, inputs: list[str], outputs: list[str], *, domain: str = "", **attributes: int | float
    ) -> None:
        self.nodes.append(Node(operation, tuple(inputs), tuple(outputs), domain, attributes))


def quantise(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """int8 (outputs, inputs) and the float32 (outputs,) scale of each row: `weights ≈ quantised * scale`."""
    largest = np.abs(weights).max(axis=1)
    scales: Floats = np.where(largest > 0, largest / LARGEST, 1).astype(np.float32)
    return np.round(weights / scales[:, None]).astype(np.int8), scales
