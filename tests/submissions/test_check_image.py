"""check_image: one file as an object, many as a table, exit codes as of every command (DESIGN.md, Commands)."""

import json

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from PIL import Image

from submissions.management.commands.check_image import Command
from tests.submissions.photo_builder import blurred, encoded, heic, scene
from tests.submissions.test_photo import exif_of, photo_bytes, png_claiming


def run(capsys, *arguments) -> tuple[int, str, str]:
    try:
        call_command("check_image", *map(str, arguments))
        code = 0
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    return code, out, err


def test_command_prints_one_object(tmp_path, capsys):
    path = tmp_path / "树下.jpg"
    path.write_bytes(photo_bytes((1200, 800), exif=exif_of(Orientation=8, Make="相机"), dpi=(300, 300)))
    code, out, err = run(capsys, path, "--print-width", 81, "--json")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert (report["width"], report["height"], report["orientation"], report["mode"]) == (800, 1200, 8, "RGB")
    assert report["print_cm_at_300"] == [6.7, 10.1]
    assert report["has_gps"] is False
    assert [finding["level"] for finding in report["findings"]] == ["warning"]


def test_command_exit_codes(tmp_path, capsys):
    good, bad = tmp_path / "a.jpg", tmp_path / "b.jpg"
    good.write_bytes(photo_bytes((2100, 1400)))
    bad.write_bytes(b"MZ\x90")
    assert run(capsys, good, "--print-width", 170)[0] == 0
    code, out, _ = run(capsys, good, bad, "--json")
    assert code == 1
    assert [one["format"] for one in json.loads(out)["files"]] == ["JPEG", None]
    code, out, err = run(capsys, tmp_path / "none.jpg")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert run(capsys, good, "--print-width", 0)[0] == 2


@pytest.fixture
def folder(tmp_path):
    """A good photograph, the same shrunk, one out of focus, a HEIC, a bomb, a text, a hidden file."""
    files = {
        "a.jpg": encoded(scene(), exif=exif_of(Make="Kamera"), dpi=(72, 72)),
        "里面/b.jpg": encoded(scene().resize((600, 400)), quality=60),
        "c.jpg": encoded(blurred(scene(3), 6)),
        "d.heic": heic(scene(2).resize((480, 320))),
        "e.png": png_claiming(60000, 60000),
        "f.jpg": b"PK\x03\x04",
        ".g.jpg": b"",
        "h.txt": b"words",
    }
    for name, data in files.items():
        path = tmp_path / "夹" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "夹"


def test_a_folder_gives_a_table_with_every_remark(folder, capsys):
    code, out, err = run(capsys, folder)
    assert (code, err) == (1, "")
    assert out.startswith("文件")
    assert "“a.jpg”和“b.jpg”几乎一样" in out
    assert "[建议] c.jpg：照片可能没有对准焦" in out
    assert "[警告] d.heic：照片是 HEIC 格式" in out
    assert "[错误] e.png：“e.png”的像素太多，最多能收" in out
    assert "共 6 个文件：错误 2 处，警告 1 处" in out
    assert "h.txt" not in out


def test_a_folder_as_json_and_as_a_workbook(folder, tmp_path, capsys):
    code, out, _ = run(capsys, folder, "--json", "--xlsx", tmp_path / "表.xlsx")
    files = json.loads(out)["files"]
    assert code == 1
    assert [one["format"] for one in files] == ["JPEG", "JPEG", "HEIC", None, None, "JPEG"]
    assert files[0]["dpi"]["jfif"] == [72, 72]
    sheet = load_workbook(tmp_path / "表.xlsx").active
    assert sheet.max_row == 7
    assert [cell.value for cell in sheet[2]][1:6] == ["JPEG", 1200, 800, "10.1×6.7", "JFIF 72"]
    assert run(capsys, folder, "--xlsx", tmp_path / "没有" / "表.xlsx")[0] == 2


def test_one_that_cannot_be_opened_does_not_hide_the_others(folder, capsys):
    code, out, err = run(capsys, folder / "a.jpg", folder / "none.jpg")
    assert code == 2
    assert "JPEG" in out
    assert err.splitlines() == [f"没有“{folder / 'none.jpg'}”这个文件或文件夹。请核对路径。"]


def test_a_folder_without_pictures_is_wrong_use(tmp_path, capsys):
    assert run(capsys, tmp_path) == (
        2,
        "",
        f"文件夹“{tmp_path}”里没有图片。能检查的有 .jpg、.png、.tif、.webp、.heic、.bmp。\n",
    )


def test_one_photograph_tells_tags_and_traces(tmp_path, capsys):
    exif = exif_of(Make="Kamera", Artist="Lin Xiaozhou")
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(scene(), exif=exif, dpi=(72, 72)))
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "文件里写着：JFIF 72" in out
    assert "文件里记着拍摄地点、机主或作者的姓名，读者看到的图里没有。" in out
    assert json.loads(run(capsys, path, "--json")[1])["traces"] == ["place", "owner"]


def test_progress_is_shown_to_a_person_alone(folder, monkeypatch, capsys):
    monkeypatch.setattr("django.core.management.base.OutputWrapper.isatty", lambda self: True)
    _, _, err = run(capsys, folder)
    assert "6/6" in err
    assert err.endswith("\n")
    assert Command.requires_system_checks == []


def test_a_name_like_a_formula_stays_text_in_the_workbook(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "=1+1.jpg"
    Image.new("RGB", (30, 20)).save(path)
    run(capsys, "=1+1.jpg", "--xlsx", tmp_path / "t.xlsx")
    assert load_workbook(tmp_path / "t.xlsx").active["A2"].data_type == "s"
