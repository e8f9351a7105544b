"""The command that cleans a file: what it prints, writes and refuses (DESIGN.md, Commands)."""

import io
import json
from contextlib import redirect_stdout

import pytest
from django.core.management import call_command

from journal.text.clean import Change, apply

TEXT = "在议事会上的讲话\n同志们:\n村 里把(议事桌)搬到樹下,\n\n商量着办,王**记下来。"


def run(*words, **options):
    out = io.StringIO()
    with redirect_stdout(out):
        call_command("clean_text", *map(str, words), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "来稿.txt"
    path.write_text(TEXT, "utf-8")
    return path


def refused(capsys, *words, **options):
    with pytest.raises(SystemExit) as left:
        run(*words, **options)
    assert left.value.code == 2
    return capsys.readouterr().err


def test_json_holds_the_changes_on_the_original(file):
    found = json.loads(run(file, as_json=True))
    assert list(found) == ["text", "changes", "counts", "pieces", "reports"]
    changes = [Change(**change) for change in found["changes"]]
    assert apply(TEXT, changes) == found["text"]
    assert "村里把（议事桌）搬到樹下，商量着办，王**记下来。" in found["text"]
    assert found["counts"] == {"line": 1, "punctuation": 5, "space": 1}
    assert [report["kind"] for report in found["reports"]] == ["traditional", "mask"]
    (piece,) = found["pieces"]
    assert set(piece) == {"title", "bylines", "words"}
    assert piece["words"] > 20


def test_bylines_stand_with_their_offices(tmp_path):
    body = "村里把议事桌搬到榕树下，每月两次，群众先说，干部后答，谁家有难处谁就坐到前排，说完了再由大家出主意。"
    other = "渔港的路灯坏了两年没人管，船老大们夜里回来全靠手电照路，去年春天社区支部挨户问了一遍，决定先修这一段。"
    pieces = [f"榕树下面说事 板凳会上办事\n\n榕岭村党支部书记 林晓舟\n\n{body}", f"修好码头路灯 照亮回家的路\n\n渔港社区党委书记 何小雨\n\n{other}"]  # fmt: skip
    path = tmp_path / "发言.txt"
    path.write_text("\n\n".join(pieces), "utf-8")
    found = json.loads(run(path, as_json=True))["pieces"]
    assert [piece["bylines"] for piece in found] == [["榕岭村党支部书记 林晓舟"], ["渔港社区党委书记 何小雨"]]


def test_a_person_reads_every_change_with_its_place(file):
    printed = run(file)
    assert "第 3 行　空格　村【␣ → 去掉】里把(议事桌)搬到" in printed
    assert "第 3 行　断行　里把(议事桌)搬到樹下,【↵↵ → 接上】商量着办" in printed
    assert "名称或数字被符号盖住了" in printed
    assert "领导讲话" in printed
    assert "共整理 7 处：断行 1 处，标点 5 处，空格 1 处。" in printed


def test_nothing_to_clean_is_said(tmp_path):
    path = tmp_path / "好.txt"
    path.write_text("大家坐下来，商量着办。", "utf-8")
    assert run(path).strip() == "没有要整理的。"


def test_the_cleaned_text_is_written_beside_the_original(file, tmp_path):
    output = tmp_path / "整理.txt"
    run(file, output=output)
    assert output.read_text("utf-8").endswith("王**记下来。\n")
    assert file.read_text("utf-8") == TEXT


def test_the_original_is_never_overwritten(file, capsys):
    assert "原件要留着" in refused(capsys, file, output=file)
    assert file.read_text("utf-8") == TEXT


def test_what_cannot_be_read_or_written_is_refused_in_one_line(file, tmp_path, capsys):
    assert "打不开" in refused(capsys, tmp_path / "没有.txt")
    assert "写不到" in refused(capsys, file, output=tmp_path / "没有" / "整理.txt")
    picture = tmp_path / "照片.txt"
    picture.write_bytes(bytes(range(256)) * 40)
    message = refused(capsys, picture)
    assert "照片.txt" in message
    assert message.count("\n") == 1


def test_gbk_files_and_web_pages_are_read(tmp_path):
    path = tmp_path / "旧.txt"
    path.write_bytes("大家坐下来,商量着办。".encode("gb18030"))
    assert json.loads(run(path, as_json=True))["text"] == "大家坐下来，商量着办。"
    page = tmp_path / "页.html"
    page.write_text("<html><body><h1>板凳会</h1><p>大家坐下来,商量着办。</p></body></html>", "utf-8")
    assert "大家坐下来，商量着办。" in json.loads(run(page, as_json=True))["text"]
