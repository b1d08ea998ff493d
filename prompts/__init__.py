"""Prompts as text files; every variable is checked and inserted once, never formatted again."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def _template(name: str) -> Template:
    return Template(files(__name__).joinpath(f"{name}.txt").read_text("utf-8").strip())


def render(name: str, **variables: str) -> str:
    """The prompt `NAME.txt` with its `$variables` filled in.

    Raises:
        KeyError: a variable of the prompt is missing.
        ValueError: a variable is given that the prompt does not have.
    """
    template = _template(name)
    unknown = set(variables) - set(template.get_identifiers())
    if unknown:
        raise ValueError(f"prompt {name!r} has no variable {sorted(unknown)}")
    return template.substitute(variables)
