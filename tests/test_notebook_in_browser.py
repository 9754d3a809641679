"""The notebooks as their readers meet them: JupyterLab, in a real browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 1000.0  # Playwright counts in thousandths

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="needs Debian's chromium; with CI set its absence is a failure",
    ),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `salessim lab` serves the first notebook; the server ends with the test."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    command = [sys.executable, "-m", "salessim", "lab", str(folder), "--no-browser"]
    environment = {**os.environ, "HOME": str(folder.parent), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        try:
            yield _address(server.stdout)
        finally:
            server.terminate()


def _address(output: Iterator[str]) -> str:
    said = []
    for line in output:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\S*", line)
        if found:
            return found[0]
    raise AssertionError("".join(said))


@pytest.fixture(scope="module", params=["00_first_look.ipynb", "01_a_year_in_the_department.ipynb"])
def page(
    address: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A notebook with all its cells run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1400, "height": 1300},
        )
        page = browser.new_page()
        page.set_default_timeout(60 * SECONDS)
        page.goto(address.replace("00_first_look.ipynb", request.param) + "&reset")
        # The notebook's own indicator says idle before there is a kernel; this one does not.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.get_by_text("Python 3 (ipykernel) | Busy").wait_for()
        _wait_till_all_is_run(page)
        yield page
        browser.close()


def _wait_till_all_is_run(page: Page) -> None:
    """Wait until the kernel stays idle: between two cells it is so for a moment."""
    idle = page.get_by_text("Python 3 (ipykernel) | Idle")
    quiet = 0
    while quiet < 5:
        idle.wait_for(timeout=400 * SECONDS)
        page.wait_for_timeout(0.5 * SECONDS)
        quiet = quiet + 1 if idle.is_visible() else 0


def _to_panel(page: Page) -> Locator:
    """The panel's tiles, brought into view: cells out of view are not in the page."""
    tiles = page.locator(".jp-OutputArea .widget-html").filter(has_text="deals won").first
    page.mouse.move(800, 700)
    for _ in range(60):
        if tiles.count() and tiles.is_visible():
            break
        page.mouse.wheel(0, -600)
        page.wait_for_timeout(0.2 * SECONDS)
    tiles.scroll_into_view_if_needed()
    return tiles


def _handle(page: Page, label: str) -> Locator:
    row = page.locator(".widget-slider").filter(has=page.get_by_text(label, exact=True))
    return row.locator(".noUi-handle")


def test_the_lab_opens_on_the_readers_own_copy_of_the_first_notebook(address: str) -> None:
    assert "/lab/tree/00_first_look.ipynb" in address


def test_all_cells_run_without_an_error(page: Page) -> None:
    expect(page.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    expect(page.locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Sellers (AE)", "ArrowLeft"),
        ("Support people", "ArrowLeft"),
        ("North's share of the market, %", "ArrowRight"),
    ],
)
def test_a_slider_moved_by_the_keyboard_changes_tiles_and_picture(
    page: Page, label: str, key: str
) -> None:
    tiles = _to_panel(page)
    picture = page.locator(".jp-OutputArea .widget-html img").first
    before, drawn = tiles.text_content() or "", picture.get_attribute("src")
    _handle(page, label).focus()
    for _ in range(2):
        page.keyboard.press(key)
    expect(tiles).not_to_have_text(before, timeout=30 * SECONDS)
    expect(picture).not_to_have_attribute("src", drawn or "", timeout=30 * SECONDS)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_panels_picture_is_told_in_words(page: Page) -> None:
    _to_panel(page)
    picture = page.locator(".jp-OutputArea .widget-html img").first
    words = picture.get_attribute("alt") or ""
    assert re.search(r"\d", words)  # figures, not a bare title
    assert len(words) > 100
