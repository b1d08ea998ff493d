"""The HTML builder for all inputs, and that nothing else makes HTML."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.render import TAGS, Html, drawing, element, escape, field, group, page, picture

UI = Path(__file__).parents[2] / "ui"
ODD = st.text(st.characters() | st.sampled_from("<>&\"'{}$`=/ \n\x00\ud800"))


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def printable(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "\ufffd", text)


@given(ODD, ODD, st.sampled_from(sorted(TAGS)))
def test_text_and_attributes_come_back_as_data(text: str, value: str, tag: str) -> None:
    read = Reader(element(tag, text, aria_label=value, data_x=value).markup)
    assert read.text == printable(text)
    assert read.tags == [(tag, {"aria-label": printable(value), "data-x": printable(value)})]


@given(ODD)
def test_no_template_engine_finds_anything(text: str) -> None:
    markup = escape(text)
    assert not set("{}$`<>\"'") & set(markup)
    markup.encode("utf-8")


@given(st.lists(ODD))
def test_group_joins_in_order(texts: list[str]) -> None:
    assert Reader(group(*texts).markup).text == printable("".join(texts))


@pytest.mark.parametrize("tag", ["script", "img", "style", "iframe", "svg", "video", "DIV"])
def test_other_tags_are_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        element(tag)


@pytest.mark.parametrize("attribute", ["onclick", "style", "src", "srcdoc", "id", "formaction"])
def test_other_attributes_are_refused(attribute: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        element("div", **{attribute: "x"})


@given(ODD.filter(lambda text: not text.startswith("#")))
def test_links_stay_inside_the_page(target: str) -> None:
    with pytest.raises(ValueError, match="inside the page"):
        element("a", href=target)


@pytest.mark.parametrize(
    "attributes",
    [
        {"action": "http://evil.example"},
        {"action": "/download/x/y/z"},
        {"method": "get"},
        {"id": "x"},
    ],
)
def test_the_only_form_is_the_login(attributes: dict[str, str]) -> None:
    assert element("form", action="/login", method="post").markup == '<form action="/login" method="post"></form>'
    with pytest.raises(ValueError, match="not allowed"):
        element("form", **attributes)


def test_a_field_has_no_end_and_no_children() -> None:
    assert field("text", name="who", required=True).markup == '<input type="text" name="who" required>'
    with pytest.raises(ValueError, match="not allowed"):
        field("file")
    with pytest.raises(ValueError, match="not allowed"):
        element("input", "x")


@given(ODD)
def test_a_picture_comes_from_a_download_of_ours(text: str) -> None:
    read = Reader(picture("/download/plots/20261122-213000/risk", text).markup)
    assert read.tags == [
        ("img", {"src": "/download/plots/20261122-213000/risk", "alt": printable(text), "loading": "lazy"})
    ]
    for address in (text, "data:image/svg+xml,<svg onload=x>", "http://evil.example/x.png", "/login"):
        with pytest.raises(ValueError, match="download of ours"):
            picture(address, "x")


@given(ODD)
def test_a_drawing_keeps_its_words(text: str) -> None:
    read = Reader(drawing(400, 250, element("text", text, x=1, y=2), description=text).markup)
    assert read.text == printable(text)
    assert [tag for tag, _ in read.tags] == ["svg", "text"] and read.tags[0][1]["aria-label"] == printable(text)


@given(ODD)
def test_a_page_of_its_own_keeps_its_words(text: str) -> None:
    whole = page(text, "p { margin: 0 }", element("p", text))
    assert whole.count(escape(text)) >= 2 and "<script" not in whole
    with pytest.raises(ValueError, match="markup"):
        page("", "</style><script>")


def test_flags_and_absent_attributes() -> None:
    assert element("p", "a", hidden=True, role=None, class_="b").markup == '<p hidden class="b">a</p>'


def test_only_the_render_module_makes_html() -> None:
    for path in UI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name == "render.py":
            continue
        strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        tags = [s for s in strings if re.search(r"(?<!\?P)</?[a-z]+[\s>]", s)]
        assert tags == [], path
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == Html.__name__]
        assert calls == [], path


def test_assets_and_words_point_nowhere_outside() -> None:
    for path in [*UI.rglob("*.py"), *(UI / "assets").glob("*/*")]:
        assert not re.search(r"https?://(?!\{)", path.read_text(encoding="utf-8")), path
