"""How large the inputs of each linear layer become, channel by channel, so that int8 loses less of them.

All inputs of a layer share one scale, which a few large channels then take up. Dividing each channel by a factor and
multiplying its weights by the same changes nothing but what is lost by rounding (SmoothQuant, Xiao et al. 2023).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.export_files import INPUT, OUTPUT
from embeddings.onnx_file import model_bytes
from embeddings.onnx_graph import SHOWN, Shape, Tensors, encoder_graph
from embeddings.runtime import session_of
from embeddings.weights import Floats

PASSAGE = (
    "Sáng 22/10, tại huyện Mộc Châu, tỉnh Sơn La, đồng chí Nguyễn Văn An, Chủ tịch Ủy ban nhân dân tỉnh, chủ trì hội "
    "nghị triển khai nhiệm vụ quý IV năm 2024; dự có lãnh đạo các sở, ngành. Theo báo cáo, thu ngân sách đạt 12.345 tỷ "
    "đồng (tăng 7,8%). Hội nghị thống nhất: “Giải ngân 95% vốn đầu tư công trước ngày 31/12”."
)
QUESTION = "Ai chủ trì hội nghị sáng 22/10 ở Mộc Châu?"
"""With these it is measured. Six or twelve of our articles gave no more: what they show of a channel that
is small is raised to the median, and the large ones are large in every text (without that one text is too few)."""
_SHARE = 0.65
"""Of the difficulty that the weights take over: .3 loses more than none, .65 to .75 least."""
_TINY = 1e-5


def factors_of(tensors: Tensors, shape: Shape, inputs: Sequence[Floats]) -> dict[str, Floats]:
    """What the input channels of each linear layer are divided by: float32 (channels,), by the layer's name.

    Args:
        inputs: of the layers together, for some texts: each float32 (1, tokens, hidden). Without texts nothing is
            known of the layers, and all factors are 1.

    Raises:
        ValueError: a weight is missing.
        ImportError: onnxruntime is not installed.
    """
    graph = encoder_graph(tensors, shape)
    names = [name for name in graph.outputs if name != OUTPUT]
    session = session_of(model_bytes(graph))
    texts = [session.run(names, {INPUT: rows}) for rows in inputs]
    factors = {}
    for name, *shown in zip(names, *texts, strict=True):
        layer = name.removesuffix(SHOWN)
        weights = np.abs(graph.constants[f"{layer}.weights"]).max(axis=1)
        largest = [np.abs(states).max(axis=(0, 1)) for states in shown]
        factors[layer] = _factors(np.max(largest, axis=0), weights) if largest else np.ones_like(weights)
    return factors


def _factors(largest: Floats, weights: Floats) -> Floats:
    """Of one layer, their geometric mean 1.

    Args:
        largest, weights: the largest input and the largest weight of each channel.
    """
    inputs = np.maximum(largest, max(float(np.median(largest)), _TINY))
    factors = inputs**_SHARE / np.maximum(weights, _TINY) ** (1 - _SHARE)
    evened: Floats = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return evened
