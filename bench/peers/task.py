"""What is asked of everybody: the documents as text files, and a fixed sample of questions."""

from __future__ import annotations

import argparse
import shutil
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from bench.peers.session import Setting
from rag.evaluation.corpus import CorpusFile, digest, read_corpus, write_files
from rag.evaluation.sets import Item, read_rows, sample
from rag.models import locate
from rag.settings import load_settings

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
QUESTIONS = 10


def questions(file: Path, limit: int) -> tuple[Item, ...]:
    """A sample stratified by type, the same each time; questions that need a conversation are left out."""
    items = [item for _, item in read_rows(file, TypeAdapter(Item)) if not item.history]
    return sample(items, limit)


def documents(corpus: Path | None, limit: int) -> tuple[CorpusFile, ...]:
    """Our five articles and the first ones of a corpus; the names of files stay apart."""
    seeds = tuple(CorpusFile(path.name, path.name, path.read_bytes()) for path in sorted(SEEDS.glob("*.txt")))
    return seeds + (read_corpus(corpus)[:limit] if corpus else ())


def prepared(options: argparse.Namespace) -> Setting:
    """Documents written out; a folder of its own for each combination of documents, encoder and model."""
    settings = load_settings()
    encoder = locate(settings.encoder, kind="encoder", folder=settings.models)
    llm = locate(options.llm or settings.llm, kind="llm", folder=settings.models)
    files = documents(options.corpus, options.documents)
    key = sha256(f"{digest([files])} {encoder.name} {llm.name}".encode()).hexdigest()[:8]
    folder = options.work / f"{len(files)}-{llm.stem}-{key}"
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    write_files(files, folder / "documents")
    return Setting(encoder, llm, folder / "documents", folder)
