"""Matching forms of Vietnamese text: normal, folded, and the terms that lexical search works on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# The five tone marks of Vietnamese as combining characters, numbered in the usual order.
_TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TOKEN = re.compile(r"\d+(?:[.,/:-]\d+)*%?|[^\W\d_]+(?:&[^\W\d_]+)*", re.UNICODE)
_SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]+(?:ch|ng|nh|[cmnpt])?")

# What an office writes short. Keys are folded; one that cannot be a syllable is expanded in any case,
# the others only where they stand in capitals. TT and BTC mean too many things (thị trấn, thông tư, Thủ tướng; Bộ Tài
# chính, ban tổ chức) and stay as they are: they match themselves.
ABBREVIATIONS = {
    "ubnd": "Ủy ban nhân dân",
    "hdnd": "Hội đồng nhân dân",
    "mttq": "Mặt trận Tổ quốc",
    "ubmttq": "Ủy ban Mặt trận Tổ quốc",
    "kvpt": "khu vực phòng thủ",
    "bqp": "Bộ Quốc phòng",
    "bca": "Bộ Công an",
    "byt": "Bộ Y tế",
    "syt": "Sở Y tế",
    "ttyt": "Trung tâm Y tế",
    "bgddt": "Bộ Giáo dục và Đào tạo",
    "gddt": "Giáo dục và Đào tạo",
    "gd": "Giám đốc",
    "pgd": "Phó Giám đốc",
    "qk": "Quân khu",
    "btl": "Bộ Tư lệnh",
    "chqs": "Chỉ huy quân sự",
    "bdbp": "Bộ đội Biên phòng",
    "qdnd": "Quân đội nhân dân",
    "lllvt": "lực lượng vũ trang",
    "qptd": "quốc phòng toàn dân",
    "qp": "quốc phòng",
    "an": "an ninh",
    "qpan": "quốc phòng an ninh",
    "tw": "Trung ương",
    "bch": "Ban Chấp hành",
    "bct": "Bộ Chính trị",
    "btv": "Ban Thường vụ",
    "tvtu": "Thường vụ Tỉnh ủy",
    "bchtw": "Ban Chấp hành Trung ương",
    "tu": "Tỉnh ủy",
    "ubkt": "Ủy ban Kiểm tra",
    "dbqh": "đại biểu Quốc hội",
    "qh": "Quốc hội",
    "cp": "Chính phủ",
    "ttcp": "Thủ tướng Chính phủ",
    "ttg": "Thủ tướng",
    "ctn": "Chủ tịch nước",
    "ct": "Chủ tịch",
    "pct": "Phó Chủ tịch",
    "bt": "Bí thư",
    "ca": "Công an",
    "csgt": "cảnh sát giao thông",
    "cccd": "căn cước công dân",
    "vksnd": "Viện kiểm sát nhân dân",
    "tand": "Tòa án nhân dân",
    "nq": "Nghị quyết",
    "nd": "Nghị định",
    "qd": "Quyết định",
    "gcnqsdd": "giấy chứng nhận quyền sử dụng đất",
    "ktxh": "kinh tế xã hội",
    "ntm": "nông thôn mới",
    "tnhh": "trách nhiệm hữu hạn",
    "hdqt": "hội đồng quản trị",
    "dhqg": "Đại học Quốc gia",
    "dh": "Đại học",
    "thpt": "trung học phổ thông",
    "khxh": "Khoa học Xã hội",
    "nv": "Nhân văn",
    "bv": "Bệnh viện",
    "ts": "Tiến sĩ",
    "hcm": "Hồ Chí Minh",
    "tphcm": "Thành phố Hồ Chí Minh",
    "tp": "Thành phố",
    "hn": "Hà Nội",
    "vn": "Việt Nam",
    "tq": "Trung Quốc",
    "xhcn": "xã hội chủ nghĩa",
    "dtts": "dân tộc thiểu số",
    "pctn": "phòng chống tham nhũng",
    "gtvt": "Giao thông vận tải",
    "vhttdl": "Văn hóa Thể thao và Du lịch",
    "vhtt&dl": "Văn hóa Thể thao và Du lịch",
    "nn&ptnt": "Nông nghiệp và Phát triển nông thôn",
    "nn&mt": "Nông nghiệp và Môi trường",
    "tn&mt": "Tài nguyên và Môi trường",
    "tt&tt": "Thông tin và Truyền thông",
    "gd&dt": "Giáo dục và Đào tạo",
    "kh&dt": "Kế hoạch và Đầu tư",
    "kh&cn": "Khoa học và Công nghệ",
    "bhxh": "Bảo hiểm xã hội",
    "bhyt": "Bảo hiểm y tế",
    "ksnd": "Kiểm sát nhân dân",
    "lhpn": "Liên hiệp Phụ nữ",
    "ldld": "Liên đoàn Lao động",
    "ccb": "Cựu chiến binh",
    "htx": "hợp tác xã",
    "thcs": "trung học cơ sở",
    "qltt": "Quản lý thị trường",
    "pccc": "phòng cháy chữa cháy",
    "bcd": "Ban Chỉ đạo",
    "ddbqh": "Đoàn đại biểu Quốc hội",
    "ubtvqh": "Ủy ban Thường vụ Quốc hội",
    "vpcp": "Văn phòng Chính phủ",
    "bnv": "Bộ Nội vụ",
    "btnmt": "Bộ Tài nguyên và Môi trường",
    "tnmt": "Tài nguyên và Môi trường",
    "ldtbxh": "Lao động Thương binh và Xã hội",
    "cand": "Công an nhân dân",
    "dqtv": "dân quân tự vệ",
    "antt": "an ninh trật tự",
    "ttatxh": "trật tự an toàn xã hội",
    "atgt": "an toàn giao thông",
    "attp": "an toàn thực phẩm",
    "gpmb": "giải phóng mặt bằng",
    "kt": "kinh tế",
    "xh": "xã hội",
    "tx": "thị xã",
    "pctt": "phòng chống thiên tai",
    "tkcn": "tìm kiếm cứu nạn",
    "cchc": "cải cách hành chính",
    "cntt": "công nghệ thông tin",
    "cds": "chuyển đổi số",
    "qppl": "quy phạm pháp luật",
    "cbcc": "cán bộ công chức",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable or a number with its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Lexical terms of a text, in order: accented syllables; folded syllables and their bigrams."""

    accented: tuple[str, ...]
    folded: tuple[str, ...]


