"""The reports as their readers meet them: on a projector, a phone and paper."""

import os
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import reported
from tests.browser import CHROMIUM, FLAGS, IN_CHROMIUM
from tests.reported import STUDIES

AXE = Path(sys.prefix) / "axe-core-4.10.3.tgz"  # `.ci/run` puts it there
GET_AXE = f"npm pack axe-core@4.10.3 --pack-destination {sys.prefix}"
WIDTHS = (1280, 800, 390)

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    reported.write_all(place)
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        assert not os.environ.get("CI"), f"{AXE} is missing: {GET_AXE}"
        pytest.skip(f"needs axe-core: {GET_AXE}")
    with tarfile.open(AXE) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


def opened(browser: Browser, file: Path, width: int, scheme: str = "light") -> Page:
    height = 844 if width < 600 else 720
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"file://{file}")
    return page


@pytest.mark.parametrize("study", STUDIES)
def test_a_page_is_as_wide_as_the_screen_and_asks_for_nothing(
    browser: Browser, folder: Path, study: str
) -> None:
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(f"file://{folder / study / 'report.html'}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in asked if not url.startswith("file://")] == []
        assert len(asked) == 1
        page.close()


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(
    browser: Browser, folder: Path, axe: str, study: str, scheme: str
) -> None:
    for width in WIDTHS:
        page = opened(browser, folder / study / "report.html", width, scheme)
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.close()


@pytest.mark.parametrize("study", STUDIES)
def test_the_first_screen_has_question_answer_figures_and_the_picture(
    browser: Browser, folder: Path, study: str
) -> None:
    page = opened(browser, folder / study / "report.html", 1280)
    for part in ("h1", ".answer", ".tiles"):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720
    drawn = page.locator("figure svg").first.bounding_box()
    assert drawn is not None
    assert drawn["y"] <= 450  # where at least a good part of it can be seen
    page.close()


@pytest.mark.parametrize("study", STUDIES)
def test_a_printed_report_has_two_pages_and_no_table_is_wider_than_the_paper(
    browser: Browser, folder: Path, study: str
) -> None:
    page = opened(browser, folder / study / "report.html", 1280)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins, in CSS pixels
    page.emulate_media(media="print")
    for element in page.locator("table, svg, .tile").all():
        box = element.bounding_box()
        assert box is None or box["x"] + box["width"] <= 703
    page.close()


def test_on_paper_it_is_dark_on_white_also_for_who_reads_in_the_dark(
    browser: Browser, folder: Path
) -> None:
    page = opened(browser, folder / "compare" / "report.html", 1280, "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print", color_scheme="dark")
    assert dark == "rgb(21, 24, 27)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
