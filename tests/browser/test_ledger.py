"""The ledger in a real browser: a figure opens its rows, and the sheet comes down with the same figures."""

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.submissions.test_ledger_pages import LEDGER, printed  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_figure_opens_its_rows_and_the_sheet_is_downloaded(desktop, sign_in, axe, printed, unit, cast, tmp_path):  # noqa: F811
    sign_in(desktop, cast.editor)
    desktop.goto(f"{LEDGER}?year=2026")
    axe(desktop)
    line = desktop.locator(f'tr[data-who="{unit.name}"]')
    figure = line.locator("[data-figure=published] a")
    expect(figure).to_have_text("3")
    figure.click()
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("3 篇")
    expect(desktop.locator("[data-ledger-rows] tbody tr")).to_have_count(3)
    desktop.get_by_role("link", name="回到台账").click()
    with desktop.expect_download() as coming:
        desktop.get_by_role("link", name="导出 Excel").click()
    place = tmp_path / coming.value.suggested_filename
    coming.value.save_as(place)
    assert re.search(r"2026.*\.xlsx$", place.name)
    cells = [[cell.value for cell in row] for row in load_workbook(place).worksheets[0].iter_rows()]
    (told,) = [row for row in cells if unit.name in row or unit.short_name in row]
    assert 3 in told
    desktop.get_by_role("link", name="个人", exact=True).click()
    expect(desktop.locator('tr[data-who="乙"] [data-figure=published]')).to_have_text(["3", "1"])
