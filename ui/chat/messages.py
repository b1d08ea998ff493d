"""How an exchange looks: question, then answer, draft, refusal or error, then the quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.records import Answer
from ui import labels as shared
from ui.chat import labels
from ui.chat.answers import MARKER, answered, shown_text
from ui.chat.cards import quotes
from ui.chat.exchange import Exchange, Phase
from ui.chat.notices import failure, refusal, stopped
from ui.chat.progress import progress, stage
from ui.quality.complaint import flag_button
from ui.render import Html, element, group


def conversation(exchanges: Iterable[Exchange]) -> Html:
    return group(*(exchange(e) for e in exchanges))


def exchange(e: Exchange) -> Html:
    return element(
        "section",
        element("div", element("bdi", e.question), class_="hd-question"),
        element("div", *_reply(e), class_="hd-reply", data_announce=_announcement(e)),
        class_="hd-exchange",
        data_phase=e.phase,
        data_message=e.number,
    )


def _reply(e: Exchange) -> Iterator[Html]:
    """What is said, in a place that keeps its height while it changes, and the quotes under it."""
    said = [_outcome(e)]
    if e.standalone and e.standalone != e.question:
        said.insert(0, _understood(e.standalone))
    yield element("div", *said, class_="hd-said")
    if e.evidence and not (e.answer and e.answer.refused):
        yield quotes(e)


def _understood(standalone: str) -> Html:
    edit = element(
        "button",
        labels.EDIT,
        type="button",
        data_edit=standalone,
        aria_label=labels.EDIT_HINT,
        class_="hd-quiet-button",
    )
    return element("p", f"{shared.UNDERSTOOD} ", element("bdi", standalone), " ", edit, class_="hd-understood")


def _outcome(e: Exchange) -> Html:
    if e.answer is not None:
        return _final(e, e.answer)
    if e.phase is Phase.FAILED:
        return failure(e)
    if e.phase is Phase.STOPPED:
        return stopped(e)
    return progress(e)


def _final(e: Exchange, answer: Answer) -> Html:
    flag = flag_button(e.number)
    if answer.refused:
        return group(refusal(e, answer), flag)
    if not answer.claims:  # a greeting states nothing that a source could prove, and took no time
        return element("p", shown_text(answer), class_="hd-courtesy")
    return answered(e.number, answer, flag)


def _announcement(e: Exchange) -> str:
    """What a screen reader hears when it changes; never the tokens of a draft."""
    if e.answer is not None:
        return _spoken(e.answer)
    if e.phase is Phase.STOPPED:
        return shared.STOPPED
    if e.phase is Phase.FAILED:
        return ""
    return shared.DRAFT if e.draft else stage(e)


def _spoken(answer: Answer) -> str:
    """The answer as it is read aloud: no marker, and of a refusal what contradicts the question too."""
    text = MARKER.sub("", shown_text(answer))
    if answer.refused:
        return " ".join((text, answer.correction.text)) if answer.correction else text
    return f"{shared.ANSWERED} {text}" if answer.claims else text
