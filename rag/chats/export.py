"""A conversation as a file for others: Markdown, Word, or JSON that can be checked again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.chats.markdown import as_markdown
from rag.chats.records import Chat, ChatTurn
from rag.chats.transcript import BearsOut, transcript
from rag.chats.word import as_word

FORMS = ("md", "docx", "json")


def exported(chat: Chat, turns: Sequence[ChatTurn], form: str, bears_out: BearsOut) -> bytes:
    """The file's content; `form` is one of `FORMS`. A citation that is not borne out any more says so."""
    if form == "json":
        return (json.dumps(as_json(chat, turns, bears_out), ensure_ascii=False, indent=1) + "\n").encode()
    blocks = transcript(chat, turns, bears_out)
    return as_word(blocks) if form == "docx" else as_markdown(blocks).encode()


def as_json(chat: Chat, turns: Sequence[ChatTurn], bears_out: BearsOut) -> dict[str, Any]:
    """The chat with its turns; each turn's `result` is an object as `ask --json` gives it, or null.

    `changed` has the numbers of the citations whose document has changed or gone since.
    """
    return {
        **{key: value for key, value in asdict(chat).items() if key not in ("user", "turns")},
        "turns": [_turn_as_json(turn, bears_out) for turn in turns],
    }


def _turn_as_json(turn: ChatTurn, bears_out: BearsOut) -> dict[str, Any]:
    fields = asdict(turn)
    answer, _ = fields.pop("answer"), fields.pop("features")
    cited = turn.answer.citations if turn.answer else turn.evidence
    changed = [citation.number for citation in cited if not bears_out(citation)]
    return {**fields, "changed": changed, "result": {"id": turn.ordinal, **answer} if answer else None}
