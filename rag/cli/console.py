"""What the commands share on a terminal: progress on standard error, results on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn


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
