"""Ten thousand hostile strings, the same ones every time: known attacks cut up and put together anew."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

CALL = "window.__pwned(1)"
PROBE = "/hostile-probe"
PIECES = (
    f"<script>{CALL}</script>",
    f"<img src=x onerror={CALL}>",
    f"<svg/onload={CALL}>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<body onload={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'>",
    f"<iframe src=javascript:parent.{CALL}>",
    f"<a href=javascript:{CALL}>bấm</a>",
    f"<form action={PROBE}><button>gửi</button></form>",
    f"<img src={PROBE}>",
    "<img src=//evil.example/x.png>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    f"<meta http-equiv=refresh content='0;url={PROBE}'>",
    "<base href=//evil.example/>",
    "<style>*{display:none!important;position:fixed}</style>",
    "<div style='position:fixed;inset:0;z-index:99999;background:red'>che</div>",
    f"<style>@import '{PROBE}';</style>",
    f"<object data={PROBE}></object><embed src={PROBE}>",
    f"<video><source onerror={CALL}></video><audio src=x onerror={CALL}>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror={CALL}>'>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<svg></p><style><a id='</style><img src=1 onerror={CALL}>'>",
    f"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror={CALL} src>'>",
    f"<template><script>{CALL}</script></template>",
    "</textarea></title></style></script></template></noscript>-->",
    "<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "<plaintext>", "<textarea>", "<table><tr><td>",
    "</div></section></main>",
    f"\"onmouseover={CALL} x=\"", f"'onfocus={CALL} autofocus '", f"`onclick={CALL}`", "\"><'/>", "=\"\"'>",
    f"${{{CALL}}}", f"{{{{{CALL}}}}}", f"{{{{{{{CALL}}}}}}}", f"{{{{constructor.constructor('{CALL}')()}}}}",
    f"{{#if {CALL}}}x{{/if}}", f"{{@html '<img src=x onerror={CALL}>'}}", f"<%= {CALL} %>", f"#{{{CALL}}}",
    f"[[{CALL}]]",
    f"`${{{CALL}}}`", "{{{value}}}", "{value}", "${value}", "%s%n%d", "$(id)", "`id`", "; rm -rf ~", "' OR 1=1 --",
    f"![x]({PROBE})", f"[bấm](javascript:{CALL})", f"<{PROBE}>", "**đậm** _nghiêng_ ~~bỏ~~ # đề mục", "```js\nx\n```",
    f"[x]: javascript:{CALL}", "| a | b |\n|---|---|", "- [ ] việc", "<http://evil.example>", "$$\\sqrt{x}$$",
    f"\\(\\href{{javascript:{CALL}}}{{x}}\\)", "\\begin{matrix}\\end{matrix}", "$\\unicode{x3c}$",
    "\\[\\class{x}{y}\\]",
    "&lt;script&gt;", "&#60;script&#62;", "&#x3c;img&#x3e;", "&amp;lt;", "&", "&&amp", "&nbsp", "%3Cscript%3E",
    "\\u003cscript>",
    "\\x3cscript>", "＜script＞", "﹤img﹥", "‹script›", "\u02bcalert\u02bc", "\u2028", "\u2029", "\u0085",
    "\u202eđảo\u202c", "\u2066cách ly\u2069", "\u2067", "\u200e\u200f", "\u200b\u200c\u200d\u2060\ufeff", "\u061c",
    "a\u0300\u0301\u0302" * 4, "Z\u0351\u036b\u0343\u036a", "\U000e0041\U000e007f", "\ufdd0\uffff\U0010ffff", "\ue000",
    "\x00", "\x01\x02\x08", "\x0b\x0c", "\x1b[31mđỏ\x1b[0m", "\x7f", "\x80\x9f", "\r", "\r\n", "\n", "\t",
    "\ud800", "\udfff",
    "Đại tướng", "Sơn La ngày 22/10", "tiếng Việt có dấu: ẵ ễ ỗ ữ ỵ", "emoji 👩‍👩‍👧 🏳️‍🌈", "漢字 العربية עברית",
    " " * 5, "\u00a0",
)  # fmt: skip
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def shown(text: str) -> str:
    """What must be on screen for a text: unprintable characters replaced, line ends as HTML reads them."""
    return re.sub("\r\n?", "\n", UNPRINTABLE.sub("\ufffd", text))


def _mixed(piece: str, chance: random.Random) -> str:
    """A piece as it is, or changed the way that filters are deceived."""
    way = chance.randrange(9)
    at = chance.randrange(len(piece) + 1)
    if way == 0:
        return piece.swapcase()
    if way == 1:
        return piece[:at] + chance.choice("\x00\t\n\r\x0c/\u200b\u00ad") + piece[at:]
    if way == 2:
        return piece.replace("<", "<<").replace("script", "scrscriptipt")
    if way == 3:
        return piece[:at]
    if way == 4:
        return piece.replace(" ", "/").replace("=", " = ")
    return piece


def strings(count: int, seed: int = 5) -> Iterator[str]:
    """`count` different strings of 1 to 6 pieces; each begins and ends with its number, so that it can be told."""
    chance = random.Random(seed)
    for number in range(count):
        first = PIECES[number % len(PIECES)]
        more = (_mixed(chance.choice(PIECES), chance) for _ in range(chance.randrange(6)))
        yield f"{number}§{first}{chance.choice(('', ' ', chr(34), '>'))}{''.join(more)}§{number}"
