"""What a conversation is called."""

from __future__ import annotations

from rag.errors import BadInput
from rag.text import normalise

_MADE, _GIVEN = 60, 120
"""Characters of a title that is made of a question, and of one that a person gives."""
UNTITLED = "Cuộc trò chuyện"


def title_of(question: str) -> str:
    """The beginning of a question, cut between two words."""
    return _cut(_line(question), _MADE) or UNTITLED


def renamed(title: str) -> str:
    """A title as a person wrote it, on one line.

    Raises:
        BadInput: there is nothing to read in it.
    """
    line = _cut(_line(title), _GIVEN)
    if not line:
        raise BadInput("Tên cuộc trò chuyện đang trống.", next_step="Hãy nhập một tên.")
    return line


def _line(text: str) -> str:
    # Among what is not printable are signs that turn the direction of what stands beside the title.
    return normalise("".join(c if c.isprintable() else " " for c in text))


def _cut(line: str, longest: int) -> str:
    if len(line) <= longest:
        return line
    whole_words = line[:longest].rpartition(" ")[0]
    # A single word as long as the title is cut inside.
    return f"{(whole_words or line[: longest - 1]).rstrip(' ,;:.')}…"
