"""Checks an answer again, long after it was given: every citation and claim against the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import HoidapError, UnknownDocument
from rag.readers import reader_for
from rag.records import REFUSAL
from rag.store import text_sha256
from rag.verify import check

if TYPE_CHECKING:
    from rag.library import Library

_MARKERS = re.compile(r"(?:\s*\[\d+\])+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    subject: str
    """`[1]` for a citation, else the claim's text."""
    ok: bool
    message: str
    """Vietnamese; what was found."""


def recheck(library: Library, answer: Mapping[str, Any]) -> list[Finding]:
    """Findings for each citation, then each claim, of an answer in the JSON of `hoidap ask`.

    Raises:
        KeyError, TypeError: the mapping is no such answer.
    """
    if answer["refused"]:
        ok = answer["answer"] == REFUSAL and not answer["claims"] and not answer["citations"]
        return [Finding("Từ chối", ok, "đúng câu từ chối" if ok else "câu từ chối bị sửa")]
    findings = [_citation(library, c) for c in answer["citations"]]
    valid = {c["number"]: c["quote"] for c, f in zip(answer["citations"], findings, strict=True) if f.ok}
    findings.extend(_claim(answer, claim, valid) for claim in answer["claims"])
    findings.extend(_uncovered(answer))
    return findings


def _citation(library: Library, citation: Mapping[str, Any]) -> Finding:
    subject = f"[{citation['number']}]"
    try:
        document = library.document(citation["document_id"])
    except UnknownDocument:
        return Finding(subject, False, f"tài liệu “{citation['path']}” không còn trong kho")
    text = library.text(document.id)
    if text_sha256(text) != citation["document_sha256"]:
        return Finding(subject, False, f"“{citation['path']}” đã đổi từ khi trả lời")
    if text[citation["start"] : citation["end"]] != citation["quote"]:
        return Finding(subject, False, "trích dẫn không khớp văn bản")
    return Finding(subject, *_against_file(Path(document.source), citation))


def _against_file(source: Path, citation: Mapping[str, Any]) -> tuple[bool, str]:
    """The file on disk, when it is still there, must hold the same text."""
    if not source.exists():
        return True, "khớp văn bản đã lưu (tệp gốc không còn)"
    try:
        text = reader_for(source).read(source)
    except HoidapError:
        return False, f"không đọc lại được tệp “{source.name}”"
    if text[citation["start"] : citation["end"]] != citation["quote"]:
        return False, f"tệp “{source.name}” đã đổi, trích dẫn không còn khớp"
    return True, "khớp tệp gốc"


def _claim(answer: Mapping[str, Any], claim: Mapping[str, Any], quotes: Mapping[int, str]) -> Finding:
    if answer["answer"][claim["start"] : claim["end"]] != claim["text"]:
        return Finding(claim["text"], False, "câu không nằm đúng chỗ trong câu trả lời")
    cited = [quotes[n] for n in claim["citations"] if n in quotes]
    if len(cited) != len(claim["citations"]):
        return Finding(claim["text"], False, "có trích dẫn không còn đúng")
    verdict = check(claim["text"], cited, question=answer["standalone_question"])
    if not verdict.supported:
        return Finding(claim["text"], False, f"trích dẫn không chứng minh được câu này ({verdict.missing})")
    return Finding(claim["text"], True, "được trích dẫn chứng minh")


def _uncovered(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """Text of the answer that belongs to no claim is unproven."""
    rest = answer["answer"]
    for claim in sorted(answer["claims"], key=lambda c: -c["start"]):
        rest = rest[: claim["start"]] + rest[claim["end"] :]
    left = _MARKERS.sub(" ", rest).strip()
    if left:
        yield Finding(left, False, "phần này không thuộc câu nào được kiểm chứng")
