"""Run as `python writer.py DATA PATH…`: says that it is ready, then ingests with the hash encoder."""

from __future__ import annotations

import sys
from pathlib import Path

from embeddings.encoder import HashEncoder
from rag.ingestion import ingest
from rag.library import Library
from rag.settings import Settings

if __name__ == "__main__":
    data, *paths = map(Path, sys.argv[1:])
    with Library(Settings(data=data), encoder=HashEncoder()) as library:
        library.store.last_seq()
        print("ready", flush=True)
        for progress in ingest(library, paths):
            print(progress.outcome, progress.path, flush=True)
