"""The real page under the eyes of the offline proof: no false alarm, nothing overlooked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from rag.offline.crawl import Crawl, crawl
from rag.offline.policy import holes
from rag.offline.proof import Proof, Seen, proof


@pytest.fixture(scope="module")
def page(address: str) -> Crawl:
    return crawl(address)


def judged(page: Crawl) -> Proof:
    return proof("", "", (), Seen(True, page.files, page.policy, page.config["analytics_enabled"], (), None, ""))


def test_the_page_holds_what_it_promises(page: Crawl) -> None:
    proven = judged(page)
    assert list(proven.problems()) == []
    assert holes(page.policy) == []
    assert len(page.files) > 500


def test_what_sleeps_in_gradio_is_listed_and_wakes_up_in_a_changed_file(page: Crawl) -> None:
    sleeping = judged(page).dormant
    assert sleeping
    touched = {reference.path for reference in sleeping}
    changed = tuple(replace(file, sha256="0" * 64) if file.path in touched else file for file in page.files)
    assert set(judged(replace(page, files=changed)).leaks) == set(sleeping)
    assert set(judged(replace(page, policy="")).leaks) == set(sleeping)


@pytest.mark.browser
def test_all_that_chromium_loads_was_read(page: Crawl, visit: Callable) -> None:
    asked = {urlsplit(url).path for url in visit().requests if url.startswith("http")}
    answers = {path for path in asked if path.startswith("/gradio_api/")}
    assert asked - answers <= {urlsplit(file.path).path for file in page.files}