def normalise(text: str) -> str:
    """Unicode NFC with every run of white space as one space; idempotent."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def document_text(decoded: str) -> str:
    """The text that all offsets refer to: newlines as `\\n`, Unicode NFC, nothing else changed."""
    return unicodedata.normalize("NFC", decoded.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Lower case without marks, đ as d; `Hoà Bình` and `Hòa Bình` are both `hoa binh`."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 16)
def tone_key(syllable: str) -> str:
    """The accented term of a syllable: its letters, then its tone as a digit.

    Where the tone mark is written does not matter: `hoà` and `hòa` are both `hoa1`.
    """
    tone = ""
    letters = []
    for character in unicodedata.normalize("NFD", syllable.lower()):
        if character in _TONES:
            tone = _TONES[character]
        else:
            letters.append(character)
    return unicodedata.normalize("NFC", "".join(letters)) + tone


def tokens(text: str) -> list[Token]:
    """Syllables and numbers of a text, left to right."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def is_syllable(word: str) -> bool:
    """False for what no Vietnamese syllable is spelt like: a foreign name, an abbreviation."""
    return bool(_SYLLABLE.fullmatch(fold(word)))


def expansion(token: str) -> str | None:
    """The full form of an abbreviation, or None: `UBND` gives `Ủy ban nhân dân`."""
    # TƯ is Trung ương, TU is Tỉnh ủy; nothing else differs by marks alone.
    key = "tw" if token == "TƯ" else fold(token)
    if key not in ABBREVIATIONS:
        return None
    return ABBREVIATIONS[key] if token.isupper() or not _SYLLABLE.fullmatch(key) else None


def expand_abbreviations(text: str) -> str:
    """The text with every known abbreviation written out, for the encoder's question."""
    return _TOKEN.sub(lambda m: expansion(m.group()) or m.group(), text)


@lru_cache(maxsize=4096)
def number_term(token: str) -> str:
    """A number without leading zeros in its parts: `22/02/2019` gives `22/2/2019`."""
    return re.sub(r"(?<![\d.,])0+(?=\d)", "", token) if "/" in token else token


@lru_cache(maxsize=1 << 16)
def _syllables(token: str) -> tuple[tuple[str, str], ...]:
    """The syllables that a token is searched by, each as accented and as folded term.

    An abbreviation is written out, a number split at slashes.
    """
    full = expansion(token)
    if full:
        said = _TOKEN.findall(full)
    elif token[0].isdigit():
        whole = number_term(token)
        said = [whole, *(whole.split("/") if "/" in whole else ())]
    else:
        said = [token]
    return tuple((tone_key(syllable), fold(syllable)) for syllable in said)


def terms(text: str) -> Terms:
    """Terms for lexical search; index and question use the same function."""
    syllables = [pair for token in _TOKEN.findall(text) for pair in _syllables(token)]
    folded = [letters for _, letters in syllables]
    bigrams = [f"{a}_{b}" for a, b in pairwise(folded)]
    return Terms(tuple([key for key, _ in syllables]), tuple(folded + bigrams))


def has_marks(text: str) -> bool:
    """True when any letter carries a Vietnamese mark or is đ."""
    return fold(text) != text.lower()
