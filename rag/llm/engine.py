"""llama.cpp itself, through the low-level functions of llama-cpp-python: one context, read, written and rewound."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_BATCH = 128
"""Prompt tokens read at a time: nearly as fast as 512 on a CPU (97 and 101 a second, 64: 93), and progress is shown."""
NUMBERS = f"f16, flash attention, batches of {_BATCH}"
"""What the numbers of a state depend on besides model and program."""
_MAIN, _ASIDE = 0, 1
"""Sequences of the context: the prompt, and what is being taken out or put in."""

_FOR_GOOD: list[Any] = []
"""What llama.cpp may call as long as the process lives."""


class Stopped(Exception):
    """A computation was stopped from outside."""


class Engine:
    """A model file and its context; not safe to share between threads, except for `stop`.

    Args:
        path: the GGUF file.
        context: tokens it can hold.

    Raises:
        ImportError: llama-cpp-python is missing.
        ValueError: the file cannot be used.
    """

    def __init__(self, path: Path, *, context: int, threads: int) -> None:
        import llama_cpp

        self._native: Any = llama_cpp
        _silence(llama_cpp)
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), self._model_params())
        if not self._model:
            raise ValueError(f"not a model: {path.name}")
        self._context = llama_cpp.llama_init_from_model(self._model, self._params(context, threads))
        if not self._context:
            llama_cpp.llama_model_free(self._model)
            raise ValueError(f"no context for {path.name}")
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self._words = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(_BATCH, 0, 1)
        self._context_size = context
        self.divisible = bool(llama_cpp.llama_memory_can_shift(self._memory))
        """Whether what was read can be kept in pieces; a recurrent model has one state of all."""
        self.length = 0
        """Tokens in the context."""
        self.read = 0
        """Tokens read since the engine was made."""
        self._watch_stop()

    def _model_params(self) -> Any:
        """The file is not mapped: its weights are laid out anew for the processor, and a map of it stays beside them.

        1.29 GB instead of 1.88 with the 1.5B, loaded in 1.35 s instead of .95.
        """
        params = self._native.llama_model_default_params()
        params.load_mode = self._native.LLAMA_LOAD_MODE_NONE
        return params

    def _params(self, context: int, threads: int) -> Any:
        params = self._native.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = context, _BATCH, _BATCH
        params.n_threads = params.n_threads_batch = threads
        params.n_seq_max, params.kv_unified = 2, True
        params.flash_attn_type = self._native.LLAMA_FLASH_ATTN_TYPE_ENABLED
        return params

    def _watch_stop(self) -> None:
        """llama.cpp asks between graph nodes, a thousand times a token, so nothing of Python may be in the way.

        It asks C's `strlen` of a flag: not 0, hence true, once the flag holds a character.
        """
        self._flag = ctypes.create_string_buffer(2)
        asks = self._native.ggml_abort_callback(_address("strlen"))
        self._native.llama_set_abort_callback(self._context, asks, ctypes.cast(self._flag, ctypes.c_void_p))

    def stop(self, wanted: bool) -> None:
        """Stop what is being computed, and all that follows until this is taken back."""
        self._flag[0] = b"\x01" if wanted else b"\x00"

    def close(self) -> None:
        self._native.llama_batch_free(self._batch)
        self._native.llama_free(self._context)
        self._native.llama_model_free(self._model)

    def tokenize(self, text: str, *, begins: bool = False, marked: bool = False) -> list[int]:
        """Tokens of a text.

        Args:
            begins: it is the beginning of a prompt, where some models want a token of their own.
            marked: markers like `<|im_end|>` are read as such.
        """
        raw = text.encode("utf-8", "replace")
        tokens = (self._native.llama_token * (len(raw) + 2))()
        count = self._native.llama_tokenize(self._vocab, raw, len(raw), tokens, len(tokens), begins, marked)
        if count < 0:
            raise ValueError("the text cannot be cut into tokens")
        return list(tokens[:count])

    def bytes_of(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        count = self._native.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(0, count)]

    def ends(self, token: int) -> bool:
        """Whether the model says with this token that it is done."""
        return bool(self._native.llama_vocab_is_eog(self._vocab, token))

    def append(self, tokens: Sequence[int], *, outputs: int = 0) -> list[int]:
        """Read tokens behind what is there; the likeliest token behind each of the last `outputs`.

        Raises:
            Stopped: `stop` was called; the context is as after the last whole batch.
            ValueError: the context is full.
        """
        if self.length + len(tokens) > self._context_size:
            raise ValueError(f"{self.length + len(tokens)} tokens do not fit into {self._context_size}")
        silent = len(tokens) - outputs
        following: list[int] = []
        for start in range(0, len(tokens), _BATCH):
            part = tokens[start : start + _BATCH]
            self._decode(part, first_output=silent - start)
            following += [self._likeliest(i) for i in range(max(0, silent - start), len(part))]
        return following

    def _decode(self, tokens: Sequence[int], *, first_output: int) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = self.length + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = _MAIN
            batch.logits[i] = i >= first_output
        code = self._native.llama_decode(self._context, batch)
        if code == 2:
            self.cut(self.length)
            raise Stopped
        if code != 0:
            raise RuntimeError(f"llama_decode returned {code}")
        self.length += len(tokens)
        self.read += len(tokens)

    def _likeliest(self, row: int) -> int:
        pointer = self._native.llama_get_logits_ith(self._context, row)
        return int(np.ctypeslib.as_array(pointer, (self._words,)).argmax())

    def cut(self, length: int) -> None:
        """Forget everything from a position on."""
        self._native.llama_memory_seq_rm(self._memory, _MAIN, length, -1)
        self.length = length

    def take_out(self, start: int) -> bytes:
        """The state of what stands from a position on."""
        native, memory = self._native, self._memory
        native.llama_memory_seq_cp(memory, _MAIN, _ASIDE, start, -1)
        size = native.llama_state_seq_get_size(self._context, _ASIDE)
        buffer = (ctypes.c_uint8 * size)()
        written = native.llama_state_seq_get_data(self._context, buffer, size, _ASIDE)
        native.llama_memory_seq_rm(memory, _ASIDE, -1, -1)
        return bytes(memoryview(buffer)[:written])

    def put_in(self, state: bytes, length: int) -> bool:
        """Append a state of `length` tokens that was taken out at this very position; False when it cannot be used."""
        native, memory = self._native, self._memory
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if native.llama_state_seq_set_data(self._context, buffer, len(state), _ASIDE) == 0:
            native.llama_memory_seq_rm(memory, _ASIDE, -1, -1)
            return False
        native.llama_memory_seq_cp(memory, _ASIDE, _MAIN, -1, -1)
        native.llama_memory_seq_rm(memory, _ASIDE, -1, -1)
        self.length += length
        return True


def _silence(native: Any) -> None:
    """It reports to standard error what we report ourselves, a stop for example.

    It tells C's `labs`, to which that means nothing: a Ctrl-C while a function of Python is told would be lost in it.
    """
    if not _FOR_GOOD:
        _FOR_GOOD.append(native.llama_log_callback(_address("labs")))
        native.llama_log_set(_FOR_GOOD[0], None)


def _address(name: str) -> int | None:
    """Of a function of the C library."""
    return ctypes.cast(getattr(ctypes.CDLL(None), name), ctypes.c_void_p).value
