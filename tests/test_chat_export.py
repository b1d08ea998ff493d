"""Exports: everything is there, and whatever a document or a person wrote stays text."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

from chat_cases import FAILED, NOW, STOPPED, answered, any_turn, refused
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from strategies import any_text

from rag.chats.export import exported
from rag.chats.markdown import escaped
from rag.chats.records import Chat, ChatTurn
from rag.chats.titles import title_of

HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/y.png) [bấm](javascript:alert(1)) <http://evil.example>\n"
    "[a]: http://evil.example\n# đề mục\n- mục\n1. một\n12) hai\n> trích\n***\n---\n===\n```\n    mã\n"
    "| a | b |\n|---|---|\n"
    "**đậm** _nghiêng_ ~~gạch~~ `mã` &lt;b&gt; www.evil.example a@evil.example \\<b> $x$ \x00\x07\u202e\ud800\ufffe"
)


def export(form: str, *turns: ChatTurn, current: bool = True) -> bytes:
    numbered = [replace(turn, ordinal=n) for n, turn in enumerate(turns, 1)]
    title = title_of(turns[0].question)
    return exported(Chat("c" * 24, "", title, NOW, NOW, len(turns)), numbered, form, lambda citation: current)


def markdown(*turns: ChatTurn) -> str:
    return export("md", *turns).decode()


def rendered(text: str) -> list[Any]:
    """Every token of the CommonMark tree with tables and strikethrough, inner ones too."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or []))]


def words(text: str) -> str:
    return " ".join(re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff\ufffe\uffff\ufffd]", " ", text).split())


OURS = {
    "heading",
    "paragraph",
    "bullet_list",
    "list_item",
    "blockquote",
    "em",
    "inline",
    "text",
    "hardbreak",
    "softbreak",
}


def test_hostile_markdown_is_shown_literally() -> None:
    tokens = rendered(markdown(answered(HOSTILE, HOSTILE, HOSTILE)))
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= OURS
    shown = words("".join(t.content if t.type == "text" else "\n" for t in tokens))
    for line in HOSTILE.splitlines():
        assert words(line) in shown


@settings(max_examples=40)
@given(any_turn())
def test_no_text_makes_structure_in_markdown(turn: ChatTurn) -> None:
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in rendered(markdown(turn))}
    assert kinds <= OURS


@given(any_text | st.text("\\`*_{}[]<>#|~&!$^=@+-.:1 ab", max_size=40))
def test_an_escaped_line_reads_as_it_was(text: str) -> None:
    line = " ".join(text.replace("\x00", "").split())
    tokens = rendered(escaped(line))
    assert "".join(token.content for token in tokens if token.type == "text") == line


def test_markdown_has_every_question_answer_and_source() -> None:
    text = markdown(answered(), refused(), STOPPED, FAILED)
    assert text.startswith("# Đoàn làm việc khi nào?\n\n*4 lượt hỏi đáp, từ 22/11/2026")
    assert "## 1\\. Đoàn làm việc khi nào?" in text and "Sáng 22/10 \\[1\\]." in text
    assert "- \\[1\\] Đoàn làm việc với Sơn La, ngày 22/10/2024, trang 3, a\\.txt, ký tự 10–36" in text
    assert "  > Sáng 22/10, đoàn làm việc." in text and "*Cùng đưa: Bài khác, không rõ ngày" in text
    assert "Không tìm thấy thông tin trong tài liệu." in text and "không nêu “chiều”" in text and "Bài gần nhất" in text
    assert "*Chỉ hỏi trong: Cuộc họp sáng 22/10*" in text
    assert "*Đã dừng, chưa có câu trả lời.*" in text and "*Lỗi: Mô hình ngôn ngữ gặp lỗi. Hãy thử lại.*" in text


def test_a_source_that_changed_since_says_so_in_every_form() -> None:
    changed = "Bài gốc đã thay đổi hoặc không còn trong kho sau câu trả lời này."
    assert changed in export("md", answered(), current=False).decode() and changed not in markdown(answered())
    assert changed in [text for _, text in paragraphs(export("docx", answered(), current=False))]
    numbers = [json.loads(export("json", answered(), current=now))["turns"][0]["changed"] for now in (True, False)]
    assert numbers == [[], [1]]


def paragraphs(content: bytes) -> list[tuple[str, str]]:
    from docx import Document

    return [(p.style.name, p.text) for p in Document(io.BytesIO(content)).paragraphs]


def test_word_has_headings_quotes_and_sources_in_styles() -> None:
    found = paragraphs(export("docx", answered(), STOPPED))
    assert ("Title", "Đoàn làm việc khi nào?") in found and ("Heading 1", "2. Câu bị dừng?") in found
    assert ("Quote", "Sáng 22/10, đoàn làm việc.") in found
    assert ("List Bullet", "[1] Đoàn làm việc với Sơn La, ngày 22/10/2024, trang 3, a.txt, ký tự 10–36") in found


def test_word_survives_what_no_xml_may_hold() -> None:
    found = paragraphs(export("docx", answered(HOSTILE, HOSTILE, HOSTILE)))
    shown = words(" ".join(text for _, text in found))
    for line in HOSTILE.splitlines():
        assert words(line) in shown
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs")]
