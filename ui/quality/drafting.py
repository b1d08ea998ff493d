"""What the buttons of the flag list and of the question form do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rag.errors import HoidapError
from rag.flags.candidates import Candidate, key_of, place_of
from rag.flags.questions import Place
from rag.flags.records import Flag, Wrong
from rag.flags.store import LONGEST
from ui.backend import Backend
from ui.quality import labels
from ui.quality.question import Draft, form
from ui.render import element
from ui.toolkit import sent

_MOST_PLACES = 20


class Drafting:
    """Deletes flags and makes questions of them; every action gives the form as it stands afterwards, or nothing."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def act(self, user: str, event: Any) -> str:
        """Do what a button says.

        Raises:
            HoidapError: the flag is not there or not theirs, or the library cannot be used.
        """
        flag = self._backend.flags.one(user, str(sent(event, "key")))
        match sent(event, "action"):
            case "delete":
                self._backend.remove_question(flag)
                self._backend.flags.delete(user, flag.id)
            case "unquestion":
                self._backend.remove_question(flag)
            case "question":
                return form(self._begun(flag)).markup
            case "search":
                return form(self._searched(self._filled(flag, event))).markup
            case "add":
                return self._add(self._filled(flag, event))
        return ""

    def _begun(self, flag: Flag) -> Draft:
        unanswerable = flag.complaint.wrong is Wrong.UNFOUNDED
        return Draft(flag, flag.complaint.expected, unanswerable, self._backend.cited(flag))

    def _filled(self, flag: Flag, event: Any) -> Draft:
        """The form as it was sent, its cited and its ticked sentences."""
        places = [place_of(key) for key in _strings(sent(event, "places"))]
        ticked = [known for place in places for known in self._backend.sentence_at(place)]
        return Draft(
            flag,
            str(sent(event, "answers") or "")[:LONGEST],
            bool(_strings(sent(event, "unanswerable"))),
            _each_once([*ticked, *self._backend.cited(flag)]),
            frozenset(map(key_of, places)),
            str(sent(event, "words") or "").strip(),
        )

    def _searched(self, draft: Draft) -> Draft:
        try:
            found = self._backend.search_sentences(draft.words)
        except HoidapError as error:
            return replace(draft, problem=error.line)
        return replace(draft, candidates=_each_once([*draft.candidates, *found]))

    def _add(self, draft: Draft) -> str:
        answers = "" if draft.unanswerable else draft.answers
        if not draft.unanswerable and not answers.strip():
            return form(replace(draft, problem=labels.FORM_MISSING)).markup
        evidence: list[Place] = [c.place for c in draft.candidates if key_of(c.place) in draft.chosen]
        try:
            self._backend.add_question(draft.flag, answers, evidence)
        except HoidapError as error:
            return form(replace(draft, problem=error.line)).markup
        return element("p", labels.FORM_ADDED, class_="hd-done", role="status").markup


def _strings(value: Any) -> list[str]:
    """What ticked boxes of one name send; anything else counts as none."""
    return [v for v in value if isinstance(v, str)][:_MOST_PLACES] if isinstance(value, list) else []


def _each_once(candidates: list[Candidate]) -> list[Candidate]:
    return list({candidate.place: candidate for candidate in candidates}.values())
