"""Writes an ONNX model file: the few messages of its protobuf schema that an encoder needs.

The `onnx` package would do it too, with 33 MB and a compiler's worth of checks for one file made once.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IR_VERSION = 9
_OPSETS = {"": 17, "com.microsoft": 1}
_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7}
_FLOAT_ATTRIBUTE, _INT_ATTRIBUTE = 1, 2


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; an empty input is one that is not given."""

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    domain: str = ""
    attributes: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """A model: `inputs` and `outputs` are float32, a word in a shape is a size that may vary."""

    nodes: Sequence[Node]
    constants: Mapping[str, NDArray[Any]]
    inputs: Mapping[str, Sequence[int | str]]
    outputs: Mapping[str, Sequence[int | str]]


def model_bytes(graph: Graph) -> bytes:
    """The content of the `.onnx` file."""
    parts = [
        *(_message(1, _node(node)) for node in graph.nodes),
        _text(2, "encoder"),
        *(_message(5, _tensor(name, values)) for name, values in graph.constants.items()),
        *(_message(11, _value(name, shape)) for name, shape in graph.inputs.items()),
        *(_message(12, _value(name, shape)) for name, shape in graph.outputs.items()),
    ]
    opsets = [_message(8, _text(1, domain) + _number(2, version)) for domain, version in _OPSETS.items()]
    return b"".join([_number(1, _IR_VERSION), _message(7, b"".join(parts)), *opsets])


def _node(node: Node) -> bytes:
    return b"".join(
        [
            *(_text(1, name) for name in node.inputs),
            *(_text(2, name) for name in node.outputs),
            _text(3, node.outputs[0]),
            _text(4, node.operation),
            *(_message(5, _attribute(name, value)) for name, value in node.attributes.items()),
            _text(7, node.domain),
        ]
    )


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _FLOAT_ATTRIBUTE)
    return _text(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    sizes = b"".join(_number(1, size) for size in values.shape)
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return sizes + _number(2, _TYPES[values.dtype.name]) + _text(8, name) + _message(9, little.tobytes())


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    sizes = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in shape)
    dimensions = b"".join(_message(1, size) for size in sizes)
    tensor = _number(1, _TYPES["float32"]) + _message(2, dimensions)
    return _text(1, name) + _message(2, _message(1, tensor))


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _text(number: int, value: str) -> bytes:
    return _message(number, value.encode())


def _message(number: int, content: bytes) -> bytes:
    return _key(number, 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; negative numbers as 64 bits."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
