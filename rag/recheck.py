"""Checks an answer again, long after it was given: every citation and claim against the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.compose import UNDATED
from rag.courtesy import REPLIES
from rag.document_rows import text_sha256
from rag.duplicates.corroboration import same_words
from rag.errors import HoidapError, UnknownDocument
from rag.landmarks import place_of
from rag.parts import without_notes
from rag.readers import read_again
from rag.records import REFUSAL
from rag.sources import file_of
from rag.verify import check

if TYPE_CHECKING:
    from rag.library import Library

_UNDATED = re.compile(re.escape(UNDATED).replace(r"\{\}", r"(?:\[\d+\])+") + "$")
_CORRECTED = re.compile(r"Tài liệu gần nhất (?:nói về “([^“”]+)”, )?không nêu “([^“”]+)”\.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    subject: str
    """`[1]` for a citation, else the claim's text."""
    ok: bool
    message: str
    """Vietnamese; what was found."""


def recheck(library: Library, answer: Mapping[str, Any]) -> list[Finding]:
    """Findings for each citation, then each claim, then the whole, of an answer in the JSON of `hoidap ask`.

    Raises:
        KeyError, TypeError: the mapping is no such answer.
    """
    if not isinstance(answer["refused"], bool):
        raise TypeError("refused is no truth value")
    if answer["refused"]:
        ok = answer["answer"] == REFUSAL and not any(answer[k] for k in ("claims", "citations", "short_answer"))
        refusal = Finding("Từ chối", ok, "đúng câu từ chối" if ok else "câu từ chối bị sửa")
        return [refusal, *_correction(library, answer["correction"])]
    if answer.get("correction"):
        return [Finding("Đính chính", False, "câu trả lời không bị từ chối thì không có đính chính")]
    if answer["answer"] in REPLIES and not any(answer[k] for k in ("claims", "citations", "short_answer")):
        return [Finding("Lời chào", True, "không nói gì về tài liệu")]
    findings = [_citation(library, c) for c in answer["citations"]]
    good = [c for c, f in zip(answer["citations"], findings, strict=True) if f.ok]
    findings.extend(finding for c in good for finding in _corroborations(library, c))
    valid = {c["number"]: c["quote"] for c in good}
    findings.extend(_claim(answer, claim, valid) for claim in answer["claims"])
    findings.extend(Finding(subject, False, message) for subject, message in _whole(answer))
    short = answer["short_answer"]
    if short is not None and not _stands(library, short, good):
        findings.append(Finding(f"Đáp án “{short['text']}”", False, "không nằm trong phần văn bản được trích dẫn"))
    return findings


def _corroborations(library: Library, citation: Mapping[str, Any]) -> Iterator[Finding]:
    """Who else is said to print a citation: checked like one, another document each, with the same words."""
    known = {citation["document_id"]}
    for other in citation.get("also", ()):
        subject = f"[{citation['number']}] cùng đưa: {other['path']}"
        if other["document_id"] in known:
            yield Finding(subject, False, "một nguồn được đếm hai lần")
        elif not same_words(other["quote"], citation["quote"]):
            yield Finding(subject, False, "nguồn này viết khác trích dẫn")
        else:
            yield _quoted(library, other, subject)
        known.add(other["document_id"])


def _citation(library: Library, citation: Mapping[str, Any]) -> Finding:
    found = _quoted(library, citation, f"[{citation['number']}]")
    place = place_of(library.store.landmarks(citation["document_id"]), citation["start"])
    if found.ok and (citation.get("page"), citation.get("heading")) != (place.page, place.heading):
        return Finding(found.subject, False, "số trang hoặc đề mục khác với tài liệu trong kho")
    return found


def _quoted(library: Library, citation: Mapping[str, Any], subject: str) -> Finding:
    """A quote against its document as it is stored, and against the file."""
    try:
        document = library.document(citation["document_id"])
    except UnknownDocument:
        return Finding(subject, False, f"tài liệu “{citation['path']}” không còn trong kho")
    text = library.text(document.id)
    if text_sha256(text) != citation["document_sha256"]:
        return Finding(subject, False, f"“{citation['path']}” đã đổi từ khi trả lời")
    if not _is_slice(text, citation, citation["quote"]):
        return Finding(subject, False, "trích dẫn không khớp văn bản")
    date = document.published.value if document.published else None
    if (citation["title"], citation["path"], citation["published"]) != (document.title, document.path, date):
        return Finding(subject, False, "tiêu đề, tên tệp hoặc ngày khác với tài liệu trong kho")
    return Finding(subject, *_against_file(document.source, citation))


