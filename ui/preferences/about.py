"""Where the data lies, how quick the models are here, and what the program is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rag.licences import Package
from rag.models import ModelStatus
from rag.records import Status
from rag.speed import Speed
from ui.preferences import labels
from ui.quality.labels import local
from ui.quality.report import table
from ui.render import NOTHING, Html, element


def speed(
    speeds: Mapping[str, Speed], cpu: str, *, running: Status | None = None, line: str = "", may_start: bool = True
) -> Html:
    """The measurement: its button, or how far it is, and what was measured before."""
    start = element("button", labels.MEASURE, type="button", data_action="measure")
    control = _running(running) if running else (start if may_start else NOTHING)
    told = element("p", line, role="status", class_="hd-done") if line else NOTHING
    measured = table(labels.MEASURE_TITLE, labels.MEASURED_HEAD, _measured(speeds, cpu)) if speeds else NOTHING
    title, hint = element("h2", labels.MEASURE_TITLE), element("p", labels.MEASURE_HINT, class_="hd-hint")
    return element("section", title, hint, control, told, measured, class_="hd-speed")


def _running(status: Status) -> Html:
    label = labels.STAGES.get(status.stage, labels.STAGES["load"])
    percent = f"{label} {round(100 * status.fraction)} %"
    bar = element("progress", max="1", value=f"{status.fraction:.2f}", aria_label=label)
    return element("div", element("p", percent), bar, class_="hd-progress hd-measuring")


def _measured(speeds: Mapping[str, Speed], cpu: str) -> Iterator[tuple[str, ...]]:
    for name, found in speeds.items():
        machine = f"{found.cpu}, {found.threads} luồng"
        yield (
            name,
            labels.tokens(found.read_tokens_s),
            labels.tokens(found.written_tokens_s),
            labels.gigabytes(found.peak_bytes),
            machine if found.cpu == cpu else labels.ELSEWHERE + machine,
            local(found.measured_at),
        )


def about(version: str, data: Path, config: Path, models: Sequence[ModelStatus], packages: Sequence[Package]) -> Html:
    """Data folder, versions, model hashes and licences."""
    return element("section", *_folder(data, config), *_program(version, models, packages), class_="hd-about")


def _folder(data: Path, config: Path) -> Iterator[Html]:
    yield element("h2", labels.DATA)
    yield element("pre", element("code", str(data)))
    yield element("p", labels.DATA_HINT, class_="hd-hint")
    yield element("p", labels.CONFIG.format(file=config), class_="hd-hint")
    steps = (element("li", step.format(file=config)) for step in labels.MOVE_STEPS)
    yield element("details", element("summary", labels.MOVE), element("ol", *steps, class_="hd-steps"))


def _program(version: str, models: Sequence[ModelStatus], packages: Sequence[Package]) -> Iterator[Html]:
    yield element("h2", labels.ABOUT)
    yield element("p", f"hoidap {version or labels.NOT_INSTALLED}. {labels.OWN_LICENCE}")
    here = [status for status in models if status.marker]
    rows = (
        (status.spec.name, status.spec.licence, status.marker.source, status.marker.sha256)
        for status in here
        if status.marker
    )
    yield table(labels.MODELS, labels.MODEL_HEAD, rows) if here else element("p", labels.NO_MODELS, class_="hd-hint")
    main = [package for package in packages if package.main]
    yield table(labels.PACKAGES, labels.PACKAGE_HEAD, _rows(main))
    yield element(
        "details",
        element("summary", f"{labels.ALL_PACKAGES} ({len(packages)})"),
        table(labels.ALL_PACKAGES, labels.PACKAGE_HEAD, _rows(packages)),
    )


def _rows(packages: Iterable[Package]) -> Iterator[tuple[str, ...]]:
    return ((package.name, package.version, package.licence) for package in packages)
