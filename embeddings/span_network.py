"""The network of the reader: lower layers that see texts apart, upper ones that see a pair at once.

Functions over a dictionary of weights, named as in a Hugging Face `BertModel`, so that training and
reading share them and nothing depends on the classes of one version of the library.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import PassageText, SentenceTransformerEncoder, prepare

if TYPE_CHECKING:
    from torch import Tensor

SPLIT = 8
"""Layers that see question and passage apart."""
HEAD_SIZE = 32
EPSILON = 1e-12
_WORD = re.compile(r"\w+")

Offsets = NDArray[np.int64]
Weights = Mapping[str, "Tensor"]
Pair = tuple["SeenText", "SeenText"]
"""Question and passage."""


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text as the lower layers see it: states float32 (tokens, dimension), offsets into the text given."""

    words: frozenset[str]
    states: Tensor
    offsets: Offsets
    token_words: tuple[str, ...]
    """The whole word, in lower case, that each token is in."""


class LowerLayers:
    """The first layers of the encoder's network, one text at a time."""

    def __init__(self, encoder: SentenceTransformerEncoder) -> None:
        self._encoder = encoder
        self.weights: dict[str, Tensor] = dict(encoder.network.state_dict())

    def texts(self, texts: Sequence[str], role: str, tokens: int) -> list[SeenText]:
        """One forward pass over a batch; `role` names the encoder's prompt, `tokens` where a text is cut."""
        import torch

        ready = [prepare(PassageText(text, ()), self._encoder.special_tokens).text for text in texts]
        prefix = self._encoder.prompts.get(role, "")
        features = self._encoder.tokenize([prefix + text for text in ready], tokens)
        mask = features["attention_mask"].bool()
        with torch.inference_mode():
            states = embed(self.weights, features["input_ids"])
            for at in range(SPLIT):
                states = layer(self.weights, f"encoder.layer.{at}.", states, mask)
        offsets = features["offset_mapping"].numpy() - len(prefix)
        return [
            _seen(text, given, states[row, :sizes], offsets[row, :sizes])
            for row, (text, given) in enumerate(zip(ready, texts, strict=True))
            for sizes in [int(mask[row].sum())]
        ]


def _seen(text: str, given: str, states: Tensor, offsets: Offsets) -> SeenText:
    """Special tokens and those of the prompt get the empty span (0, 0) and no word."""
    offsets = np.where((offsets[:, :1] >= 0) & (offsets[:, 1:] > offsets[:, :1]), offsets, 0)
    at_character = [""] * (len(text) + 1)
    for found in _WORD.finditer(text):
        at_character[found.start() : found.end()] = [found.group().lower()] * len(found.group())
    words = tuple(at_character[end - 1] if end else "" for end in offsets[:, 1])
    if text != given and not unicodedata.is_normalized("NFC", given):
        back = {len(unicodedata.normalize("NFC", given[:at])): at for at in range(len(given), -1, -1)}
        offsets = np.array([[back.get(int(at), 0) for at in pair] for pair in offsets], dtype=np.int64)
    return SeenText(frozenset(words) - {""}, states, offsets, words)


