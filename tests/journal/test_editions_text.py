"""The plain text of an issue, and the command that builds editions."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from journal.editions.text import body_text, render
from journal.importing.read import parse_issue
from journal.importing.write import import_issue

TEXT = (Path(__file__).parent / "data" / "invented_issue.txt").read_text(encoding="utf-8")

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return import_issue(parse_issue(TEXT))


def run(capsys, *arguments) -> tuple[int, str, str]:
    code = 0
    try:
        call_command("build_issue", *arguments)
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_printed_order(issue):
    text = render(issue)
    order = [
        "望内准印字第", "本期导读", "印刷数量：500份", "潮起海湾 同心向前", "目录", "实践探索 05～09",
        "编辑委员会\n主任 甄大海\n委员 贾　宁 易小舟 甄　好", "【领导讲话】", "【实践探索】",
        "夜市红灯笼 照亮小店主的创业路\n——临港区夜市党支部服务小店主纪实\n\n甄　好", "（作者系临港区夜市党支部书记）",
        "渔港新事", "东澳村\n织网工坊", "【党员风采】\n\n\n全市优秀志愿者—贾宁\n海边的“守灯人”", "《望海党建》征稿启事",
    ]  # fmt: skip
    places = [text.find(words) for words in order[:7]]
    places += [text.find(words, places[-1]) for words in order[7:]]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_a_withdrawn_article_is_left_out(issue):
    from django.utils import timezone

    issue.articles.filter(title="渔港新事").update(withdrawn_at=timezone.now(), withdrawn_reason="撤稿")
    assert "渔港新事" not in render(issue)


def test_lists_tables_and_figures_keep_their_words():
    html = "<ul><li>甲</li><li>乙</li></ul><table><tr><td>1</td><td>2</td></tr></table>" + (
        '<figure data-picture="3"><figcaption>桥</figcaption></figure>'
    )
    assert body_text(html) == "甲\n乙\n\n1\t2\n\n【图片】桥"


def test_build_issue_as_json(issue, tmp_path, capsys):
    path = tmp_path / "2030-2.txt"
    code, out, _ = run(capsys, "2030-2", "--format", "txt", "--output", str(path), "--json")
    built = json.loads(out)
    assert code == 0
    assert (built["path"], built["pages"]) == (str(path), None)
    assert built["seconds"] >= 0
    assert path.read_text(encoding="utf-8") == render(issue)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2030-2", "--format", "docx9"), "现在可以做：pdf、epub"),
        (("2030年2期", "--format", "txt"), "不是期号"),
        (("2031-9", "--format", "txt"), "没有2031年第9期"),
        (("2030-2", "--format", "txt", "--output", "{folder}/none/x.txt"), "写不了"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(issue, tmp_path, capsys, arguments, reason):
    arguments = [argument.format(folder=tmp_path) for argument in arguments]
    if "--output" not in arguments:
        arguments += ["--output", str(tmp_path / "x.txt")]
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert reason in err
    assert len(err.strip().split("\n")) == 1
    assert list(tmp_path.iterdir()) == []
