"""Reporting a wrong answer, the list of reports, the own set of questions, and the last evaluation, in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_backend import SEEDS, SON_LA_QUESTION, ScriptedBackend

from embeddings.encoder import HashEncoder
from rag.evaluation.run import Job, evaluate
from rag.flags.records import Wrong
from rag.settings import Settings

pytestmark = pytest.mark.browser

TAB = "Chất lượng"
HOSTILE = "<img src=x onerror=alert(1)> sáng 22/10"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the kept report of a small run."""
    folder = tmp_path_factory.mktemp("measured")
    read = Job.read(SEEDS, corpus=SEEDS, mix=[], limit=16, extractive=True, out=folder / "out")
    job = Job(read.name, read.items, read.of, read.corpora, True, read.out, folder / "cache")
    settings = Settings(data=folder / "data", least_confidence=0)
    evaluate(job, settings, watch=lambda *_: None, encoder=HashEncoder())
    return settings.data


@pytest.fixture
def with_report(backend: ScriptedBackend, measured: Path) -> Iterator[Path]:
    """Two reports in the backend's data folder: the real one and an older one."""
    reports = backend.settings.data / "reports"
    made = next((measured / "reports").iterdir())
    for name in ("20260102-030405", made.name):
        (reports / name).mkdir(parents=True)
        for file in made.iterdir():
            (reports / name / file.name).write_bytes(file.read_bytes())
    yield reports
    for file in reports.rglob("*.*"):
        file.unlink() if file.is_file() else None
    for place in [*reports.iterdir(), reports]:
        place.rmdir()


@pytest.fixture
def no_flags(backend: ScriptedBackend) -> Iterator[ScriptedBackend]:
    """Flags that a test makes do not stay."""
    yield backend
    for flag in backend.flags.all(None):
        backend.remove_question(flag)
        backend.flags.delete(None, flag.id)


def flag(seen: Any, question: str, wrong: Wrong, expected: str = "") -> None:
    seen.answered(question)
    page = seen.page
    page.click("#hd-current .hd-flag")
    page.check(f".hd-flag-dialog input[value={wrong}]")
    if expected:
        page.fill(".hd-flag-dialog [name=expected]", expected)
    page.click("[data-flag-send]")
    page.wait_for_selector("#hd-current .hd-flag:disabled")


def opened(seen: Any) -> Any:
    seen.tab(TAB)
    seen.page.wait_for_selector("#hd-report-page section")
    return seen.page


