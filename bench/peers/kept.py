"""What was measured so far, one JSON object a line, so that a run that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Kept:
    """The index runs and the answers of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def indexed(self) -> list[Row]:
        """With `system` and `round`."""
        return self._read("index.jsonl")

    def answers(self) -> list[Row]:
        """With `system` and `id`."""
        return self._read("answers.jsonl")

    def add_index(self, row: Mapping[str, Any]) -> None:
        self._add("index.jsonl", row)

    def add_answer(self, row: Mapping[str, Any]) -> None:
        self._add("answers.jsonl", row)

    def forget(self, system: str) -> None:
        """Measure a system again; the others keep what they have."""
        for name in ("index.jsonl", "answers.jsonl"):
            rows = [row for row in self._read(name) if row["system"] != system]
            (self._folder / name).write_text("".join(map(_line, rows)), "utf-8")

    def _read(self, name: str) -> list[Row]:
        """A last line that was cut off is left out: the run was killed while it wrote."""
        path = self._folder / name
        lines = path.read_text("utf-8").split("\n")[:-1] if path.is_file() else []
        return [json.loads(line) for line in lines]

    def _add(self, name: str, row: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / name).open("a", encoding="utf-8") as file:
            file.write(_line(row))


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
