"""代录来稿 in a real browser: a folder keeps its paths, what is typed saves itself, a phone shows it all."""

import re

import pytest
from playwright.sync_api import expect

from submissions.models import Submission
from submissions.parcels import Parcel
from tests.submissions.test_registering import OTHER, TEXT, jpeg

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brought(tmp_path):
    """A folder as a unit sends it: a manuscript a folder."""
    for name, text in (("榕岭村", TEXT), ("临港镇", OTHER)):
        (tmp_path / "来稿" / name).mkdir(parents=True)
        (tmp_path / "来稿" / name / "稿件.txt").write_text(text, "utf-8")
    (tmp_path / "来稿" / "榕岭村" / "mmexport1.jpg").write_bytes(jpeg(size=(1080, 720)))
    return tmp_path / "来稿"


def test_a_folder_is_brought_in_put_right_and_registered(desktop, sign_in, axe, cast, call, brought):
    sign_in(desktop, cast.editor)
    desktop.goto("/admin/")
    desktop.get_by_role("link", name="代录来稿").click()
    desktop.get_by_label("怎样送来的").select_option("usb")
    desktop.get_by_label("或者选一个文件夹").set_input_files(brought)
    expect(desktop.locator("[data-chosen]")).to_have_text("选了 3 个文件，在 2 个文件夹里。")
    axe(desktop)
    desktop.get_by_role("button", name="上传，看读出什么").click()
    groups = desktop.locator("[data-group]")
    expect(groups).to_have_count(2)
    tree = groups.filter(has_text="板凳会")
    if tree.get_attribute("open") is None:
        tree.locator("> summary").click()
    title = tree.get_by_label("标题", exact=True)
    title.fill("改过的题目")
    expect(desktop.locator("[data-saved]")).to_have_text(re.compile("已自动保存"))
    assert "改过的题目" in [group["title"] for group in Parcel.objects.get().groups]
    desktop.locator("#all-who").fill("许闻舟")
    desktop.get_by_role("button", name="填到各篇").click()
    expect(desktop.get_by_text("已填到还空着的各篇")).to_be_visible()
    axe(desktop)
    desktop.get_by_role("button", name="登记勾选的各篇").click()
    expect(desktop.get_by_role("heading", name="已登记", exact=True)).to_be_visible()
    expect(desktop.locator(".g-done")).to_have_count(2)
    desktop.get_by_text("要原图的话在这里").click()
    asked = desktop.get_by_label("向来稿人要原图的话")
    expect(asked).to_have_value(re.compile("许闻舟同志：您好！.*mmexport1.jpg.*请发原图"))
    desktop.set_viewport_size({"width": 390, "height": 844})
    assert desktop.evaluate("document.documentElement.scrollWidth") == 390
    assert set(Submission.objects.values_list("title", flat=True)) == {"改过的题目", "一条巷子的议事会"}
