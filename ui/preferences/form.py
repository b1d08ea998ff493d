"""How the settings look that can be changed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.models import ModelStatus
from rag.operating_points import OperatingPoints
from rag.settings import Settings
from rag.speed import Speed
from ui.preferences import labels
from ui.preferences.curve import curve, in_words
from ui.render import NOTHING, Html, element, field
from ui.toolkit import serial_number

_STATES = {"present": labels.HERE, "missing": labels.NOT_HERE, "changed": labels.BROKEN}
MOST_SOURCES = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the form is made of."""

    settings: Settings
    models: Sequence[ModelStatus]
    speeds: Mapping[str, Speed]
    points: OperatingPoints
    above: Mapping[str, str]
    """What overrides a setting, by its name."""
    may_change: bool
    cpu: str


def form(shown: Shown) -> Html:
    hint = labels.EVERYONE if shown.may_change else labels.READ_ONLY
    save = element("button", labels.SAVE, type="button", data_action="save", class_="hd-primary")
    return element(
        "section",
        element("h2", labels.TITLE),
        element("p", hint, class_="hd-hint"),
        _models(shown),
        _extractive(shown),
        _sources(shown),
        _refusal(shown),
        save if shown.may_change else NOTHING,
        class_="hd-preferences",
        data_form=True,
        data_drawn=serial_number(),
    )


def _box(shown: Shown, name: str, title: str, hint: str, *inside: Html) -> Html:
    above = shown.above.get(name)
    note = element("p", labels.ABOVE.format(above=above), class_="hd-above") if above else NOTHING
    locked = bool(above) or not shown.may_change
    legend, words = element("legend", title), element("p", hint, class_="hd-hint")
    return element("fieldset", legend, words, note, *inside, class_="hd-setting", data_setting=name, disabled=locked)


def _models(shown: Shown) -> Html:
    known = [status for status in shown.models if status.spec.kind == "llm"]
    rows = [_model(shown, status) for status in known]
    if shown.settings.llm not in {status.spec.name for status in known}:
        rows.insert(0, _choice(shown.settings.llm, checked=True, disabled=False, facts=[labels.OWN_FILE]))
    return _box(shown, "llm", labels.MODEL, labels.MODEL_HINT, element("div", *rows, class_="hd-models-list"))


def _model(shown: Shown, status: ModelStatus) -> Html:
    spec = status.spec
    missing = status.state == "missing"
    facts = [
        f"{labels.gigabytes(spec.size)}, {_STATES[status.state]}",
        f"{labels.MEMORY}: {labels.gigabytes(memory_needed(spec.size))}",
        f"{labels.LICENCE}: {spec.licence}",
        *_speed(shown, status),
    ]
    command = element("code", f"hoidap models pull {spec.name}") if missing else NOTHING
    chosen = shown.settings.llm == spec.name
    return _choice(
        spec.name, checked=chosen, disabled=missing and not chosen, facts=facts, note=spec.note, more=command
    )


def _speed(shown: Shown, status: ModelStatus) -> Iterator[str]:
    speed = shown.speeds.get(status.spec.name)
    here = speed is not None and speed.cpu == shown.cpu and status.marker and speed.sha256 == status.marker.sha256
    if speed and here:
        yield f"{labels.SPEED}: đọc {labels.tokens(speed.read_tokens_s)}, viết {labels.tokens(speed.written_tokens_s)}"
    elif status.state != "missing":
        yield f"{labels.SPEED}: {labels.NOT_MEASURED}"


def memory_needed(size: int) -> float:
    """Bytes: the weights with what reading needs, and the encoder with its libraries (1.2 GB)."""
    return 1.25 * size + 1.2e9


def _choice(
    name: str, *, checked: bool, disabled: bool, facts: Sequence[str], note: str = "", more: Html = NOTHING
) -> Html:
    words = element(
        "span",
        element("strong", name),
        element("span", note, class_="hd-model-note") if note else NOTHING,
        element("span", " · ".join(facts), class_="hd-facts"),
        more,
    )
    box = field("radio", name="llm", value=name, checked=checked, disabled=disabled)
    return element("label", box, words, class_="hd-model")


def _extractive(shown: Shown) -> Html:
    box = field("checkbox", name="extractive", value="yes", checked=shown.settings.extractive)
    tick = element("label", box, element("span", labels.EXTRACTIVE_TICK), class_="hd-tick")
    return _box(shown, "extractive", labels.EXTRACTIVE, labels.EXTRACTIVE_HINT, tick)


def _sources(shown: Shown) -> Html:
    value = shown.settings.evidence_sentences
    most = max(MOST_SOURCES, value)
    slider = _slider("evidence_sentences", labels.SOURCES, value, most=most, step=1, shown_as=str(value))
    return _box(shown, "evidence_sentences", labels.SOURCES, labels.SOURCES_HINT, slider)


def _refusal(shown: Shown) -> Html:
    least = shown.settings.least_confidence
    written = f"{least:.2f}".replace(".", ",")
    slider = _slider("least_confidence", labels.REFUSAL, least, most=1, step=0.01, shown_as=written)
    if not shown.points.points:
        told: tuple[Html, ...] = (element("p", labels.NO_POINTS, class_="hd-hint"),)
    else:
        source = labels.MEASURED_ON.format(sets=shown.points.measured_on)
        told = (
            in_words(shown.points, least),
            curve(shown.points, least),
            element("p", source, class_="hd-hint"),
        )
    return _box(shown, "least_confidence", labels.REFUSAL, labels.REFUSAL_HINT, slider, *told)


def _slider(name: str, label: str, value: float, *, most: float, step: float, shown_as: str) -> Html:
    least = 1 if step == 1 else 0
    box = field("range", name=name, value=value, min=least, max=most, step=step, aria_label=label)
    return element("div", box, element("span", shown_as, class_="hd-slider-value"), class_="hd-slider")
