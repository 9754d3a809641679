"""The pictures of the notebooks' panels, as a browser shows them: `make panels`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests import browser

DOCS = Path(__file__).parent.parent / "docs"
PANELS = {"00_first_look.ipynb": "panel", "01_a_year_in_the_department.ipynb": "year"}
VIEW = {"width": 1400, "height": 1500}
SUPPORT = 2  # people, until the picture is taken without any


def main() -> None:
    """Run both notebooks, move the support lever to none, and take a picture of each panel."""
    with (
        TemporaryDirectory() as home,
        sync_playwright() as playwright,
        browser.served(Path(home) / "notebooks") as address,
    ):
        context = playwright.chromium.launch_persistent_context(
            Path(home) / "profile",
            executable_path=browser.CHROMIUM,
            args=browser.FLAGS,
            viewport=VIEW,
        )
        for notebook, name in PANELS.items():
            page = context.new_page()
            browser.run_all(page, address, notebook)
            _without_support(page)
            _take(page, DOCS / "images" / f"{name}.png")
        context.close()


def _without_support(page: Page) -> None:
    tiles = browser.to_panel(page)
    before = tiles.text_content() or ""
    browser.handle(page, "Support people").focus()
    for _ in range(SUPPORT):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([shown, before]) => shown.textContent !== before", arg=[tiles.element_handle(), before]
    )
    page.wait_for_timeout(2_000)  # until the picture has followed


def _take(page: Page, file: Path) -> None:
    """The cell's output, with the sliders on top."""
    output = page.locator(".jp-OutputArea-child").filter(has=page.locator(".widget-slider"))
    output.first.scroll_into_view_if_needed()
    output.first.screenshot(path=file)


if __name__ == "__main__":
    main()