def pack(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    """Question and passage side by side: states (n, tokens, dimension), flags and mask (n, tokens).

    Flags: 0 and 1 are words of the question, 2 and 3 of the passage; 1 and 3 stand in the other too.
    """
    import torch

    sizes = [len(asked.offsets) + len(text.offsets) for asked, text in pairs]
    states = torch.zeros(len(pairs), max(sizes), pairs[0][0].states.shape[-1])
    flags = torch.zeros(states.shape[:2], dtype=torch.long)
    mask = torch.zeros(states.shape[:2], dtype=torch.bool)
    for row, ((asked, text), size) in enumerate(zip(pairs, sizes, strict=True)):
        states[row, :size] = torch.cat([asked.states, text.states])
        shared = [word in text.words for word in asked.token_words]
        flags[row, :size] = torch.tensor(shared + [2 + (word in asked.words) for word in text.token_words])
        mask[row, :size] = True
    return states, flags, mask


def embed(weights: Weights, ids: Tensor) -> Tensor:
    """Word, place and type, normalised: (n, tokens, dimension)."""
    from torch.nn.functional import layer_norm

    name = "embeddings."
    states = weights[name + "word_embeddings.weight"][ids]
    states = states + weights[name + "position_embeddings.weight"][: ids.shape[1]]
    states = states + weights[name + "token_type_embeddings.weight"][0]
    size = states.shape[-1:]
    return layer_norm(states, size, weights[name + "LayerNorm.weight"], weights[name + "LayerNorm.bias"], EPSILON)


def layer(weights: Weights, name: str, states: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
    """One BERT layer; `mask` is True where a token is."""
    from torch.nn import functional

    def linear(part: str, x: Tensor) -> Tensor:
        return functional.linear(x, weights[f"{name}{part}.weight"], weights[f"{name}{part}.bias"])

    def normal(part: str, x: Tensor) -> Tensor:
        return functional.layer_norm(
            x, x.shape[-1:], weights[f"{name}{part}.weight"], weights[f"{name}{part}.bias"], EPSILON
        )

    def heads(part: str) -> Tensor:
        return linear(f"attention.self.{part}", states).view(*states.shape[:2], -1, HEAD_SIZE).transpose(1, 2)

    seen = functional.scaled_dot_product_attention(
        heads("query"), heads("key"), heads("value"), attn_mask=mask[:, None, None, :]
    )
    mixed = linear("attention.output.dense", seen.transpose(1, 2).flatten(2))
    states = normal("attention.output.LayerNorm", states + functional.dropout(mixed, dropout, dropout > 0))
    inner = functional.gelu(linear("intermediate.dense", states))
    mixed = linear("output.dense", inner)
    return normal("output.LayerNorm", states + functional.dropout(mixed, dropout, dropout > 0))


def joint(weights: Weights, states: Tensor, flags: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
    """Logits (n, tokens, 3): begins an answer, ends one, and, of the first token only, answerable."""
    from torch.nn import functional

    states = states + weights["flags"][flags]
    for at in sorted({int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer.")}):
        states = layer(weights, f"encoder.layer.{at}.", states, mask, dropout)
    return functional.linear(states, weights["head.weight"], weights["head.bias"])


def pair_logits(weights: Weights, pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """float32 (n, tokens, 3) as `joint`, without gradients."""
    import torch

    with torch.inference_mode():
        logits: NDArray[np.float32] = joint(weights, *pack(pairs)).numpy()
    return logits


def header(path: Path) -> dict[str, str]:
    """What the weights file says about itself; reads its first bytes only."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        stated = json.loads(file.read(size)).get("__metadata__", {})
    return {str(key): str(value) for key, value in stated.items()}


def load(path: Path, base: Weights) -> dict[str, Tensor]:
    """The tuned upper layers, flags and head: what the file adds to `base`, int8 rows times their scale."""
    from safetensors.torch import load_file

    stored = load_file(path)
    weights = {}
    for name, values in stored.items():
        if name.endswith(".scale"):
            continue
        added = (
            values.float() * stored[name + ".scale"].float()[:, None] if name + ".scale" in stored else values.float()
        )
        weights[name] = base[name].float() + added if name in base else added
    return weights


def tuned_names(base: Weights) -> Iterator[str]:
    """Names of the weights above the split."""
    for name in base:
        found = re.match(r"encoder\.layer\.(\d+)\.", name)
        if found and int(found.group(1)) >= SPLIT:
            yield name


def save(path: Path, weights: Weights, base: Weights, about: Mapping[str, str]) -> None:
    """Write what `load` reads: matrices as int8 differences with a float16 scale a row, the rest as float16."""
    import torch
    from safetensors.torch import save_file

    stored = {}
    for name, values in weights.items():
        added = (values - base[name] if name in base else values).detach().float()
        if name in base and added.dim() == 2:
            scale = (added.abs().amax(dim=1) / 127).clamp(min=1e-7).half()
            stored[name] = (added / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
            stored[name + ".scale"] = scale
        else:
            stored[name] = added.half()
    half = path.with_suffix(".half")
    save_file(stored, half, metadata=dict(about))
    half.replace(path)
