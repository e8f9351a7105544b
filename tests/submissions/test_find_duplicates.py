"""Duplicates as people meet them: the command on files, the findings on a manuscript (RULES.md 9)."""

import io
import json
from contextlib import redirect_stdout

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from docx import Document

from journal import duplicates
from journal.models import Access, Content, Text
from submissions.checks import ADVICE, WARNING
from submissions.checks.duplicates import OFFICE, duplicate_findings

pytestmark = pytest.mark.django_db

BODY = (
    "榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，谁家有难处谁就坐到前排，说完了再由大家一起出主意。\n"
    "头一次开会来了七个人，第二次来了三十多个，后来凳子不够，各家自己带，板凳会的名字就是这样叫开的。\n"
    "定下来的事贴在祠堂外墙上，写明谁来办、哪天办完，办完一件划掉一件，到年底四十六件事划掉了四十三件。\n"
    "剩下的三件也没有丢开：一件等雨季过去，一件等邻村点头，还有一件钱不够，正由几位在外做生意的乡亲商量着补上。"
)
OTHER = (
    "渔港的路灯坏了两年没人管，船老大们夜里回来全靠手电照路，去年春天社区支部挨户问了一遍，决定先修码头这一段。\n"
    "灯杆是旧船上的桅杆改的，线是供电所退休的老师傅接的，钱由十七户人家按门面宽窄分摊，最少的一户出了六十块。\n"
    "灯亮的那天晚上，码头摆了长桌，谁也没有讲话，只是把各家煮的鱼端上来，一直吃到涨潮，孩子们在灯下追着影子跑。"
)


