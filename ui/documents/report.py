"""What became of files and deletions: the progress of an upload, what failed and why, what can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag.records import IngestProgress
from ui import labels as common
from ui.documents import labels
from ui.documents.listing import action
from ui.render import NOTHING, Html, element

if TYPE_CHECKING:
    from rag.failures import Failure
    from ui.documents.wastebasket import Thrown

LATEST = 5
"""Outcomes that are shown while more are to come: a long list would be sent again with each."""
MOST = 200
"""Outcomes and failures that are shown one by one."""
UNDOABLE = 3


def progress(outcomes: Sequence[IngestProgress], total: int) -> Html:
    """How far an upload is, what came in last, and every failure so far."""
    done = len({outcome.done for outcome in outcomes})
    label = labels.reading(done, total)
    bar = element("progress", max=max(total, 1), value=done, aria_label=label)
    failed = [outcome for outcome in outcomes if outcome.outcome == "failed"]
    others = [outcome for outcome in outcomes if outcome.outcome != "failed"]
    line = element("p", element("strong", label), _counts(outcomes), role="status")
    return element("div", line, bar, _list([*failed[-MOST:], *others[-LATEST:]]), class_="hd-report")


def finished(outcomes: Sequence[IngestProgress], total: int) -> Html:
    """What became of all files: the counts, the failures, and everything else on request."""
    done = len({outcome.done for outcome in outcomes})
    line = labels.finished(total) if done >= total else labels.stopped(done, total)
    failed = [outcome for outcome in outcomes if outcome.outcome == "failed"]
    others = [outcome for outcome in outcomes if outcome.outcome != "failed"]
    told = element("p", element("strong", line), _counts(outcomes), role="status")
    if len(others) > LATEST:
        rest = element("details", element("summary", labels.EACH_FILE), _list(others))
    else:
        rest = _list(others)
    return element("div", told, _list(failed), rest, class_="hd-report")


def waiting() -> Html:
    return element("div", element("p", labels.WAITING, role="status"), class_="hd-report")


def _counts(outcomes: Iterable[IngestProgress]) -> str:
    counted = Counter(outcome.outcome for outcome in outcomes)
    told = ", ".join(
        text.format(labels.number(counted[name])) for name, text in labels.COUNTED.items() if counted[name]
    )
    return f": {told}." if told else "."


def _list(outcomes: Sequence[IngestProgress]) -> Html:
    if not outcomes:
        return NOTHING
    left = len(outcomes) - MOST
    more = element("li", labels.left_out(left)) if left > 0 else NOTHING
    return element("ul", *(_outcome(outcome) for outcome in outcomes[:MOST]), more)


def _outcome(outcome: IngestProgress) -> Html:
    word = element("strong", labels.OUTCOMES.get(outcome.outcome, outcome.outcome))
    reason = f": {outcome.message}" if outcome.message else ""
    return element("li", word, " ", element("bdi", outcome.path), reason, class_=f"hd-{outcome.outcome}")


def failures(failed: Sequence[Failure], retriable: frozenset[str]) -> Html:
    """What could not be read so far, with the reason, until it can or is dismissed.

    Args:
        retriable: sources whose file still lies where it was.
    """
    if not failed:
        return NOTHING
    left = len(failed) - MOST
    return element(
        "section",
        element("h3", f"{labels.FAILED} ({labels.number(len(failed))})"),
        element("ul", *(_failure(failure, failure.source in retriable) for failure in failed[:MOST])),
        element("p", labels.left_out(left), class_="hd-hint") if left > 0 else NOTHING,
        action("dismiss-all", labels.DISMISS_ALL) if len(failed) > 1 else NOTHING,
        class_="hd-failures",
        aria_label=labels.FAILED,
    )


def _failure(failure: Failure, retriable: bool) -> Html:
    when = common.date(failure.failed_at[:10])
    about = element(
        "div", element("bdi", failure.path, class_="hd-entry-title"), element("p", failure.reason), class_="hd-about"
    )
    buttons = element(
        "div",
        action("retry", labels.RETRY, failure.path, data_source=failure.source) if retriable else NOTHING,
        action("dismiss", labels.DISMISS, failure.path, data_source=failure.source),
        class_="hd-entry-actions",
    )
    return element("li", about, element("span", when, class_="hd-facts"), buttons)


def undoable(thrown: Sequence[Thrown]) -> Html:
    """The latest deletions, each with the button that takes it back."""
    lines = (
        element(
            "p",
            element("bdi", labels.deleted(each.titles)),
            " ",
            action("undo", labels.UNDO, each.titles[0], data_key=each.key),
        )
        for each in thrown[:UNDOABLE]
    )
    return element("div", *lines, class_="hd-hanging hd-undo", role="status") if thrown else NOTHING


def said(line: str) -> Html:
    """A line where the undo stood."""
    return element("div", element("p", line), class_="hd-hanging hd-undo", role="status")


def problem(line: str) -> Html:
    """An action that failed."""
    return element(
        "div",
        element("p", common.ERROR, class_="hd-notice-line"),
        element("p", line),
        class_="hd-notice hd-error",
        role="alert",
    )