def _correction(library: Library, correction: Mapping[str, Any] | None) -> Iterator[Finding]:
    """A correction says one of two things; what it quotes is cited, what it misses stands nowhere in the document."""
    if correction is None:
        return
    cited = _citation(library, correction["citation"])
    yield cited
    said = _CORRECTED.fullmatch(correction["text"])
    if said is None:
        yield Finding(correction["text"], False, "không phải câu đính chính của hoidap")
    elif said[1] and said[1] not in correction["citation"]["quote"]:
        yield Finding(correction["text"], False, "điều được nêu không nằm trong trích dẫn")
    elif cited.ok and _stated(library, correction["citation"]["document_id"], said[2]):
        yield Finding(correction["text"], False, "tài liệu có nêu điều này")


def _stated(library: Library, document_id: str, words: str) -> bool:
    """True when the document's sentences hold these words; a bare number could be a part of anything."""
    if words.isdecimal():
        return False
    whole = re.compile(rf"(?<![\w/]){re.escape(words)}(?![\w/])")
    return any(whole.search(sentence.text) for sentence in library.store.sentences(document_id))


def _is_slice(text: str, span: Mapping[str, Any], copy: str) -> bool:
    return 0 <= span["start"] < span["end"] <= len(text) and text[span["start"] : span["end"]] == copy


def _against_file(source: str, citation: Mapping[str, Any]) -> tuple[bool, str]:
    """The file on disk, when it is still there, must hold the same text."""
    file = file_of(source)
    if not file.exists():
        return True, "khớp văn bản đã lưu (tệp gốc không còn)"
    try:
        text = read_again(source).text
    except HoidapError:
        return False, f"không đọc lại được tệp “{file.name}”"
    if text[citation["start"] : citation["end"]] != citation["quote"]:
        return False, f"tệp “{file.name}” đã đổi, trích dẫn không còn khớp"
    return True, "khớp tệp gốc"


def _claim(answer: Mapping[str, Any], claim: Mapping[str, Any], quotes: Mapping[int, str]) -> Finding:
    if answer["answer"][claim["start"] : claim["end"]] != claim["text"]:
        return Finding(claim["text"], False, "câu không nằm đúng chỗ trong câu trả lời")
    if claim["status"] != "supported":
        return Finding(claim["text"], False, "câu không được ghi là đã kiểm chứng")
    cited = [quotes[n] for n in claim["citations"] if n in quotes]
    if len(cited) != len(claim["citations"]):
        return Finding(claim["text"], False, "có trích dẫn không còn đúng")
    verdict = check(claim["text"], cited, question=answer["standalone_question"])
    if not verdict.supported:
        return Finding(claim["text"], False, f"trích dẫn không chứng minh được câu này ({verdict.missing})")
    return Finding(claim["text"], True, "được trích dẫn chứng minh")


def _whole(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with how claims, markers and citations make up the answer (see rag/compose.py)."""
    claims, numbers = answer["claims"], [c["number"] for c in answer["citations"]]
    if not claims:
        yield "Câu trả lời", "không có câu nào được kiểm chứng"
    parts, at = [], 0
    for claim in claims:
        if (claim["start"], claim["end"]) != (at, at + len(claim["text"])):
            yield claim["text"], "câu trùng, chồng lên câu khác hoặc sai vị trí"
        if not claim["citations"] or list(claim["citations"]) != sorted(set(claim["citations"])):
            yield claim["text"], "số trích dẫn của câu bị thiếu, lặp hoặc lộn xộn"
        parts.append(claim["text"] + " " + "".join(f"[{n}]" for n in claim["citations"]))
        at += len(parts[-1]) + 1
    said = _UNDATED.sub("", without_notes(answer["answer"], answer["standalone_question"])).replace("\n", " ")
    if said != " ".join(parts):
        yield "Câu trả lời", "khác với các câu được kiểm chứng kèm số trích dẫn của chúng"
    if numbers != list(range(1, len(numbers) + 1)):
        yield "Trích dẫn", "không đánh số lần lượt từ 1"
    unused = set(numbers) - {n for claim in claims for n in claim["citations"]}
    for number in sorted(unused):
        yield f"[{number}]", "không câu nào dùng trích dẫn này"


def _stands(library: Library, short: Mapping[str, Any], citations: Sequence[Mapping[str, Any]]) -> bool:
    """True when the short answer is copied from within one of these citations."""
    return any(
        short["document_id"] == c["document_id"]
        and c["start"] <= short["start"]
        and short["end"] <= c["end"]
        and _is_slice(library.text(c["document_id"]), short, short["text"])
        for c in citations
    )
