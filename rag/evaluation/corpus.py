"""The documents of a set as files: rows of `corpus.jsonl` written out, or the files of a folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from rag.errors import BadInput
from rag.evaluation.sets import bad_line, read_rows
from rag.file_search import find_files
from rag.text import document_text, normalise

ROWS = "corpus.jsonl"
FOLDER = "corpus"
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,180}")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One document: the name that evidence uses, and the file it becomes."""

    name: str
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    title: str
    text: str
    date: str = ""


def read_corpus(folder: Path) -> tuple[CorpusFile, ...]:
    """The documents of a folder: its `corpus.jsonl`, else its `corpus/`, else the files in it.

    A row's name is its id; a file's name is its path relative to the folder.

    Raises:
        BadInput: none of the three, or a row that is no document; its line is named.
    """
    if (folder / ROWS).is_file():
        return _from_rows(folder / ROWS)
    inside = folder / FOLDER
    files = find_files([inside if inside.is_dir() else folder])
    return tuple(CorpusFile(file.relative, file.relative, file.path.read_bytes()) for file in files)


def corpus_of_set(folder: Path, elsewhere: Path | None) -> tuple[CorpusFile, ...]:
    """The set's own corpus, or `elsewhere` for a set that has only questions.

    Raises:
        BadInput: no corpus, or two.
    """
    own = (folder / ROWS).is_file() or (folder / FOLDER).is_dir()
    if own == (elsewhere is not None):
        problem = "có kho riêng" if own else "không có corpus.jsonl hay thư mục corpus/"
        step = "Hãy bỏ --corpus." if own else "Hãy chỉ thư mục văn bản bằng --corpus."
        raise BadInput(f"“{folder}” {problem}.", next_step=step)
    return read_corpus(elsewhere or folder)


def digest(corpora: Sequence[Sequence[CorpusFile]]) -> str:
    """SHA-256 of all names and contents, in order."""
    total = sha256()
    for place, files in enumerate(corpora):
        for file in files:
            total.update(f"{place}\0{file.name}\0{file.path}\0".encode("utf-8", "surrogateescape"))
            total.update(sha256(file.content).digest())
    return total.hexdigest()


def write_files(files: Sequence[CorpusFile], folder: Path) -> None:
    """Put the documents into a folder; a file that is already there as it should be is left alone."""
    for file in files:
        path = folder / file.path
        if not path.is_file() or path.read_bytes() != file.content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)


def _from_rows(path: Path) -> tuple[CorpusFile, ...]:
    files: dict[str, CorpusFile] = {}
    for number, row in read_rows(path, TypeAdapter(_Row)):
        if not _NAME.fullmatch(row.id) or row.id.startswith(".") or row.id in files:
            raise bad_line(path, number, f"“id” {row.id!r} trùng hoặc không đặt tên tệp được")
        if row.date and not _DATE.fullmatch(row.date):
            raise bad_line(path, number, f"“date” {row.date!r} không có dạng YYYY-MM-DD")
        files[row.id] = CorpusFile(row.id, f"{row.id}.txt", _rendered(row).encode("utf-8", "surrogatepass"))
    return tuple(files.values())


def _rendered(row: _Row) -> str:
    """The text under its title, with the date as the header that our own articles have."""
    text, title = document_text(row.text), normalise(row.title)
    first = next((line for line in text.split("\n") if line.strip()), "")
    body = f"{title}\n\n{text}" if title and normalise(first) != title else text
    return f" date {row.date} {body}" if row.date else body
