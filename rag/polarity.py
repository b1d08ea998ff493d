"""Negation, direction and reality: the small words that turn a statement round.

`không`, `giảm` for `tăng`, `ít nhất` for `nhiều nhất`, `dự kiến` told as `đã`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.mentions import Mention, Reading, content_keys, read
from rag.text import tone_key

# "Not only" and "unceasingly" deny nothing.
_NO_DENIAL = re.compile(r"(?<!\w)(?:không (?:chỉ|những|riêng))(?!\w)", re.I)
_UNCEASING = re.compile(r"(?<!\w)không (?:ngừng|ngớt)(?!\w)", re.I)
_NEGATION = re.compile(
    r"(?<!hàng )(?<!phòng )(?<!khoảng )(?<!\w)(?:không|chưa|chẳng|chớ|đừng)(?!\w)"
    r"(?! (?:khí|gian|quân|trung|lực|dưới|quá|kể|ít)(?!\w))",
    re.I,
)
_SCOPE_END = re.compile(r"[,;.:()“”\"]|(?<!\w)(?:mà|nhưng|nếu|do|vì|nên|đã|không|chưa)(?!\w)", re.I)
_AUXILIARY = frozenset(map(tone_key, "phải hề thể còn có được bị để làm cho vẫn nào bất kỳ từng".split()))
_HARD = (
    r"dự kiến|dự tính|dự báo|đề nghị|đề xuất|kiến nghị|phấn đấu|có thể|đang chờ|chờ|nếu|mong muốn|xem xét"
    r"|(?:đặt|với|có|xác định|là) mục tiêu|mục tiêu là"
)
_UNREAL = re.compile(
    rf"(?<!\w)(?:{_HARD}|giao|phân công|kêu gọi|sẽ|sắp|hướng tới|yêu cầu|chuẩn bị|cần|phải|đang)(?!\w)", re.I
)
_PLANNED = re.compile(rf"(?<!\w)(?:{_HARD})(?!\w)", re.I)
_MODAL = re.compile(
    rf"(?<!\w)(?:{_HARD}|sẽ|sắp|hướng tới|yêu cầu|chuẩn bị|cần|phải|đang|muốn|định|nhằm|quy định|mong"
    r"|đặt ra)(?!\w)",
    re.I,
)
_CONDITION = re.compile(r"(?<!\w)(?:nếu|trừ|ngoại trừ|với điều kiện|trường hợp|chỉ\b[^;.]*\bkhi)(?!\w)", re.I)
_CONDITIONAL = re.compile(r"(?<!\w)(?:nếu|trừ|ngoại trừ|điều kiện|trường hợp|khi|mới|chỉ|phải|sau)(?!\w)", re.I)
_CONCESSION = re.compile(r"(?<!\w)(?:kể cả|dù|mặc dù|bất kể|không cần|bất chấp|vô điều kiện)(?!\w)", re.I)
_DONE = re.compile(r"(?<!\w)đã(?!\w)(?: (?:được|bị|chính thức|cơ bản))*", re.I)
_NO_OFFICE_VERB = re.compile(r"(?<!\w)(?:là|giữ chức|làm)(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class _Denials:
    """Keys denied by each negation of a text, and the content keys left when they are taken out."""

    scopes: tuple[tuple[str, ...], ...]
    stated: tuple[str, ...]


def plain(text: str) -> str:
    """The text without the negations that deny nothing."""
    return _UNCEASING.sub("liên tục", _NO_DENIAL.sub("", text))


@lru_cache(maxsize=2048)
def _denials(text: str) -> _Denials:
    scopes, rest, last = [], [], 0
    for match in _NEGATION.finditer(text):
        end = _SCOPE_END.search(text, match.end())
        stop = end.start() if end else len(text)
        scope = tuple(k for k in content_keys(text[match.end() : stop]) if k not in _AUXILIARY)[:8]
        if scope:
            scopes.append(scope)
            rest.append(text[last : match.start()])
            last = max(last, stop)
    rest.append(text[last:])
    return _Denials(tuple(scopes), tuple(k for part in rest for k in content_keys(part)))


def denied(claim: str, spans: Sequence[str]) -> str:
    """A negation of the claim that no span makes, or one that the claim has lost."""
    said, held = _denials(claim), [_denials(span) for span in spans]
    scopes = [scope for one in held for scope in one.scopes]
    for scope in said.scopes:
        if not any(_covers(scope[:4], other) for other in scopes):
            return "added: " + scope[0]
    for scope in scopes:
        head = scope[:2]
        told = all(k in said.stated for k in head) and not any(head[0] in own for own in said.scopes)
        if told and not any(_follows(one.stated, head) for one in held):
            return "lost: " + head[0]
    return ""


def _covers(scope: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return sum(k in other for k in scope) >= 0.6 * len(scope) and (scope[0] in other or other[0] in scope)


def _follows(stated: tuple[str, ...], head: tuple[str, ...]) -> bool:
    return any(stated[i : i + len(head)] == head for i in range(len(stated)))


def turned(claim: str, spans: Sequence[str]) -> str:
    """A direction of the claim (`tăng`, `tối đa`) that the spans do not have, or have the other way."""
    held = [m for span in spans for m in _senses(read(span))]
    for mention in _senses(read(claim)):
        own = [m for m in held if m.kind == mention.kind]
        if any(m.value == mention.value for m in own):
            continue
        if own or mention.label == "strict":
            return " ".join(str(part) for part in mention.value)
    return ""


def _senses(reading: Reading) -> list[Mention]:
    return [m for m in reading.mentions if m.kind.startswith("sense")]


def unreal(claim: str, spans: Sequence[str], question: str = "") -> str:
    """What a span only plans, asks or conditions, and the claim tells as so."""
    concession = _CONCESSION.search(claim)
    if concession and not any(_CONCESSION.search(span) for span in spans):
        return concession.group()
    segments = [
        s for span in spans for s in re.split(r"[;]|\.\s|(?<!\w)(?:còn|trong khi|nhưng|song)(?!\w)", span) if s.strip()
    ]
    return _done(claim, segments) or _told(claim, segments, question)


def _done(claim: str, segments: Sequence[str]) -> str:
    """`đã` + verb where the spans have that verb only behind a plan."""
    for match in _DONE.finditer(claim):
        verb = content_keys(claim[match.end() :])[:2]
        kept = [s for s in segments if verb and _follows(content_keys(s), verb)]
        said = set(content_keys(claim))
        kept = sorted(kept, key=lambda s: -len(said & set(content_keys(s))))[:1]
        if kept and not any(_real(s, verb) for s in kept):
            return match.group()
    return ""


def _real(segment: str, verb: tuple[str, ...]) -> bool:
    """The verb stands in the segment behind `đã`, or behind no word of planning."""
    done = [m.end() for m in re.finditer(r"(?<!\w)(?:đã|vừa)(?!\w)", segment, re.I)]
    unreal = _UNREAL.search(segment, done[-1] if done else 0)
    return unreal is None or _follows(content_keys(segment[: unreal.start()]), verb)


def _told(claim: str, segments: Sequence[str], question: str) -> str:
    """A claim made of nothing but what follows a plan or a condition, without saying so."""
    keys = content_keys(claim)
    source = max(segments, key=lambda s: sum(k in content_keys(s) for k in keys), default="")
    held = content_keys(source)
    if len(keys) < 4 or sum(k in held for k in keys) < 0.7 * len(keys):
        return ""
    condition = _CONDITION.search(source)
    if condition and not _CONDITIONAL.search(claim + " " + question):
        return condition.group()
    planned = _PLANNED.search(source)
    if planned is None or _MODAL.search(claim + " " + question) or _NO_OFFICE_VERB.search(claim):
        return ""
    before = set(content_keys(source[: planned.start()]))
    behind = set(content_keys(source[planned.end() :]))
    moved = sum(k in behind and k not in before for k in keys)
    return planned.group() if moved >= 0.6 * len(keys) else ""
