"""The form that makes a flagged answer a question of the own set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.flags.candidates import Candidate, key_of
from rag.flags.records import Flag
from ui.quality import labels
from ui.quality.complaint import text_area
from ui.render import NOTHING, Html, element, field


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it stands: typed answers, ticked sentences, what was searched and found."""

    flag: Flag
    answers: str
    unanswerable: bool = False
    candidates: Sequence[Candidate] = ()
    chosen: frozenset[str] = frozenset()
    words: str = ""
    problem: str = ""


def form(draft: Draft) -> Html:
    refuse = field("checkbox", name="unanswerable", value="yes", checked=draft.unanswerable)
    return element(
        "section",
        element("h2", labels.FORM_TITLE),
        element("p", element("bdi", draft.flag.asked), class_="hd-entry-title"),
        text_area("answers", labels.FORM_ANSWERS, draft.answers, rows=3),
        element("label", refuse, element("span", labels.FORM_REFUSE), class_="hd-tick"),
        element("h3", labels.FORM_EVIDENCE),
        _candidates(draft),
        _search(draft.words),
        element("p", draft.problem, class_="hd-flag-problem", role="alert") if draft.problem else NOTHING,
        element(
            "div",
            _button("cancel", labels.CANCEL, draft.flag),
            _button("add", labels.FORM_SAVE, draft.flag, class_="hd-primary"),
            class_="hd-dialog-buttons",
        ),
        class_="hd-question-form",
        data_form=True,
        data_key=draft.flag.id,
    )


def _candidates(draft: Draft) -> Html:
    if not draft.candidates:
        return element("p", labels.FORM_NOT_FOUND if draft.words else labels.FORM_NONE, class_="hd-hint")
    return element("ul", *_ticks(draft.candidates, draft.chosen), class_="hd-candidates")


def _ticks(candidates: Iterable[Candidate], chosen: frozenset[str]) -> Iterable[Html]:
    for candidate in candidates:
        key = key_of(candidate.place)
        words = element("span", element("bdi", candidate.quote), element("bdi", candidate.title, class_="hd-facts"))
        tick = field("checkbox", name="places", value=key, checked=key in chosen)
        yield element("li", element("label", tick, words, class_="hd-tick"))


def _search(words: str) -> Html:
    box = field("text", name="words", value=words, maxlength=300)
    button = element("button", labels.FORM_SEARCH_BUTTON, type="button", data_action="search")
    return element("div", element("label", element("span", labels.FORM_SEARCH), box), button, class_="hd-search-row")


def _button(action: str, label: str, flag: Flag, **attributes: str) -> Html:
    return element("button", label, type="button", data_action=action, data_key=flag.id, **attributes)
