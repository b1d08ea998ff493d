"""Every tab as a whole: accessible by axe-core, Vietnamese, within the width, usable with the keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((v) => ["serious", "critical"].includes(v.impact))
  .map((v) => `${v.id}: ${v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160)).join(" | ")}`)"""
WORDS = """() => {
  const names = [...document.querySelectorAll(".hd-about tbody")];
  names.forEach((n) => { n.hidden = true; });
  const text = document.body.innerText;
  names.forEach((n) => { n.hidden = false; });
  const words = [...document.querySelectorAll("body *")].flatMap(
    (e) => ["aria-label", "title", "alt", "placeholder"].map((name) => e.getAttribute(name)).filter(Boolean));
  return [document.title, text, ...words].join("\\n");
}"""
"""All that is read or heard, but for the names of packages and licences."""
ENGLISH = re.compile(
    r"\b(click|clear|close|copy|download|drag|drop|empty|error|failed|file|here|hide|label|loading|menu|more|next|no|"
    r"open|options|or|plot|previous|processing|queue|remove|reset|search|select|settings|share|show|slider|sort|submit|"
    r"tabs|toggle|undo|upload|via|value)\b",
    re.IGNORECASE,
)
"""Words of Gradio's own buttons and labels; none of them is a Vietnamese word but `no`, which is not in ours."""
WIDTHS = (320, 390, 768, 1024, 1280, 1920)
VIETNAMESE = "ẠẶẬẸỆỊỌỘỢỤỰỴạặậẹệịọộợụựỵẢẰẪẾỂỖỞỮỲỹđĐơƯ"


def tabs(seen: Any) -> list[str]:
    return [name for name in seen.page.get_by_role("tab").all_inner_texts() if name]


def settle(seen: Any, name: str) -> None:
    """Open a tab and let what it loads arrive."""
    seen.tab(name)
    seen.settle()


@pytest.mark.all_looks
def test_axe_finds_nothing_serious_on_any_tab(look: Any) -> None:
    seen, found = look(), {}
    for name in tabs(seen):
        settle(seen, name)
        seen.page.evaluate(AXE)
        found[name] = seen.page.evaluate(RUN_AXE)
        seen.shot(f"tab-{name}")
    assert not any(found.values()), found


def test_every_word_on_every_tab_is_vietnamese(visit: Any) -> None:
    seen, found = visit(), set()
    for name in tabs(seen):
        settle(seen, name)
        found |= {word.lower() for word in ENGLISH.findall(seen.page.evaluate(WORDS))}
    assert not found


def test_no_tab_reaches_out_sideways_at_any_width(visit: Any) -> None:
    seen, wrong = visit(), []
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 800})
        for name in tabs(seen):
            seen.tab(name)
            if not seen.fits():
                wrong.append((width, name))
    assert not wrong


def test_bold_text_has_every_vietnamese_letter(visit: Any) -> None:
    """A letter that a font lacks is drawn by another font, in another width than in the font alone."""
    seen = visit()
    for weight in (400, 700):
        assert (
            seen.page.evaluate(
                """async ([weight, letters]) => {
              await document.fonts.load(`${weight} 20px "IBM Plex Sans"`, letters);
              const pen = document.createElement("canvas").getContext("2d");
              const width = (font, letter) => { pen.font = font; return pen.measureText(letter).width; };
              const fallen = (letter, other) => width(`${weight} 20px "IBM Plex Sans", ${other}`, letter);
              return [...letters].filter((l) => fallen(l, "monospace") !== fallen(l, "serif")).join("");
            }""",
                [weight, VIETNAMESE],
            )
            == ""
        )
    weights = seen.page.evaluate(
        "[...new Set([...document.querySelectorAll('body *')].map((e) => getComputedStyle(e).fontWeight))]"
    )
    assert set(weights) <= {"400", "700"}


def test_the_tabs_and_the_question_are_reached_by_the_keyboard_alone(look: Any) -> None:
    seen = look()
    page = seen.page
    page.evaluate("document.activeElement.blur()")
    focused = []
    for _ in range(30):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
              return [e.getAttribute("role") || e.tagName.toLowerCase(), e.closest("[id]")?.id || "",
                      style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0, box.width > 0];
            }"""
        )
        focused.append(here)
        if here[0] == "textarea":
            break
    assert any(role == "tab" for role, *_ in focused)
    assert focused[-1][0] == "textarea"
    unseen = [here for here in focused if here[0] != "body" and not all(here[2:])]
    assert not unseen


def test_reduced_motion_stops_every_animation(visit: Any) -> None:
    seen = visit()
    moving = seen.page.evaluate(
        """[...document.querySelectorAll("body *")].filter((e) => {
          const s = getComputedStyle(e);
          return s.animationName !== "none" || s.transitionDuration.split(", ").some((t) => parseFloat(t) > 0);
        }).map((e) => `${e.tagName}.${e.className} ${getComputedStyle(e).transition}`)"""
    )
    assert moving == []


def test_the_theme_follows_the_machine_until_one_is_chosen_and_is_kept(visit: Any) -> None:
    seen = visit(color_scheme="dark")
    page = seen.page
    dark = "document.body.classList.contains('dark')"
    assert page.evaluate(dark)
    page.get_by_role("button", name="Nền sáng").click()
    assert not page.evaluate(dark)
    page.reload()
    page.wait_for_selector(".hd-models-ready")
    assert not page.evaluate(dark)
    assert page.evaluate("Object.keys(localStorage)") == ["hoidap-theme"]
    page.get_by_role("button", name="Nền tối").click()
    assert page.evaluate(dark)
