"""Turns a pack into an ordinary sentence-transformers folder that any version of the library loads."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.disk import sync
from embeddings.e5_pack import Header, Pack, read_pack

SPECIAL_TOKENS = {"bos": "<s>", "pad": "<pad>", "eos": "</s>", "unk": "<unk>", "mask": "<mask>"}
PROMPTS_FILE = "config_sentence_transformers.json"
PROMPTS = {"query": "query: ", "passage": "passage: "}


def convert(pack: Path, folder: Path) -> None:
    """Write `pack` as an ordinary sentence-transformers folder, float32, whole or not at all.

    A `folder` that is there is replaced. Needs about 500 MB for the small E5.

    Raises:
        ValueError: the pack is damaged.
        ImportError: safetensors is not installed.
        OSError: the disk is full or not writable.
    """
    parsed = read_pack(pack)
    half = folder.with_name(folder.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    (half / "1_Pooling").mkdir(parents=True)
    (half / "2_Normalize").mkdir()
    _write_weights(parsed, half / "model.safetensors")
    for name, content in _settings_files(parsed).items():
        (half / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    for written in half.rglob("*"):
        sync(written)
    shutil.rmtree(folder, ignore_errors=True)
    half.replace(folder)
    sync(folder.parent)


def _write_weights(pack: Pack, path: Path) -> None:
    from safetensors.numpy import save_file

    hidden = pack.header.hidden
    tensors = {}
    for name in pack.tensors:
        values = pack.tensor(name)
        columns = pack.header.feed_forward if name.endswith(".fo.w") else hidden
        tensors[weight_name(name)] = values if _is_vector(name) else values.reshape(-1, columns)
    # The pack has no pooler and nothing here uses one; without these two the loader reports them missing.
    tensors["pooler.dense.weight"] = np.zeros((hidden, hidden), dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float32)
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)


def _is_vector(name: str) -> bool:
    return name.endswith(".b") or "ln." in name


EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
}
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def weight_name(name: str) -> str:
    """The key in a Hugging Face `BertModel` of the pack's tensor `name`, such as `l3.ao.w`."""
    if name in EMBEDDING_NAMES:
        return EMBEDDING_NAMES[name]
    stem, _, part = name.rpartition(".")
    kind = "weight" if part == "w" else "bias"
    if stem in EMBEDDING_NAMES:
        return f"{EMBEDDING_NAMES[stem]}.{kind}"
    layer, _, role = stem.partition(".")
    return f"encoder.layer.{int(layer[1:])}.{LAYER_NAMES[role]}.{kind}"


def _settings_files(pack: Pack) -> dict[str, Any]:
    """Every JSON file of the folder by its relative name."""
    modules = ["Transformer", "Pooling", "Normalize"]
    folders = ["", "1_Pooling", "2_Normalize"]
    return {
        "config.json": _network_config(pack.header),
        "tokenizer.json": tokenizer_config(pack),
        "tokenizer_config.json": _tokenizer_settings(pack.header),
        "special_tokens_map.json": _special_tokens(),
        "sentence_bert_config.json": {"max_seq_length": pack.header.positions, "do_lower_case": False},
        "modules.json": [
            {"idx": at, "name": str(at), "path": folder, "type": f"sentence_transformers.models.{module}"}
            for at, (module, folder) in enumerate(zip(modules, folders, strict=True))
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": pack.header.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
        },
        PROMPTS_FILE: {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _network_config(header: Header) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": header.hidden,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.feed_forward,
        "vocab_size": header.vocabulary,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.token_types,
        "layer_norm_eps": header.epsilon,
        "pad_token_id": 1,
        "torch_dtype": "float32",
    }


def _special_tokens() -> dict[str, str]:
    names = {f"{role}_token": token for role, token in SPECIAL_TOKENS.items()}
    return names | {"cls_token": SPECIAL_TOKENS["bos"], "sep_token": SPECIAL_TOKENS["eos"]}


def _tokenizer_settings(header: Header) -> dict[str, Any]:
    return _special_tokens() | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": header.positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
    }


def tokenizer_config(pack: Pack) -> dict[str, Any]:
    """The content of `tokenizer.json`: XLM-R's Unigram model over the pack's pieces."""
    ids = {token: pack.pieces.index(token) for token in SPECIAL_TOKENS.values()}
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    vocabulary = [[piece, score] for piece, score in zip(pack.pieces, pack.scores.tolist(), strict=True)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": at, "content": token, "special": True, **flags}
            for token, at in sorted(ids.items(), key=lambda item: item[1])
        ],
        "normalizer": {"type": "Sequence", "normalizers": _normalisers(pack.replacements)},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": _template(ids),
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": ids[SPECIAL_TOKENS["unk"]],
            "vocab": vocabulary,
            "byte_fallback": False,
        },
    }


def _template(ids: Mapping[str, int]) -> dict[str, Any]:
    """`<s> text </s>`, and `<s> one </s></s> two </s>` for pairs."""
    bos, eos = SPECIAL_TOKENS["bos"], SPECIAL_TOKENS["eos"]
    single = [_special(bos), {"Sequence": {"id": "A", "type_id": 0}}, _special(eos)]
    second = [_special(eos), {"Sequence": {"id": "B", "type_id": 0}}, _special(eos)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": single + second,
        "special_tokens": {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in (bos, eos)},
    }


def _special(token: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": token, "type_id": 0}}


def _normalisers(replacements: Mapping[int, str]) -> list[dict[str, Any]]:
    """NFKC on the whole text, after the few replacements of the pack that NFKC does not make.

    The pack maps single code points and so never composes; NFKC on the whole text does, which is
    what the model saw in training.
    """
    differing: dict[str, list[int]] = {}
    for code, text in replacements.items():
        if text != unicodedata.normalize("NFKC", chr(code)):
            differing.setdefault(text, []).append(code)
    steps = [
        {"type": "Replace", "pattern": {"Regex": _any_of(codes)}, "content": text} for text, codes in differing.items()
    ]
    return [*steps, {"type": "NFKC"}]


def _any_of(codes: list[int]) -> str:
    return "[" + "".join(rf"\x{{{code:x}}}" for code in codes) + "]"
