"""check_manuscript: one file, several, folders; JSON, table, workbook; exit codes."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from journal.duplicates import index_text
from journal.text.count import count_words
from submissions.models import Call
from tests.conftest import body_of
from tests.submissions import docx_builder as build

TEXT = """榕树下的“板凳会”
——榕岭村议事的做法

林晓舟　何　为

村里把议事桌搬到榕树下，大家商量着办事。
一、会开到树下
每月两次，群众先说，干部后答。
（作者系榕岭村党总支干部）
（来源：榕岭村党总支）
"""

LONG = """榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，谁家有难处谁就坐到前排，说完了再由大家一起出主意。
头一次开会来了七个人，第二次来了三十多个，后来凳子不够，各家自己带，板凳会的名字就是这样叫开的。"""

pytestmark = pytest.mark.django_db


def run(*arguments) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stderr(err):
        try:
            call_command("check_manuscript", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as stop:
            code = stop.code
    return code, out.getvalue(), err.getvalue()


def check(*arguments) -> dict:
    code, out, err = run("--json", *arguments)
    assert code in (0, 1), err
    return json.loads(out)


@pytest.fixture
def manuscript(tmp_path) -> Path:
    path = tmp_path / "来稿.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_text_file(manuscript):
    found = check(manuscript)
    assert found["title"] == "榕树下的“板凳会”"
    assert found["subtitle"] == "榕岭村议事的做法"
    assert found["bylines"] == ["林晓舟", "何为"]
    assert found["words"] == 42
    assert found["findings"] == []
    assert "official_format" not in found
    assert found["duplicates"] == []
    assert run(manuscript)[0] == 0


def test_findings_have_a_place_and_a_fix(manuscript):
    manuscript.write_text(TEXT.replace("树下，大家", "树下,大家"), "utf-8")
    (finding,) = check(manuscript)["findings"]
    assert finding["level"] == "warning"
    assert set(finding) >= {"code", "level", "message", "quote", "block", "offset", "fix"}
    assert finding["block"] == 0
    assert "树下,大家" in finding["quote"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(manuscript, encoding):
    manuscript.write_bytes(TEXT.encode(encoding))
    assert check(manuscript)["title"] == "榕树下的“板凳会”"


def test_lines_broken_in_mid_sentence_are_joined(manuscript):
    manuscript.write_text(TEXT.replace("搬到榕树下，", "搬到“榕\n树下”，"), "utf-8")
    assert check(manuscript)["findings"] == []


@pytest.mark.parametrize(
    ("line", "bylines"),
    [
        ("林晓舟", ["林晓舟"]),
        ("作者：林晓舟", ["林晓舟"]),
        ("榕岭村党总支", ["榕岭村党总支"]),
        ("望海区委组织部　林晓舟", ["林晓舟"]),
        ("欧阳海月", ["欧阳海月"]),
        ("前言", []),
        ("会开到树下", []),
        ("村里商量着办事。", []),
    ],
)
def test_who_signs(tmp_path, line, bylines):
    path = tmp_path / "a.txt"
    path.write_text(f"榕树下的会\n{line}\n\n村里把议事桌搬到榕树下，大家商量着办事。\n", "utf-8")
    found = check(path)
    assert found["bylines"] == bylines
    assert [one["code"] for one in found["findings"] if one["level"] == "error"] == []


def test_a_file_without_text_is_an_error(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("榕树下的会\n", "utf-8")
    code, out, err = run(path)
    assert code == 1
    assert "[错误] 还没有正文" in out
    assert err == ""


def test_a_word_file_with_its_format(tmp_path):
    path = tmp_path / "来稿.docx"
    build.careless().save(path)
    found = check(path)
    assert found["title"] == build.TITLE
    assert found["bylines"] == [build.BYLINE]
    rows = {row["code"]: row for row in found["official_format"]}
    assert rows["body_font"]["ok"] is False
    assert rows["body_font"]["clause"] == "GB/T 9704—2012 7.3.3"
    assert "format.body_font" in {one["code"] for one in found["findings"]}
    code, out, _ = run(path)
    assert code == 0  # a wrong format never blocks
    assert "正文字体" in out
    assert "不合" in out


def test_a_good_word_file_has_nothing_open(tmp_path):
    path = tmp_path / "来稿.docx"
    build.official().save(path)
    assert check(path)["findings"] == []


def test_a_title_in_two_lines_and_a_table_in_the_text(tmp_path):
    document = build.blank()
    for line in ("中共榕岭村总支部委员会", "关于“板凳会”的报告"):
        build.write(document, line, "方正小标宋简体", 22, align="center", first=False)
    build.write(document, "村里商量着办事。", "仿宋", 16)
    table = document.add_table(2, 2)
    for cell, words in zip((c for row in table.rows for c in row.cells), ("项目", "件数", "修路", "三件"), strict=True):
        cell.text = words
    path = tmp_path / "a.docx"
    document.save(path)
    found = check(path)
    assert found["title"] == "中共榕岭村总支部委员会关于“板凳会”的报告"
    assert found["words"] == 8 + 8


def test_what_was_left_out_is_told(tmp_path):
    document = build.careless()
    document.sections[0].header.paragraphs[0].text = "内部资料，请勿外传"
    document.add_picture(build.picture())
    document.add_paragraph("图为村民议事")
    path = tmp_path / "来稿.docx"
    document.save(path)
    found = check(path)
    assert "“内部资料，请勿外传”" in found["remarks"][0]
    assert found["words"] == check_words() + 6  # a caption is counted, the mark of its picture is not
    assert f"[留意] {found['remarks'][0]}" in run(path)[1]
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    assert f"[留意] 来稿.docx：{found['remarks'][0]}" in run(tmp_path)[1]


def check_words() -> int:
    return count_words("\n".join(build.LINES))


def test_html_is_read_as_text(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><title>x</title></head><body><h1>榕树下的会</h1><p>林晓舟</p><p>村里商量着办事。</p></body>",
        "utf-8",
    )
    found = check(path)
    assert (found["title"], found["bylines"], found["words"]) == ("榕树下的会", ["林晓舟"], 8)


def test_the_limit_is_that_of_the_open_call(manuscript, call):
    Call.objects.update(word_limit=40)
    assert [one["code"] for one in check(manuscript)["findings"]] == ["length.over"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "另存为“Word 文档（*.docx）”"),
        ("a.docx", rb"{\rtf1", "RTF"),
        ("a.txt", b"", "空文件"),
        ("a.txt", b"\x00\x01\x02\xff" * 20, "不是文字文件"),
        ("a.xlsx", b"PK\x03\x04", "不是稿件文件"),
    ],
)
def test_unreadable_input_is_one_line_and_exit_2(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = run(path, "--json")
    assert (code, out) == (2, "")
    assert reason in err
    assert name in err
    assert err.count("\n") == 1


def test_what_is_not_there(tmp_path):
    code, _, err = run(tmp_path / "none.txt")
    assert code == 2
    assert "请核对路径" in err
    code, _, err = run(tmp_path)
    assert code == 2
    assert "没有稿件" in err


@pytest.fixture
def folder(tmp_path, manuscript):
    build.careless().save(tmp_path / "b.docx")
    (tmp_path / "下层").mkdir()
    (tmp_path / "下层" / "c.txt").write_text("榕树下的会\n", "utf-8")
    (tmp_path / "~$b.docx").write_bytes(b"lock")
    (tmp_path / "说明.pdf").write_bytes(b"%PDF")
    return tmp_path


def test_a_folder_is_a_table(folder):
    code, out, err = run(folder)
    assert code == 1  # c.txt has no text
    assert err == ""
    lines = out.splitlines()
    assert lines[0].split() == ["文件", "标题", "字数", "错误", "警告", "建议"]
    assert [line.split()[0] for line in lines[1:4]] == ["b.docx", "c.txt", "来稿.txt"]
    assert "共 3 个文件：错误 1 处" in out


def test_who_watches_sees_the_progress(folder):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    with pytest.raises(SystemExit):
        call_command("check_manuscript", str(folder), stdout=io.StringIO(), stderr=shown, no_color=True)
    assert "3/3 来稿.txt" in shown.getvalue()


def test_a_folder_as_json(folder):
    code, out, _ = run("--json", folder)
    files = json.loads(out)["files"]
    assert code == 1
    assert [Path(one["path"]).name for one in files] == ["b.docx", "c.txt", "来稿.txt"]
    assert ["official_format" in one for one in files] == [True, False, False]


def test_one_bad_file_does_not_hide_the_others(folder):
    (folder / "d.docx").write_bytes(b"")
    code, out, err = run("--json", folder)
    files = json.loads(out)["files"]
    assert code == 2
    assert "“d.docx”是空文件" in err
    assert [one.get("error", "") != "" for one in files] == [False, True, False, False]


def test_the_workbook(folder):
    (folder / "来稿.txt").write_text("=1+1\x07的会\n林晓舟\n村里商量着办事,大家都来。\n", "utf-8")
    (folder / "d.docx").write_bytes(b"")
    target = folder / "结果.xlsx"
    run(folder, "--xlsx", target)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["总表", "检查意见", "查重", "公文格式"]
    rows = list(book["总表"].iter_rows(values_only=True))
    names = ("b.docx", "d.docx", "下层/c.txt", "来稿.txt")
    assert [row[0] for row in rows] == ["文件", *(str(folder / name) for name in names)]
    by_name = {Path(row[0]).name: row for row in rows[1:]}
    assert by_name["来稿.txt"][1] == "=1+1的会"
    assert "空文件" in by_name["d.docx"][7]
    cells = [cell for row in book["总表"].iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert "正文字体" in [row[1] for row in book["公文格式"].iter_rows(values_only=True)]
    assert any("全角" in row[2] for row in book["检查意见"].iter_rows(values_only=True))


def test_a_workbook_that_cannot_be_written(manuscript):
    code, _, err = run(manuscript, "--xlsx", manuscript.parent / "none" / "a.xlsx")
    assert code == 2
    assert "请换一个位置" in err


def test_as_a_process_without_a_database(tmp_path, manuscript):
    """The way an office runs it: nothing but JSON on standard output, also before the database exists."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "manage.py", "check_manuscript", "--json", str(manuscript)],
        cwd=root, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": ""},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["words"] == 42
    assert "duplicates" not in found