def test_a_wrong_answer_is_kept_with_all_it_saw(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    seen.answered(SON_LA_QUESTION)
    page = seen.page
    page.click("#hd-current .hd-flag")
    page.click("[data-flag-send]")
    assert page.inner_text(".hd-flag-problem") == "Hãy chọn sai ở đâu."
    seen.shot("flag-dialog")
    assert seen.fits()
    page.check(".hd-flag-dialog input[value=citation]")
    page.fill(".hd-flag-dialog [name=expected]", HOSTILE)
    page.click("[data-flag-send]")
    page.wait_for_selector("#hd-current .hd-flag:disabled")
    assert page.inner_text("#hd-current .hd-flag") == "Đã ghi báo sai"
    assert page.inner_text(".hd-announcer").startswith("Đã ghi báo sai")
    seen.shot("flagged")
    [kept] = no_flags.flags.all("")
    assert (kept.complaint.wrong, kept.complaint.expected, kept.asked) == (Wrong.CITATION, HOSTILE, SON_LA_QUESTION)
    assert [c["number"] for c in kept.seen["evidence"]] == [1, 2]
    page = opened(seen)
    assert page.inner_text(".hd-flag-entry dd >> nth=1") == HOSTILE


def test_two_answers_of_one_page_are_flagged_one_after_the_other(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    flag(seen, SON_LA_QUESTION, Wrong.ANSWER)
    flag(seen, "giá vàng hôm nay?", Wrong.MISSED)
    assert not seen.page.is_visible(".hd-flag-dialog")
    assert {kept.asked for kept in no_flags.flags.all("")} == {SON_LA_QUESTION, "giá vàng hôm nay?"}


def test_a_late_answer_marks_its_own_message(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    seen.answered(SON_LA_QUESTION)
    seen.answered("giá vàng hôm nay?")
    page = seen.page
    first, second = page.locator(".hd-flag").all()
    first.click()
    page.check(".hd-flag-dialog input[value=answer]")
    # In one go, so that the other dialog is open before the server can answer.
    page.evaluate(
        """other => {
            document.querySelector("[data-flag-send]").click();
            document.querySelector("[data-flag-close]").click();
            other.click();
        }""",
        second.element_handle(),
    )
    page.wait_for_function("button => button.disabled", arg=first.element_handle())
    assert second.is_enabled() and page.is_visible(".hd-flag-dialog")


def test_a_refusal_can_be_flagged_and_a_greeting_cannot(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    seen.answered("Chào bạn")
    assert seen.page.locator(".hd-flag").count() == 0
    flag(seen, "giá vàng hôm nay?", Wrong.MISSED)
    seen.shot("flagged-refusal")
    assert no_flags.flags.all("")[0].seen["answer"]["refused"]


def test_the_last_report_has_figures_in_words_and_pictures(with_report: Path, look: Any) -> None:
    seen = look()
    page = opened(seen)
    assert page.locator("#hd-right").is_hidden()
    assert page.locator(".hd-figures li").count() >= 10
    assert "100,0 %" in page.inner_text(".hd-figures li:has-text('Trích nguyên văn')")
    assert page.locator(".hd-plots img").count() == 4
    assert all(page.locator(".hd-plots img").evaluate_all("all => all.map(i => i.alt.length > 20)"))
    for plot in page.locator(".hd-plots img").all():
        plot.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('.hd-plots img')].every(i => i.naturalWidth > 400)")
    seen.shot("report-plots")
    page.click("#hd-report-page > * summary >> nth=0")
    assert page.locator("#hd-report-page table").count() == 8
    seen.shot("report-tables")
    page.evaluate("scrollTo(0, 0)")
    seen.shot("report")
    assert seen.fits()
    page.click("text=Các lần đo trước")
    page.click("[data-key='20260102-030405']")
    page.wait_for_selector("text=02/01/2026 03:04 ·")


def test_without_a_report_the_tab_says_how_to_make_one(look: Any, backend: ScriptedBackend) -> None:
    seen = look()
    page = opened(seen)
    assert "hoidap eval" in page.inner_text("#hd-report-page code")
    page.wait_for_selector("#hd-flags .hd-hint")
    seen.shot("no-report")
    assert seen.fits()


def test_a_flag_becomes_a_question_of_the_own_set(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    flag(seen, "giá vàng hôm nay?", Wrong.MISSED, "tăng 7,36%")
    page = opened(seen)
    page.click("[data-action=question]")
    page.wait_for_selector(".hd-question-form")
    assert page.input_value("[name=answers]") == "tăng 7,36%"
    page.click("[data-action=add]")
    page.wait_for_selector(".hd-question-form .hd-flag-problem")
    page.fill("[name=words]", "Kinh tế Sơn La tăng trưởng bao nhiêu?")
    page.press("[name=words]", "Enter")
    page.check(".hd-candidates li:has-text('7,36%') input >> nth=0")
    seen.shot("question-form")
    assert seen.fits()
    page.click("[data-action=add]")
    page.wait_for_selector("#hd-question .hd-done")
    page.wait_for_selector(".hd-own-set code")
    seen.shot("flags")
    [line] = (no_flags.questions / "questions.jsonl").read_text("utf-8").splitlines()
    item = json.loads(line)
    assert item["answers"] == [["tăng 7,36%"]] and "7,36%" in item["evidence"][0]["quote"]
    page.click("[data-action=unquestion]")
    page.wait_for_selector("[data-action=question]")
    assert (no_flags.questions / "questions.jsonl").read_text("utf-8") == ""


def test_flags_are_exported_and_deleted_after_asking(look: Any, no_flags: ScriptedBackend) -> None:
    seen = look()
    flag(seen, SON_LA_QUESTION, Wrong.ANSWER, "sáng 22/10")
    page = opened(seen)
    with page.expect_download() as download:
        page.click(".hd-export")
    [row] = [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]
    assert row["seen"]["question"] == SON_LA_QUESTION and row["wrong"] == "answer"
    page.click("#hd-flags [data-action=delete]")
    assert page.inner_text(".hd-flag-delete .hd-dialog-title") == SON_LA_QUESTION
    page.click(".hd-flag-delete [data-close=no]")
    page.click("#hd-flags [data-action=delete]")
    page.click(".hd-flag-delete [data-close=yes]")
    page.wait_for_selector("#hd-flags section > .hd-hint")
    assert no_flags.flags.all(None) == []
