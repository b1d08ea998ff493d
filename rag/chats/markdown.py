"""A conversation as Markdown in which nothing but our own structure means anything.

By CommonMark 0.31 a backslash takes the meaning from any ASCII punctuation; GFM and common viewers also turn
addresses, `$…$` and `|` into something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.chats.transcript import Block, Kind

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~&!$^=@]|:(?=[A-Za-z/])|(?<=\w)\.(?=[A-Za-z])|^[-+]")
"""Signs that begin or end anything, dots and colons inside an address, and what makes a list of a line."""
_NUMBER = re.compile(r"^(\d{1,9})([.)])")
_BEFORE = {Kind.TITLE: "# ", Kind.QUESTION: "## ", Kind.HEADING: "### ", Kind.SOURCE: "- "}


def as_markdown(blocks: Iterable[Block]) -> str:
    """UTF-8 Markdown that any viewer shows literally."""
    return "\n\n".join(_written(block) for block in blocks if block.text.strip()) + "\n"


def _written(block: Block) -> str:
    # White space at the beginning of a line would make a block of code, two at its end a break.
    lines = [escaped(" ".join(line.split())) for line in block.text.splitlines()]
    lines = [line for line in lines if line]
    if block.kind is Kind.QUOTE:
        return "\n".join(f"  > {line}" for line in "\\\n".join(lines).splitlines())
    if block.kind is Kind.ANSWER:
        return "\\\n".join(lines)
    text = " ".join(lines)
    return f"*{text}*" if block.kind is Kind.NOTE else _BEFORE[block.kind] + text


def escaped(line: str) -> str:
    """A line that says what it says and does nothing."""
    return _NUMBER.sub(r"\1\\\2", _ACTIVE.sub(r"\\\g<0>", line))
