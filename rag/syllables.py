"""Which strings can be a written Vietnamese syllable, and which cannot be anything but a slip."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_RHYMES = frozenset(
    """a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu
o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
oe oem oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u uc ui uk um un ung up ut ua uân uâng uât uây
uê uêch uên uênh uêt uơ uy uya uych uyên uyêt uyn uynh uyp uyt uyu uôc uôi uôm uôn uông uôt
ư ưc ưi ưm ưn ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu ynh yt ych yn yu ya""".split()
)
_PLAIN_RHYMES = frozenset(unicodedata.normalize("NFD", rhyme).encode("ascii", "ignore").decode() for rhyme in _RHYMES)
_SYLLABLE = re.compile(r"(ngh?|[cgknpt]h|gi(?=[aăâeêioôơuư])|qu|tr|[bcdđghklmnpqrstvx])?([aăâeêioôơuưy].*)")
_STOPPED = re.compile(r"(?:[cptk]|ch)$")
_FRONT = tuple("eêiy")


def is_syllable(word: str) -> bool:
    """True for a syllable that Vietnamese can write, tones included: `hội`, not `nghhị`, `hôt` or `his`."""
    letters, tone = _split(word)
    return _fits(letters, _RHYMES) and not (_STOPPED.search(letters) and tone not in ("\u0301", "\u0323"))


def is_plain_syllable(word: str) -> bool:
    """True for letters without marks that some syllable has: `hoi` and `hop`, not `meeting`."""
    return word.isascii() and _fits(word.lower(), _PLAIN_RHYMES)


def _split(word: str) -> tuple[str, str]:
    """Letters without tones, in lower case, and the tones in order."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in decomposed if c in _TONES)


def _fits(letters: str, rhymes: frozenset[str]) -> bool:
    match = _SYLLABLE.fullmatch(letters)
    if match is None:
        return False
    onset, rhyme = match.group(1) or "", match.group(2)
    if onset == "gi" and (f"i{rhyme}" in rhymes or rhyme in rhymes):
        return True
    return rhyme in rhymes and _spelt(onset, rhyme)


def _spelt(onset: str, rhyme: str) -> bool:
    """The spelling rules of c and k, g and gh, ng and ngh."""
    if onset in ("c", "g", "ng"):
        return not rhyme.startswith(_FRONT) or (onset == "g" and rhyme.startswith("i"))
    if onset in ("gh", "ngh"):
        return rhyme.startswith(_FRONT)
    return onset != "q"
