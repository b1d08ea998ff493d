"""Reads the pieces of a tokenizer from its `tokenizer.json`, when it is built of the steps that `pieces` knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from embeddings.pieces import MARK, Pieces, Rules, hashed

_CODE = re.compile(r"\\x\{([0-9a-f]+)\}")
_STEPS = {"pre_tokenizer": ["WhitespaceSplit", "Metaspace"], "post_processor": "TemplateProcessing"}


def pieces_of(content: Mapping[str, Any]) -> Pieces:
    """The pieces and rules of a `tokenizer.json`.

    Raises:
        ValueError: it has steps that are not known here.
    """
    model = content["model"]
    if model["type"] != "Unigram" or model.get("byte_fallback") or not _has_known_steps(content):
        raise ValueError("no Unigram tokenizer of the known steps")
    ids = {piece: at for at, (piece, _) in enumerate(model["vocab"])}
    hashes = np.array([hashed(piece) for piece in ids], dtype=np.uint64)
    order = np.argsort(hashes)
    if len(np.unique(hashes)) != len(hashes):
        raise ValueError("two pieces have the same hash")
    numbers = np.array(list(ids.values()), dtype=np.int32)
    scores = np.array([score for _, score in model["vocab"]], dtype=np.float64)
    before, after = _around(content["post_processor"])
    rules = Rules(
        _replacements(content["normalizer"]),
        before,
        after,
        int(model["unk_id"]),
        max(map(len, ids)),
        float(scores.min()),
    )
    return Pieces(hashes[order], numbers[order], scores[numbers][order], rules)


def _has_known_steps(content: Mapping[str, Any]) -> bool:
    cuts = content["pre_tokenizer"].get("pretokenizers", [])
    spaces = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "always", "split": True}
    return [cut["type"] for cut in cuts] == _STEPS["pre_tokenizer"] and cuts[1] == spaces


def _replacements(normaliser: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The classes of characters in front of NFKC, as `embeddings.e5_convert` writes them."""
    *steps, last = normaliser.get("normalizers", [{}])
    if last.get("type") != "NFKC" or any(step["type"] != "Replace" for step in steps):
        raise ValueError("no normaliser of replacements and NFKC")
    found = []
    for step in steps:
        pattern = step["pattern"].get("Regex", "")
        letters = "".join(chr(int(code, 16)) for code in _CODE.findall(pattern))
        if pattern != "[" + "".join(rf"\x{{{ord(letter):x}}}" for letter in letters) + "]":
            raise ValueError(f"a pattern that is no class of characters: {pattern[:40]}")
        found.append((letters, step["content"]))
    if {letter for letters, _ in found for letter in letters} & {letter for _, text in found for letter in text}:
        raise ValueError("replacements that feed one another")
    return tuple(found)


def _around(processor: Mapping[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids before and after a single text."""
    if processor["type"] != _STEPS["post_processor"]:
        raise ValueError("no template around the text")
    before: list[int] = []
    after: list[int] = []
    side = before
    for step in processor["single"]:
        if "Sequence" in step:
            side = after
        else:
            side += processor["special_tokens"][step["SpecialToken"]["id"]]["ids"]
    return tuple(before), tuple(after)
