"""Questions as hurried people type them, made from clean ones: seeded, the same on every run."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from rag.text import fold

_LETTERS = "abcdeghiklmnopqrstuvxy"
_WORD = re.compile(r"[^\W\d_]+")
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VNI = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TELEX_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_SHAPES = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}
_SHARE_OF_KEYS = 0.3
_WRAPPERS = (
    "Chào bạn, cho mình hỏi {} với ạ, cảm ơn",
    "Xin chào! Cho tôi hỏi: {}",
    "Bạn ơi cho em hỏi {} ạ?",
    "Dạ anh chị cho em hỏi {} Em cảm ơn nhiều ạ!",
)


def keys_pressed(syllable: str, tones: dict[str, str], shapes: dict[str, str]) -> str:
    """The keys that write a syllable, its tone last; the case of each letter is kept."""
    typed, tone = [], ""
    for character in unicodedata.normalize("NFC", syllable):
        decomposed = unicodedata.normalize("NFD", character)
        tone = next((tones[mark] for mark in decomposed if mark in tones), tone)
        plain = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in tones))
        keys = shapes.get(plain.lower(), plain)
        typed.append(keys[0].upper() + keys[1:] if plain.isupper() else keys)
    return "".join(typed) + tone


def telex(syllable: str) -> str:
    return keys_pressed(syllable, _TELEX, _TELEX_SHAPES)


def vni(syllable: str) -> str:
    return keys_pressed(syllable, _VNI, _VNI_SHAPES)


def _each(share: float, change: Callable[[str], str]) -> Callable[[str, random.Random], str]:
    def changed(question: str, dice: random.Random) -> str:
        return _WORD.sub(lambda m: change(m.group()) if dice.random() < share else m.group(), question)

    return changed


def _without_marks(syllable: str) -> str:
    return "".join(fold(c).upper() if c.isupper() else fold(c) for c in syllable)


def _one_typo(question: str, dice: random.Random) -> str:
    words = [m for m in _WORD.finditer(question) if len(m.group()) >= 3]
    if not words:
        return question
    word = dice.choice(words)
    at = word.start() + dice.randrange(1, len(word.group()))
    letter = dice.choice([dice.choice(_LETTERS), "", question[at] * 2])
    return question[:at] + letter + question[at + 1 :]


def _one_space_less(question: str, dice: random.Random) -> str:
    spaces = [m.start() for m in re.finditer(r"(?<=[^\W\d_]) (?=[a-zà-ỹđ])", question)]
    if not spaces:
        return question
    at = dice.choice(spaces)
    return question[:at] + question[at + 1 :]


def _wrapped(question: str, dice: random.Random) -> str:
    return dice.choice(_WRAPPERS).format(question[0].lower() + question[1:])


PERTURBATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "clean": lambda question, _: question,
    "stripped": lambda question, _: fold(question),
    "mixed": _each(0.5, _without_marks),
    "telex": _each(_SHARE_OF_KEYS, telex),
    "vni": _each(_SHARE_OF_KEYS, vni),
    "typo": _one_typo,
    "joined": _one_space_less,
    "capitals": lambda question, _: question.upper(),
    "polite": _wrapped,
}


def perturbed(question: str, kind: str, seed: str) -> str:
    """The question changed in one way; `seed` is the id of the question."""
    return PERTURBATIONS[kind](question, random.Random(f"{kind} {seed}"))
