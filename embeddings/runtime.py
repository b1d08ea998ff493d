"""onnxruntime, as it is run here: one thread, no word to anybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_ERRORS_ONLY = 3


def session_of(model: Path | bytes) -> Any:
    """A model file, or its content, ready to run.

    Raises:
        ImportError: onnxruntime is not installed.
        ValueError: it cannot be run.
    """
    # Builds from 1.29 on report to their maker; should one be installed all the same, it stays silent.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
    except ImportError as error:
        raise ImportError("the encoder needs: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Texts differ in length: a plan of memory for every length would be kept for ever.
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    source = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common name that can be imported
        raise ValueError(f"the model cannot be run: {error}") from error
