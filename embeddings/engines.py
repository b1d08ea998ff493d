"""Which engine runs an encoder's folder: its quick export where there is one, else sentence-transformers."""

from __future__ import annotations

import logging
from pathlib import Path

from embeddings.encoder import Encoder, SentenceTransformerEncoder
from embeddings.export_files import NotUsable
from embeddings.onnx_encoder import OnnxEncoder

_LOG = logging.getLogger(__name__)


def open_encoder(folder: Path, *, threads: int = 0) -> Encoder:
    """An encoder of this folder; both engines have its fingerprint, for their vectors are of the same weights.

    An export that is damaged, foreign or cannot be run is left aside with a word in the log.
    """
    try:
        return OnnxEncoder(folder, threads=threads)
    except NotUsable as reason:
        _LOG.info("sentence-transformers runs %s: %s", folder.name, reason)
    except (ImportError, ValueError, OSError, KeyError) as error:
        _LOG.warning("sentence-transformers runs %s: its export cannot be used: %s", folder.name, error)
    return SentenceTransformerEncoder(folder, threads=threads)
