"""What a conversation is about: who, where, when and which event were last asked about and told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import facts
from rag.dates import find_dates
from rag.people import find_people
from rag.phrases import event, phrase
from rag.places import PLACE_NAMES
from rag.questions import Wanted, analyse
from rag.records import REFUSAL, Turn
from rag.text import fold, normalise

_TURNS = 4
"""So many turns back a question may refer."""
_QUESTION, _ANSWER = 250, 600
"""Characters of a question and of an answer that are remembered: a subject is named early."""
_MARKER = re.compile(r"\s*\[\d+\]")
PLACE_HEADS = (
    "tỉnh|thành phố|huyện|quận|xã|phường|thị trấn|thị xã|châu|thôn|bản|nước|khu vực|vùng|đặc khu|địa phương|địa bàn|nơi"
)
"""What a place is called, as alternatives of a pattern."""
_ANY_PLACE = frozenset(("địa phương", "địa bàn", "nơi", ""))
_NAME = rf"(?:[{facts.UPPER}][^\W\d_]*(?: |$)?){{1,4}}"
_PLACE = re.compile(
    rf"(?<!\w)(?:(?i:{PLACE_HEADS}) )(?=[{facts.UPPER}]){_NAME}"
    rf"|(?<!\w)(?:{'|'.join(PLACE_NAMES)})(?!\w)"
    rf"|(?<=(?<!\w)[Ởở] ){_NAME}|(?<=(?<!\w)[Tt]ại ){_NAME}"
)
_DAYTIME = re.compile(r"(?<!\w)(sáng|trưa|chiều|tối|đêm|ngày|hôm|tháng|năm)\s+$", re.I)
_OF_DOCUMENT = re.compile(r"(\S+)\s+(?:ban hành\s+)?(?:ngày\s+)?$")
_WOMAN, _MAN = r"(?:bà|chị|cô)", r"(?:ông|anh)"


def recent(history: Sequence[Turn]) -> list[Turn]:
    """The turns that are remembered, oldest first, each cut to what can matter; idempotent."""
    return [(_cut(q, _QUESTION), _cut(a, _ANSWER)) for q, a in history[-_TURNS:]]


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[:size].rpartition(" ")[0]


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting by the name the conversation gives it, with its day where one turn tells just one."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class Memory:
    """The turns on the present topic, newest first, in normal form without citation markers.

    A refusal counts as an empty answer. Every look-up gives what was meant last, "" where nothing was.
    """

    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, history: Sequence[Turn]) -> Memory:
        """Read a history, oldest first; what came before a change of topic is forgotten."""
        turns = [_plain(*turn) for turn in reversed(recent(history))]
        for at, (question, _) in enumerate(turns[:-1], 1):
            if _changes_topic(question, turns[at]):
                return cls(tuple(turns[:at]))
        return cls(tuple(turns))

    def person(self, pronoun: str = "") -> str:
        """Whom `ông ấy` is, by full name."""
        return next(filter(None, (_person(*turn, pronoun) for turn in self.turns)), "")

    def full_name(self, given: str) -> str:
        """The one person of that given name."""
        names = {p.name for turn in self.turns for text in turn for p in find_people(text)}
        called = [name for name in names if name.split()[-1] == given]
        return called[0] if len(called) == 1 else ""

    def place(self, head: str = "") -> str:
        """Where `ở đó` or `huyện này` is, written with what kind of place it is where that is known."""
        return next(filter(None, (_place(*turn, head.lower()) for turn in self.turns)), "")

    def time(self, part: str = "") -> str:
        """When `hôm đó` or `năm đó` was: `chiều 10/4`, `năm 2020`."""
        return next(filter(None, (_time(*turn, part.lower()) for turn in self.turns)), "")

    def event(self, head: str = "") -> Event | None:
        """Which meeting it was: the latest called by `head`, else the latest of any name."""
        called = (self._event(turn, phrase(head, text)) for turn in self.turns for text in turn if head)
        any_name = (self._event(turn, event(text)) for turn in self.turns for text in turn)
        return next(filter(None, (*called, *any_name)), None)

    def thing(self, head: str) -> str:
        """What else was called so and told apart: `đoàn công tác tỉnh Lào Cai`, `Nghị định số 03/2019/NĐ-CP`."""
        return next(filter(None, (phrase(head, text) for turn in self.turns for text in turn)), "")

    @staticmethod
    def _event(turn: Turn, name: str) -> Event | None:
        days = dict.fromkeys(day for text in turn for day in _times(text, "ngày"))
        return Event(name, next(iter(days)) if len(days) == 1 else "") if name else None


def _plain(question: str, answer: str) -> Turn:
    told = normalise(_MARKER.sub("", answer))
    return normalise(question), "" if fold(told).startswith(fold(REFUSAL)[:20]) else told


def _changes_topic(question: str, before: Turn) -> bool:
    """True when a question names something and nothing of what the turn before it was about."""
    asked = analyse(question)
    known = facts.keys(" ".join(before))
    named = [*asked.entities, *(facts.keys(number) for number in asked.documents)]
    return bool(named) and not any(facts.contains_run(known, name) for name in named)


def _person(question: str, answer: str, pronoun: str) -> str:
    """Whom a turn is about: the person asked for, else the one the question names, else the first told."""
    asked = [p.name for p in find_people(question) if _suits(pronoun, p.name, question)]
    told = [p.name for p in find_people(answer) if p.name not in asked and _suits(pronoun, p.name, answer)]
    if asked and not (told and analyse(question).wanted is Wanted.PERSON):
        return asked[-1]
    return told[0] if told else ""


def _suits(pronoun: str, name: str, text: str) -> bool:
    """False when a man is meant and a woman named, or the other way round, as far as the text says."""
    woman, man = (re.match(sex, pronoun, re.I) for sex in (_WOMAN, _MAN))
    if not (woman or man):
        return True
    other = _MAN if woman else _WOMAN
    return not re.search(rf"(?<!\w){other} {re.escape(name)}", text, re.I) and not (man and " Thị " in name)


def _place(question: str, answer: str, head: str) -> str:
    asked, told = (places(text, head) for text in (question, answer))
    new = [place for place in told if _name(place) not in question]
    if new and analyse(question).wanted is Wanted.PLACE:
        return new[0]
    return next(iter([*asked[-1:], *told]), "")


def _name(place: str) -> str:
    """A place without the word for what kind it is."""
    return re.sub(rf"^(?:{PLACE_HEADS}) ", "", place, flags=re.I)


def places(text: str, head: str = "") -> list[str]:
    """Places of a text as written, of the kind that `head` says, left to right."""
    found = [match.group().strip() for match in _PLACE.finditer(text)]
    found = [place for place in found if not find_people(place)]
    if head in _ANY_PLACE:
        return found
    exact = [place for place in found if fold(place).startswith(f"{fold(head)} ")]
    if exact or head != "tỉnh":
        return exact
    return [f"tỉnh {place}" for place in found if place in PLACE_NAMES]


def _time(question: str, answer: str, part: str) -> str:
    told = _times(answer, part)
    if told and analyse(question).wanted in (Wanted.DAY, Wanted.MONTH, Wanted.YEAR):
        return told[0]
    return next(iter([*_times(question, part), *told]), "")


def _times(text: str, part: str) -> list[str]:
    """Dates as written, with the time of day; no date of a decree, and for a year only the year."""
    found, numbers = [], facts.document_numbers(text)
    for date in find_dates(text):
        before, written = text[: date.start], text[date.start : date.end]
        document = _OF_DOCUMENT.search(before)
        if (document and document.group(1) in numbers) or any(written in number for number in numbers):
            continue
        if part in ("năm", "tháng"):
            value = date.year if part == "năm" else date.month
            found += [f"{part} {value}"] if value else []
        elif date.day is not None or part in ("khi", "lúc"):
            daytime = _DAYTIME.search(before)
            word = daytime.group(1).lower() if daytime else "ngày" if date.day is not None else ""
            found.append(written if not written[0].isdigit() else f"{word} {written}".strip())
    return found
