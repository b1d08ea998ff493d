"""The reports of past runs, kept in the data folder so that the screen can show them."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from embeddings.disk import sync
from rag.database import storage_errors
from rag.errors import StorageError
from rag.evaluation.bootstrap import Figure
from rag.evaluation.labels import GROUPS
from rag.evaluation.plots import LATENCY, RELIABILITY, RISK, TYPES

log = logging.getLogger(__name__)

FOLDER = "reports"
PLOTS = {"risk": RISK, "calib": RELIABILITY, "latency": LATENCY, "types": TYPES}
"""The pictures of a report by what they are asked for with."""
_TIME = "%Y%m%d-%H%M%S"
_REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report read back."""

    key: str
    """When it was made, `20261122-213000`; two of one second get `-2`, …"""
    name: str
    questions: int
    of: int
    answerable: int
    documents: int
    llm: str | None
    encoder: str
    figures: Mapping[str, Mapping[str, Figure]]
    """By group and name, as in `report.json`."""
    types: Mapping[str, Mapping[str, Figure]]
    plots: tuple[str, ...]
    """Keys of PLOTS."""

    @property
    def made(self) -> datetime:
        """Local time, to the second."""
        return datetime.strptime(self.key[:15], _TIME)


def keep(out: Path, data: Path) -> None:
    """Copy the report and the pictures, never the answers, of a finished run; a failure only goes to the log."""
    try:
        with storage_errors():
            _copy(out, data / FOLDER)
    except StorageError as error:
        log.warning("the report was not kept: %s %s", error.line, error.detail)


def _copy(out: Path, folder: Path) -> None:
    """Under a name that begins with a dot until it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    now = f"{datetime.now():{_TIME}}"
    partial = folder / f".{now}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name in (_REPORT, "report.md", *PLOTS.values()):
        shutil.copyfile(out / name, partial / name)
        sync(partial / name)
    names = (now if number == 1 else f"{now}-{number}" for number in count(1))
    partial.rename(next(folder / name for name in names if not (folder / name).exists()))
    sync(folder)


def reports(data: Path) -> list[KeptReport]:
    """All kept reports, newest first; one that cannot be read is left out and logged."""
    return list(_readable(data / FOLDER))


def _readable(folder: Path) -> Iterator[KeptReport]:
    for place in sorted(folder.glob("[0-9]*"), reverse=True):
        try:
            yield _read(place)
        except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
            log.warning("a kept report cannot be read: %s: %s", place, error)


def _read(place: Path) -> KeptReport:
    content = json.loads((place / _REPORT).read_text("utf-8"))
    groups = TypeAdapter(dict[str, dict[str, Figure]])
    report = KeptReport(
        key=place.name,
        name=str(content["set"]),
        questions=int(content["questions"]),
        of=int(content["of"]),
        answerable=int(content["answerable"]),
        documents=int(content["index"]["documents"]),
        llm=_name(content["model"]["llm"]),
        encoder=str(content["model"]["encoder"]),
        figures=groups.validate_python({group: content[group] for group in GROUPS if group in content}),
        types=groups.validate_python(content["types"]),
        plots=tuple(key for key, name in PLOTS.items() if (place / name).is_file()),
    )
    _ = report.made
    return report


def _name(value: Any) -> str | None:
    return None if value is None else str(value)


def plot(data: Path, key: str, name: str) -> Path | None:
    """The picture of a report, None where there is none; `key` is not trusted."""
    place = next((p for p in (data / FOLDER).glob("[0-9]*") if p.name == key), None)
    path = place / PLOTS[name] if place and name in PLOTS else None
    return path if path and path.is_file() else None
