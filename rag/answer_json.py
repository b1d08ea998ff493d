"""Answers as JSON, the contract of `ask --json` and of each line of `--batch`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rag.records import Answer


def to_json(answer: Answer, *, question_id: Any = None) -> str:
    """One line of JSON; `id` comes first and is null for a single question."""
    return json.dumps({"id": question_id, **asdict(answer)}, ensure_ascii=False)
