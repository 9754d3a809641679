"""A real browser, and JupyterLab in it: for tests, and for pictures of the panels."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

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
IN_CHROMIUM = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="needs Debian's chromium; with CI set its absence is a failure",
    ),
]
SECONDS = 1000.0  # Playwright counts in thousandths


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Where `salessim lab` serves a folder's first notebook; the server ends with the block."""
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


def run_all(page: Page, address: str, notebook: str) -> None:
    """Open a notebook and run all its cells."""
    page.set_default_timeout(60 * SECONDS)
    page.goto(address.replace("00_first_look.ipynb", notebook) + "&reset")
    # The notebook's own indicator says idle before there is a kernel; this one does not.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.get_by_text("Python 3 (ipykernel) | Busy").wait_for()
    _wait_till_all_is_run(page)


def _wait_till_all_is_run(page: Page) -> None:
    """Wait until the kernel stays idle: between two cells it is so for a moment."""
    idle = page.get_by_text("Python 3 (ipykernel) | Idle")
    quiet = 0
    while quiet < 5:
        idle.wait_for(timeout=400 * SECONDS)
        page.wait_for_timeout(0.5 * SECONDS)
        quiet = quiet + 1 if idle.is_visible() else 0


def to_panel(page: Page) -> Locator:
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


def handle(page: Page, label: str) -> Locator:
    """The handle of a slider."""
    row = page.locator(".widget-slider").filter(has=page.get_by_text(label, exact=True))
    return row.locator(".noUi-handle")
