"""Keys of the Telex and VNI input methods that were left in a text: `ddaij tuongws`, `d9a5i tu7o71ng`.

The rules are those of the published key tables: a shape key changes the letter before it (aa, aw, dd, ee, oo,
ow, uw; 6 to 9), and may stand behind the whole syllable (`tuongw`); a tone key stands anywhere behind the vowel.
"""

from __future__ import annotations

import re
import unicodedata

from rag.syllables import is_plain_syllable, is_syllable
from rag.text import has_marks

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}
_BREVE = {"a": "ă"}
_BAR = {"d": "đ"}
_TELEX_SHAPES = {"a": {"a": "â"}, "e": {"e": "ê"}, "o": {"o": "ô"}, "d": _BAR, "w": {**_HORN, **_BREVE}}
_VNI_SHAPES = {"6": _CIRCUMFLEX, "7": _HORN, "8": _BREVE, "9": _BAR}
_VNI_WORD = re.compile(r"(?<![\w/.-])[^\W\d_]{1,7}[1-9](?:[^\W_]{0,6})(?![\w/]|[.-]\d)")
_VOWELS = "aăâeêioôơuưy"
# English words of office talk that are also the keys of a Vietnamese syllable.
_ENGLISH = frozenset(
    """the as is us was has his her this these those for far bar or our list last test best rest most must cost tour
box tax max mix fix been seen see too how now low bus gas boss pass door order offer of if user paper""".split()
)


def telex(word: str) -> str | None:
    """The syllable that these Telex keys write; None for what is a syllable as it stands."""
    if is_plain_syllable(word) or is_syllable(word):
        return None
    return _decoded(word, _TELEX_TONES, _TELEX_SHAPES)


def is_english(word: str) -> bool:
    """True for common English words that are also the keys of a syllable: `list`, `this`."""
    return word.lower() in _ENGLISH


def vni(word: str) -> str | None:
    """The syllable that these VNI keys write; None where the digits are no keys (`QK2`, `5G`, `F0`)."""
    return None if word.isupper() and len(word) < 4 else _decoded(word, _VNI_TONES, _VNI_SHAPES)


def vni_words(text: str) -> list[re.Match[str]]:
    """Places where letters and digits stand in one word."""
    return list(_VNI_WORD.finditer(text))


def _decoded(word: str, tones: dict[str, str], shapes: dict[str, dict[str, str]]) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in word:
        low = key.lower()
        if low in shapes and _reshape(letters, shapes[low]):
            continue
        if low in tones and not tone and any(c.lower() in _VOWELS for c in letters):
            tone = tones[low]
            continue
        letters.append(key)
    written = "".join(letters)
    if tone:
        written = _toned(written, tone)
    return written if has_marks(written) and is_syllable(written) else None


def _reshape(letters: list[str], shape: dict[str, str]) -> bool:
    """Change the last letter that this key shapes; `uo` takes the horn as a pair."""
    for at in range(len(letters) - 1, -1, -1):
        low = letters[at].lower()
        if low not in shape or (low == "d" and at != 0):
            continue
        letters[at] = _cased(shape[low], letters[at])
        if letters[at].lower() == "ơ" and at and letters[at - 1].lower() == "u" and _horned_pair(letters, at):
            letters[at - 1] = _cased("ư", letters[at - 1])
        return True
    return False


def _horned_pair(letters: list[str], at: int) -> bool:
    """`tuongw` and `ruouw` write ươ; behind q the u stays."""
    return at < 2 or letters[at - 2].lower() != "q"


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


def _toned(letters: str, tone: str) -> str:
    """The tone on the vowel that carries it: the shaped one, else the first of two that end the syllable."""
    vowels = [i for i, c in enumerate(letters) if c.lower() in _VOWELS]
    if len(vowels) > 1 and letters[: vowels[1]].lower() in ("qu", "gi"):
        vowels = vowels[1:]
    shaped = [i for i in vowels if letters[i].lower() in "ăâêôơư"]
    closed = bool(vowels) and vowels[-1] < len(letters) - 1
    at = shaped[-1] if shaped else vowels[min(len(vowels) - 1, 1 if closed or len(vowels) == 3 else 0)]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