def html_of(text):
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def run(*paths, **options):
    out = io.StringIO()
    with redirect_stdout(out):
        call_command("find_duplicates", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def pairs_of(*paths):
    return json.loads(run(*paths, as_json=True))["pairs"]


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def archived(make_article):
    article = make_article("榕树下的板凳会", html=html_of(BODY))
    duplicates.index_text(article.text)
    return article


def test_files_among_themselves(write):
    one = write("one.txt", f"榕树下的板凳会\n{BODY}")
    two = write(
        "two.txt", f"目录\n点亮一盏灯 1\n村里的会 2\n点亮一盏灯\n{OTHER}\n村里的会\n{BODY.replace('榕岭村', '**')}"
    )
    assert pairs_of(one, two) == [
        {
            "a": f"{one}#1",
            "b": f"{two}#2",
            "title_a": "榕树下的板凳会",
            "title_b": "村里的会",
            "containment": 1.0,
            "kind": "duplicate",
        }
    ]


def test_files_against_the_archive(write, archived, tmp_path):
    write("copy.txt", f"村里的会\n{BODY}")
    write("lamps.txt", f"榕树下的“板凳会”\n{OTHER}")
    found = {pair["title_a"]: pair for pair in pairs_of(tmp_path)}
    assert found["村里的会"] | {"containment": 1} == {
        "a": f"{tmp_path}/copy.txt#1",
        "b": f"archive:{archived.text.pk}",
        "title_a": "村里的会",
        "title_b": "榕树下的板凳会",
        "containment": 1,
        "kind": "duplicate",
    }
    assert found["榕树下的“板凳会”"]["kind"] == "same_title"
    assert len(found) == 2


def test_the_archive_is_indexed_where_nobody_did(write, make_article):
    make_article("榕树下的板凳会", html=html_of(BODY))
    assert [pair["kind"] for pair in pairs_of(write("copy.txt", f"村里的会\n{BODY}"))] == ["duplicate"]


def test_word_and_web_files(write, tmp_path):
    document = Document()
    for line in ("榕树下的板凳会", *BODY.split("\n")):
        document.add_paragraph(line)
    document.save(tmp_path / "a.docx")
    page = write("b.html", f"<h1>村里的会</h1>{html_of(BODY)}")
    (pair,) = pairs_of(tmp_path / "a.docx", page)
    assert (pair["title_a"], pair["title_b"], pair["kind"]) == ("榕树下的板凳会", "村里的会", "duplicate")


def test_a_file_named_twice_is_one_file(write):
    path = write("one.txt", f"榕树下的板凳会\n{BODY}")
    assert pairs_of(path, path) == []


def test_what_a_person_reads(write, archived):
    said = run(write("copy.txt", f"村里的会\n{BODY}"))
    lines = said.splitlines()
    assert lines[0].split() == ["结论", "相同", "甲篇", "甲篇出处", "乙篇", "乙篇出处"]
    assert lines[1].split()[:5] == ["重复", "100%", "村里的会", "copy.txt#1", "榕树下的板凳会"]
    assert f"编辑部已有（编号 {archived.text.pk}）" in lines[1]
    assert said.rstrip().endswith("共 1 篇：重复 1 对，部分相同 0 对，同题异文 0 对。")


def test_the_workbook(write, archived, tmp_path):
    write("copy.txt", f"=村里的会\n{BODY}")
    write("empty.txt", "")
    target = tmp_path / "结果.xlsx"
    with pytest.raises(SystemExit) as stopped:
        run(tmp_path, xlsx=target)
    assert stopped.value.code == 2  # told after all the others were compared
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["查重", "不能读取的文件"]
    _, row = book["查重"].iter_rows(values_only=True)
    assert row[:3] == ("重复", "100%", "=村里的会")
    assert row[3] == f"{tmp_path}/copy.txt#1"
    assert book["查重"]["C2"].data_type == "s"
    assert "empty.txt" in book["不能读取的文件"]["A2"].value


def test_a_workbook_that_cannot_be_written(write, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(write("one.txt", f"榕树下\n{BODY}"), xlsx=tmp_path / "none" / "a.xlsx")
    assert stopped.value.code == 2
    assert "请换一个位置" in capsys.readouterr().err


def test_who_watches_sees_the_progress(write, tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    write("one.txt", f"榕树下的板凳会\n{BODY}")
    write("two.txt", f"点亮一盏灯\n{OTHER}")
    call_command("find_duplicates", str(tmp_path), stdout=io.StringIO(), stderr=shown, no_color=True)
    assert "2/2 two.txt" in shown.getvalue()


def test_rebuild_says_how_many(archived):
    assert "索引已重做，共 1 篇。" in run(rebuild=True)


@pytest.mark.parametrize("paths", [(), ("没有这个文件.txt",)])
def test_wrong_use_is_one_line_and_exit_2(paths, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("find_duplicates", *paths)
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_an_empty_file_is_refused_with_its_name(write, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(write("empty.txt", ""))
    assert stopped.value.code == 2
    assert "empty.txt" in capsys.readouterr().err


def test_each_speech_of_the_compilations_finds_its_original():
    """RULES.md 9: 12 of 13 at 0.97 and more, one cut short at 0.66; the trap title; nothing false in the issue."""
    if settings.SEEDS_DIR is None:
        pytest.skip("没有样本文件夹 SEEDS_DIR")
    seeds = [next(settings.SEEDS_DIR.glob(f"00{number}_*.txt")) for number in range(4)]
    names = {str(path): path.name[:3] for path in seeds}
    pairs = pairs_of(*seeds)
    between: dict[frozenset, list[dict]] = {}
    for pair in pairs:
        sides = frozenset(names[pair[side].rpartition("#")[0]] for side in "ab")
        between.setdefault(sides, []).append(pair)

    speeches = between.pop(frozenset({"000", "001"})) + between.pop(frozenset({"001", "002"}))
    assert len(speeches) == len({pair["title_a"] for pair in speeches}) == 13
    assert {pair["kind"] for pair in speeches} == {"duplicate"}
    assert sorted(pair["containment"] >= 0.9 for pair in speeches) == [False] + [True] * 12
    (cut_short,) = (pair for pair in speeches if pair["containment"] < 0.9)
    assert cut_short["containment"] >= 0.6
    assert "教育" in cut_short["title_a"]

    trap = {pair["kind"] for sides in ({"001", "003"}, {"002", "003"}) for pair in between.pop(frozenset(sides))}
    assert trap == {"same_title"}
    (preface,) = between.pop(frozenset({"003"}))
    assert preface["kind"] == "partial"
    assert between == {}


@pytest.fixture
def content():
    return Content(title="村里的会", html=html_of(BODY))


def test_a_public_article_is_named_to_everyone(archived, make_issue, content):
    issue = make_issue(year=2026, number=3)
    archived.issue = issue
    archived.save()
    issue.sections.create(section=archived.section, position=1)
    type(archived).objects.filter(pk=archived.pk).update(access=Access.PUBLIC)
    type(issue).objects.filter(pk=issue.pk).update(
        state="published",
        access=Access.PUBLIC,
        published_at="2026-01-01T00:00+08:00",
        access_approved_by="部务会",
        access_basis="纪要",
        access_approved_on="2026-01-01",
    )
    (finding,) = duplicate_findings(content)
    assert (finding.code, finding.level) == ("duplicate.text", WARNING)
    assert "2026年第3期的《榕树下的板凳会》" in finding.message
    assert (finding.block, finding.offset) == (0, 0)
    assert finding.quote in BODY


def test_what_others_sent_in_is_not_named_to_a_writer(archived, cast, content):
    (finding,) = duplicate_findings(content, reader=cast.contributor)
    assert "榕树下的板凳会" not in finding.message
    assert "另一篇稿件" in finding.message
    for office in (cast.editor, OFFICE):
        (finding,) = duplicate_findings(content, reader=office)
        assert "稿库的《榕树下的板凳会》" in finding.message


def test_own_manuscripts_are_named_with_their_receipt(make_submission, cast, content):
    submission = make_submission(body=BODY, title="榕树下的板凳会")
    duplicates.index_text(submission.text)
    (finding,) = duplicate_findings(content, reader=cast.contributor)
    assert f"收稿号 {submission.receipt_number} 的稿件" in finding.message
    (finding,) = duplicate_findings(content, reader=cast.other)
    assert submission.receipt_number not in finding.message
    assert duplicate_findings(content, submission.text, reader=cast.contributor) == []


def test_partial_reuse_points_at_the_longest_passage(archived):
    more = "如今每盏灯都有一户人家看护，灯不亮了先打给他，修不好再找师傅，一年下来没有一盏灯黑过三个晚上。"
    asked = Content(title="点亮一盏灯", html=html_of("\n".join([OTHER, more, *BODY.split("\n")[1:3]])))
    (finding,) = duplicate_findings(asked, reader=OFFICE)
    assert finding.code == "duplicate.partial"
    assert (finding.block, finding.offset) == (4, 0)
    assert BODY.split("\n")[1].startswith(finding.quote)


def test_the_same_title_is_advice(archived):
    (finding,) = duplicate_findings(Content(title="榕树下的“板凳会”", html=html_of(OTHER)))
    assert (finding.code, finding.level, finding.quote) == ("duplicate.title", ADVICE, "榕树下的“板凳会”")
    assert "正文不同" in finding.message


def test_a_new_text_has_no_findings(archived):
    assert duplicate_findings(Content(title="点亮一盏灯", html=html_of(OTHER))) == []
    assert Text.objects.count() == 1
