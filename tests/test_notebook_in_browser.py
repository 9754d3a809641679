"""The first notebook as its reader meets it: JupyterLab, in a real browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture(scope="module")
def page(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The first notebook with all its cells run."""
    profile = tmp_path_factory.mktemp("profile")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1400, "height": 1300},
        )
        page = browser.new_page()
        page.set_default_timeout(60 * SECONDS)
        page.goto(f"{address}&reset")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        expect(_tiles(page)).to_contain_text("deals won", timeout=120 * SECONDS)
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        idle.wait_for(timeout=120 * SECONDS)
        yield page
        browser.close()


def _tiles(page: Page) -> Locator:
    return page.locator(".jp-OutputArea .widget-html").filter(has_text="deals won").first


def _slider(page: Page, label: str) -> Locator:
    row = page.locator(".widget-slider").filter(has=page.get_by_text(label, exact=True))
    return row.locator(".noUi-handle")


def test_the_lab_opens_on_the_readers_own_copy_of_the_first_notebook(address: str) -> None:
    assert "/lab/tree/00_first_look.ipynb" in address


def test_all_cells_run_without_an_error(page: Page) -> None:
    expect(page.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    expect(page.locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)


def test_the_funnel_is_shown_as_a_picture(page: Page) -> None:
    picture = page.locator(".jp-RenderedImage img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()


@pytest.mark.parametrize(
    ("label", "key", "tile"),
    [
        ("Sellers (AE)", "ArrowLeft", "AEs busy"),
        ("Support people", "ArrowLeft", "selling share"),
        ("North's share of the market, %", "ArrowRight", "deals won"),
    ],
)
def test_a_slider_that_is_moved_runs_the_year_again(
    page: Page, label: str, key: str, tile: str
) -> None:
    tiles = _tiles(page)
    tiles.scroll_into_view_if_needed()
    before = tiles.inner_text()
    handle = _slider(page, label)
    handle.focus()
    for _ in range(2):
        page.keyboard.press(key)
    expect(tiles).not_to_have_text(before, timeout=30 * SECONDS)
    assert tile in tiles.inner_text()
    assert "Error" not in tiles.inner_text()