def test_what_the_office_already_has(tmp_path, make_article):
    article = make_article("榕树下", html="".join(f"<p>{line}</p>" for line in LONG.splitlines()))
    index_text(article.text)
    path = tmp_path / "来稿.txt"
    path.write_text(f"板凳会\n林晓舟\n{LONG}", "utf-8")
    (found,) = check(path)["duplicates"]
    assert found == {"title": "榕树下", "containment": 1.0, "kind": "duplicate"}
    assert "重复  100%  榕树下" in run(path)[1]


def test_the_workbook_tells_what_the_office_has_of_each_file(tmp_path, make_article):
    lines = [line for number in (80, 81) for line in body_of(number).split("\n") if "、" not in line]
    article = make_article("渔港的账本", html="".join(f"<p>{line}</p>" for line in lines))
    index_text(article.text)
    for name, title, body in (("a.txt", "一本旧账", lines), ("b.txt", "渔港的账本", body_of(82).split("\n"))):
        (tmp_path / name).write_text("\n".join([title, "林晓舟", *body]), "utf-8")
    run(tmp_path, "--xlsx", tmp_path / "结果.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "结果.xlsx")["查重"].iter_rows(values_only=True))
    assert [(Path(row[0]).name, *row[1:4]) for row in rows[1:]] == [
        ("a.txt", "重复", "100%", "稿库的《渔港的账本》"),
        ("b.txt", "同题异文", "0%", "稿库的《渔港的账本》"),
    ]
    assert "正文约 100% 与稿库的《渔港的账本》相同" in rows[1][4]
