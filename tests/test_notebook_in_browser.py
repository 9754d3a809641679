"""The notebooks as their readers meet them: JupyterLab, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import CHROMIUM, FLAGS, IN_CHROMIUM, SECONDS, handle, run_all, served, to_panel

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `salessim lab` serves the first notebook; the server ends with the test."""
    with served(tmp_path_factory.mktemp("lab") / "notebooks") as found:
        yield found


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
        run_all(page, address, request.param)
        yield page
        browser.close()


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
    tiles = to_panel(page)
    picture = page.locator(".jp-OutputArea .widget-html img").first
    before, drawn = tiles.text_content() or "", picture.get_attribute("src")
    handle(page, label).focus()
    for _ in range(2):
        page.keyboard.press(key)
    expect(tiles).not_to_have_text(before, timeout=30 * SECONDS)
    expect(picture).not_to_have_attribute("src", drawn or "", timeout=30 * SECONDS)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_panels_picture_is_told_in_words(page: Page) -> None:
    to_panel(page)
    picture = page.locator(".jp-OutputArea .widget-html img").first
    words = picture.get_attribute("alt") or ""
    assert re.search(r"\d", words)  # figures, not a bare title
    assert len(words) > 100
