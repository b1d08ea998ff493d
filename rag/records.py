"""The records that travel between modules, all frozen; a change is a copy.

Every offset is a character offset into the document's text (newlines as `\\n`, Unicode NFC), start
inclusive, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

REFUSAL = "Không tìm thấy thông tin trong tài liệu."
REASONS = {
    "no_evidence": "Không có câu nào trong tài liệu nêu điều được hỏi.",
    "not_answered": "Các câu gần nhất không trả lời câu hỏi.",
    "unverified": "Câu trả lời soạn ra không kiểm chứng được.",
}
"""What is said where text is written for people, by `Answer.reason`."""


class SpanKind(StrEnum):
    """What a stretch of a document's text is; only the first three are evidence."""

    TITLE = "title"
    BODY = "body"
    CAPTION = "caption"
    RELATED = "related"
    BOILERPLATE = "boilerplate"


EVIDENCE_KINDS = frozenset({SpanKind.TITLE, SpanKind.BODY, SpanKind.CAPTION})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `[start, end)` of a document's text."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class Published:
    """When a document appeared: `value` is `2024-10-22`, `2024-10` or `2024`, never guessed."""

    value: str
    precision: str
    """`day`, `month` or `year`."""
    source: str
    """`header` of the text, or `file` for what the file says of itself (a page's or a message's date)."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """Where a page or a heading begins in a document's text."""

    start: int
    kind: str
    """`page`, `heading`, or `title` where the file says what its title is."""
    label: str
    """The page's number, or the words of the heading or title."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader makes of a file."""

    text: str
    """Newlines as `\\n`, Unicode NFC; all offsets refer to it."""
    landmarks: tuple[Landmark, ...] = ()
    """In text order."""
    published: Published | None = None
    """When the file itself says it appeared."""
    title: tuple[int, int] | None = None
    """Where the title stands, when the file says which words it is."""


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document without its text."""

    id: str
    title: str
    title_start: int
    title_end: int
    path: str
    """The file's name relative to what was ingested."""
    source: str
    """The absolute path it was read from."""
    published: Published | None
    sha256: str
    """Of the text in UTF-8."""
    characters: int
    ingested_at: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence: a sentence, or one item of a long enumeration."""

    id: int
    document_id: str
    ordinal: int
    start: int
    end: int
    kind: SpanKind
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of search: neighbouring sentences of one document."""

    id: int
    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """A document that is named, not cited: worth a look after a refusal, or another print of the same text."""

    document_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A found chunk with its fused score in [0, 1] and the two scores it is made of."""

    chunk: Chunk
    document: Document
    score: float
    dense: float
    """Cosine of the encoder, 0 when the chunk was not among its nearest."""
    lexical: float
    """BM25, 0 when no term matched."""
    duplicates: tuple[Related, ...] = ()
    """Documents that print the same text as this one."""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """The words of a citation in a near duplicate of its document, copied from that one's text."""

    document_id: str
    title: str
    path: str
    published: str | None
    start: int
    end: int
    quote: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote, copied by the program from the stored text."""

    number: int
    document_id: str
    title: str
    path: str
    published: str | None
    start: int
    end: int
    quote: str
    document_sha256: str
    page: int | None = None
    """Of a file with pages: the one on which the quote begins."""
    heading: str | None = None
    """The heading over the quote, of a file whose headings are marked."""
    also: tuple[Corroboration, ...] = ()
    """Other papers that print the same sentence, the first to print it first."""

    @property
    def sources(self) -> int:
        """Documents that say this."""
        return 1 + len(self.also)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence or list item of the answer; offsets are into the answer."""

    text: str
    start: int
    end: int
    status: str
    """`supported` or `unsupported`."""
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The shortest cited span that answers the question."""

    text: str
    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What the nearest document says instead of something the question took for granted."""

    text: str
    """A Vietnamese sentence; what it quotes of the document stands in the citation."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the question to each event; None where the event did not happen."""

    search_s: float
    evidence_s: float | None
    first_token_s: float | None
    total_s: float


@dataclass(frozen=True, slots=True)
class ModelNames:
    llm: str | None
    encoder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with everything needed to check it."""

    question: str
    standalone_question: str
    answer: str
    short_answer: ShortAnswer | None
    refused: bool
    reason: str | None
    """Why it was refused: `no_evidence`, `not_answered` or `unverified`."""
    extractive: bool
    """True when the answer quotes and no model phrased it."""
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    related: tuple[Related, ...]
    correction: Correction | None
    """Of a refusal whose nearest document contradicts one premise of the question."""
    confidence: float
    timings: Timings
    model: ModelNames


@dataclass(frozen=True, slots=True)
class Status:
    """Progress: `stage` is one of `search`, `load`, `read`, `write`, `verify`."""

    stage: str
    fraction: float
    """0 to 1 within the stage."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The best verified sentences, best first, sent before any token of the model."""

    citations: tuple[Citation, ...]
    standalone_question: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the model's text as it is written; not yet verified."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer
    features: Mapping[str, float] = field(default_factory=dict)
    """What the confidence was computed from, by name."""


Event = Status | Evidence | Token | Done


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """What became of one document, or of a file that gave none.

    `added`, `replaced`, `moved` (its file has a new name or place), `unchanged` or `failed`; of a watched
    folder also `orphaned` (its file is gone) or `removed`.
    """

    path: str
    outcome: str
    document_id: str | None
    message: str
    """The Vietnamese sentence of a failure, empty otherwise."""
    done: int
    total: int


Turn = tuple[str, str]
"""A past question and its answer."""
