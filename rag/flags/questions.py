"""The own set: flags turned into questions with a known answer, in the form that `hoidap eval` reads.

The flags in the database are the truth. `DATA/questions/` is written anew from them: `corpus/` has the text
of every document that a question needs, named by its hash so that a later version of the document changes
nothing, and `questions.jsonl` has a line for each question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.database import storage_errors
from rag.errors import BadInput, UnknownDocument
from rag.files import exclusive, write_whole
from rag.flags.records import MEANINGS, Flag
from rag.flags.store import FlagStore
from rag.text import normalise

if TYPE_CHECKING:
    from rag.library import Library

FOLDER, CORPUS, QUESTIONS = "questions", "corpus", "questions.jsonl"
TOGETHER = " + "
"""Between parts of one right answer that must all appear; alternatives stand on lines of their own."""
_LONGEST_QUOTE = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch `[start, end)` of a stored document, the evidence of a question."""

    document_id: str
    start: int
    end: int


def add_question(library: Library, flag: Flag, answers: str, evidence: Sequence[Place]) -> None:
    """Make a flag a question; without `answers` it is one that must be refused.

    Raises:
        BadInput: an answer without evidence, evidence that is no stretch of its document, or no document at all.
        UnknownDocument: a document of the evidence is gone.
    """
    alternatives = [[part for part in line.split(TOGETHER) if normalise(part)] for line in answers.splitlines()]
    alternatives = [parts for parts in alternatives if parts]
    if alternatives and not evidence:
        raise BadInput("Chưa chọn câu bằng chứng.", next_step="Hãy chọn câu có lời đáp trong tài liệu.")
    if not any(c.isalnum() for alternative in alternatives for part in alternative for c in part) and alternatives:
        raise BadInput("Câu trả lời đúng chưa có chữ nào.", next_step="Hãy ghi câu trả lời.")
    texts: dict[str, str] = {}
    quotes = [_quote(library, place, texts) for place in evidence] if alternatives else []
    for document_id in (document["id"] for document in flag.seen["documents"]):
        _add_text(library, document_id, texts)
    if not texts:
        raise BadInput("Không còn tài liệu nào mà câu trả lời này đã xem.", next_step="Hãy chọn câu bằng chứng.")
    item = {
        "id": flag.id,
        "question": flag.asked,
        "history": flag.seen["history"],
        "answerable": bool(alternatives),
        "type": MEANINGS[flag.complaint.wrong],
        "answers": alternatives,
        "evidence": quotes,
    }
    with _alone(library.settings.data):
        _write_texts(library.settings.data / FOLDER / CORPUS, texts)
        flags = FlagStore(library.database)
        flags.set_question(None, flag.id, {"item": item, "corpus": sorted(texts)})
        write_set(flags.all(None), library.settings.data)


def remove_question(library: Library, flag: Flag) -> None:
    """Take a question out of the set; the flag stays."""
    with _alone(library.settings.data):
        flags = FlagStore(library.database)
        flags.set_question(None, flag.id, None)
        write_set(flags.all(None), library.settings.data)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Others wait: between a text and the row that needs it, their `write_set` would remove the text."""
    with storage_errors(), exclusive(data / f"{FOLDER}.lock"):
        yield


def _write_texts(corpus: Path, texts: Mapping[str, str]) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(corpus / name, text.encode("utf-8"))


def write_set(flags: Iterable[Flag], data: Path) -> None:
    """Write the questions of all flags, oldest first, then remove the texts that none of them needs."""
    questions = [flag.question for flag in sorted(flags, key=lambda flag: flag.made_at) if flag.question]
    folder = data / FOLDER
    if not questions and not folder.exists():
        return
    lines = (json.dumps(question["item"], ensure_ascii=False) + "\n" for question in questions)
    needed = {name for question in questions for name in question["corpus"]}
    with storage_errors():
        write_whole(folder / QUESTIONS, "".join(lines).encode("utf-8"))
        for path in (folder / CORPUS).glob("*.txt"):
            if path.name not in needed:
                path.unlink()


def _quote(library: Library, place: Place, texts: dict[str, str]) -> dict[str, Any]:
    name = _add_text(library, place.document_id, texts)
    if name is None:
        raise UnknownDocument()
    quote = texts[name][place.start : place.end]
    if not 0 <= place.start < place.end <= place.start + _LONGEST_QUOTE or not normalise(quote):
        raise BadInput("Câu bằng chứng không nằm trong tài liệu.", next_step="Hãy tìm và chọn lại.")
    return {"document": name, "quote": quote}


def _add_text(library: Library, document_id: str, texts: dict[str, str]) -> str | None:
    """The name of a document's text in the set; None when the document is gone."""
    try:
        document = library.document(document_id)
    except UnknownDocument:
        return None
    name = f"{document.sha256[:16]}.txt"
    texts.setdefault(name, library.text(document_id))
    return name
