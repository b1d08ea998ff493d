"""What the commands share on a terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import BadInput

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Text of documents and files for people: nothing in it can steer the terminal or turn its direction."""
    return _CONTROLS.sub("\ufffd", text)


class GivenPath(click.Path):
    """A path of the user; an empty one would silently mean the current folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            raise BadInput("Đường dẫn trống.", next_step="Hãy ghi tên tệp hoặc thư mục.")
        return super().convert(value, param, ctx)


def stderr_console() -> Console:
    """A console that stays silent about progress when standard error is not a terminal."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    console.quiet = not console.is_terminal
    return console


def progress_columns() -> tuple[ProgressColumn | str, ...]:
    """Description, bar, share, time left."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.description}", markup=False)
    return text, BarColumn(), TaskProgressColumn(), "còn", TimeRemainingColumn()


def rate_columns(unit: str) -> tuple[ProgressColumn | str, ...]:
    """As `progress_columns`, with how many of a unit are done a second."""
    from rich.progress import MofNCompleteColumn, ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f} {unit}/giây" if task.speed else "")

    return (*progress_columns(), MofNCompleteColumn(), Rate())


@contextmanager
def stage_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each stage, with the time left; told (stage, done, total) after each step."""
    from rich.progress import Progress, TaskID

    tasks: dict[str, TaskID] = {}
    with Progress(*progress_columns(), console=stderr_console(), speed_estimate_period=300) as bar:

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total, completed=done)
            bar.update(tasks[stage], total=total, completed=done)

        yield watch
