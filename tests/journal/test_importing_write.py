"""import_issue: what it writes, what it leaves alone, what it refuses (DESIGN.md, Commands)."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from journal.importing.place import IMPORTED
from journal.importing.read import parse_issue
from journal.importing.write import ImportRefused, import_issue
from journal.models import Access, Article, BoardMember, Content, Imprint, Issue, IssueMatter, TextVersion
from members.models import Event, Unit

SOURCE = Path(__file__).parent / "data" / "invented_issue.txt"
TEXT = SOURCE.read_text(encoding="utf-8")
APPROVED = ("--access", "public", "--approved-by", "望海市委组织部", "--basis", "2030年第3次部务会纪要")

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed():
    return parse_issue(TEXT)


@pytest.fixture
def imported(printed):
    return import_issue(printed)


def run(capsys, *arguments) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of import_issue."""
    code = 0
    try:
        call_command("import_issue", *arguments)
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Issue, Article, TextVersion, BoardMember, Event, Unit)}


def test_the_issue_is_published_for_members(imported):
    assert (imported.state, imported.access) == (Issue.State.PUBLISHED, Access.INTERNAL)
    assert {article.access for article in imported.articles.all()} == {Access.INTERNAL}


def test_an_issue_of_the_past_was_published_when_it_was_printed():
    issue = import_issue(parse_issue(TEXT.replace("2030年6月9日", "2020年6月9日")))
    assert timezone.localdate(issue.published_at).isoformat() == "2020-06-09"


def test_everything_printed_is_there(imported):
    imprint = imported.imprint
    assert (imprint.print_run, imprint.printed_on.isoformat()) == (500, "2030-06-09")
    assert [(row.name, row.start_page, row.end_page) for row in imported.sections.all()] == [
        ("领导讲话", 1, 4),
        ("实践探索", 5, 9),
        ("党员风采", 9, 12),
    ]
    assert [str(member) for member in imported.board.all()][:3] == ["主任 甄大海", "委员 贾宁", "委员 易小舟"]
    assert [highlight.article.title for highlight in imported.highlights.all()] == [
        "榕树下的议事桌 把民生小事办成民心大事",
        "夜市红灯笼 照亮小店主的创业路",
    ]
    assert {matter.kind: matter.signature for matter in imported.matters.all()} == {
        "preface": "《望海党建》编辑部",
        "call": "《望海党建》编辑部",
    }


def test_articles_stand_in_their_columns_with_parts_below(imported):
    practice = Article.objects.toplevel().filter(issue=imported, section__name="实践探索").order_by("position")
    assert [article.position for article in practice] == [1, 2, 3]
    port = practice[2]
    assert [(part.position, part.kicker, part.issue_id) for part in port.parts.order_by("position")] == [
        (1, "东澳村", imported.pk),
        (2, "西澳村", imported.pk),
    ]
    lantern = practice[0]
    assert (lantern.subtitle, lantern.start_page) == ("临港区夜市党支部服务小店主纪实", 5)
    assert lantern.bylines.get().author.name == "甄好"
    assert lantern.text.current.reason == IMPORTED


def test_a_signing_unit_is_known_or_made_known(printed):
    known = Unit.objects.create(name="中共临港镇委员会", short_name="临港镇党委")
    issue = import_issue(printed)
    service = Article.objects.get(issue=issue, contents_title__startswith="加快建设")
    assert service.bylines.get().unit == known
    assert Unit.objects.filter(name="市委组织部一科").exists()


def test_importing_again_writes_nothing(imported, capsys):
    before = rows()
    code, out, _ = run(capsys, str(SOURCE), "--json")
    assert code == 0
    assert rows() == before
    assert len(json.loads(out)["articles"]) == 6


def test_importing_again_updates_what_nobody_edited(imported):
    again = parse_issue(
        TEXT.replace("散会以后贴在墙上", "散会之后贴上墙").replace("印刷数量：500份", "印刷数量：600份")
    )
    count = Article.objects.count()
    import_issue(again)
    assert Article.objects.count() == count
    table = Article.objects.get(issue=imported, title__startswith="榕树下")
    assert "散会之后贴上墙" in table.text.current.html
    assert table.text.versions.count() == 2
    assert Imprint.objects.get(issue=imported).print_run == 600


def test_a_title_read_otherwise_is_the_same_article(imported):
    again = parse_issue(TEXT.replace("渔港新事", "渔港新鲜事"))
    pk = Article.objects.get(issue=imported, title="渔港新事").pk
    count = Article.objects.count()
    import_issue(again)
    assert Article.objects.count() == count
    assert Article.objects.get(pk=pk).title == "渔港新鲜事"


def test_what_a_person_edited_stays(imported, make_user):
    editor = make_user("周予安")
    table = Article.objects.get(issue=imported, title__startswith="榕树下")
    content = table.text.current.content
    edited = Content(**{**content.__dict__, "title": "榕树下的新议事桌"})
    table.text.save_version(edited, editor, "更正")
    table.take_over(edited)
    table.contents_title = "榕树下"
    table.save()
    Imprint.objects.filter(issue=imported).update(print_run=450)
    BoardMember.objects.filter(issue=imported, name="甄好").delete()
    IssueMatter.objects.filter(issue=imported, kind="preface").update(title="改过的题目")

    changed = TEXT.replace("散会以后贴在墙上", "散会之后贴上墙").replace("潮起海湾 同心向前", "潮起海湾 携手向前")
    import_issue(parse_issue(changed))
    import_issue(parse_issue(changed))

    table.refresh_from_db()
    assert (table.title, table.contents_title) == ("榕树下的新议事桌", "榕树下")
    assert "散会以后贴在墙上" in table.text.current.html
    assert Imprint.objects.get(issue=imported).print_run == 450
    assert not BoardMember.objects.filter(issue=imported, name="甄好").exists()
    assert IssueMatter.objects.get(issue=imported, kind="preface").title == "改过的题目"


def test_a_signature_read_otherwise_is_put_right(imported):
    import_issue(parse_issue(TEXT.replace("甄好\n\n华灯", "甄好听\n\n华灯").replace("创业路 甄 好", "创业路 甄好听")))
    lantern = Article.objects.get(issue=imported, title__startswith="夜市")
    assert [line.name for line in lantern.bylines.all()] == ["甄好听"]
    imported.refresh_from_db()
    assert imported.state == Issue.State.PUBLISHED


def test_what_a_person_took_back_is_not_published_again(imported, capsys):
    Issue.objects.filter(pk=imported.pk).update(
        state=Issue.State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_reason="全期重新核对"
    )
    import_issue(parse_issue(TEXT.replace("500份", "600份")))
    imported.refresh_from_db()
    assert imported.state == Issue.State.WITHDRAWN
    code, _, err = run(capsys, str(SOURCE), *APPROVED)
    assert code == 2
    assert "阅读范围没有改" in err


def test_an_article_taken_out_of_the_issue_does_not_come_back(imported):
    port = Article.objects.get(issue=imported, title="渔港新事")
    Article.objects.filter(pk=port.pk).update(issue=None)
    count = Article.objects.count()
    import_issue(parse_issue(TEXT))
    port.refresh_from_db()
    assert port.issue is None
    assert Article.objects.count() == count


def test_public_needs_its_approval(capsys):
    code, out, err = run(capsys, str(SOURCE), "--access", "public", "--basis", "纪要")
    assert (code, out) == (2, "")
    assert "批准人" in err
    assert len(err.strip().split("\n")) == 1
    assert not Issue.objects.exists()


def test_public_with_approval(capsys):
    code, _, _ = run(capsys, str(SOURCE), "--json", *APPROVED)
    issue = Issue.objects.get()
    assert code == 0
    assert (issue.access, issue.access_approved_by) == (Access.PUBLIC, "望海市委组织部")
    assert Article.objects.visible_to(None).count() == Article.objects.count()


def test_a_later_import_keeps_or_changes_the_access(imported, capsys):
    run(capsys, str(SOURCE), *APPROVED)
    imported.refresh_from_db()
    assert imported.access == Access.PUBLIC
    assert set(imported.articles.values_list("access", flat=True)) == {Access.PUBLIC}
    run(capsys, str(SOURCE))
    imported.refresh_from_db()
    assert imported.access == Access.PUBLIC


def test_a_reprint_is_not_public_by_accident(capsys, tmp_path):
    reprint = tmp_path / "issue.txt"
    reprint.write_text(TEXT.replace("（稿件来源：临港区委组织部）", "（来源：望海日报）"), encoding="utf-8")
    run(capsys, str(reprint), *APPROVED)
    lantern = Article.objects.get(title__startswith="夜市")
    assert (lantern.origin, lantern.access) == (Article.Origin.RECOMMENDED, Access.INTERNAL)


def test_dry_run_writes_nothing(capsys):
    before = rows()
    code, out, _ = run(capsys, str(SOURCE), "--dry-run", "--json")
    assert code == 0
    assert rows() == before
    listed = json.loads(out)
    assert listed["issue"]["serial_number"] == 18
    assert listed["articles"][4]["parts"][0]["kicker"] == "东澳村"
    assert set(listed["problems"][0]) == {"line", "quote", "message"}


def test_the_list_for_people(capsys):
    code, out, _ = run(capsys, str(SOURCE), "--dry-run")
    assert code == 0
    assert "共 3 个栏目、6 篇文章、3 处请核对" in out


def test_an_issue_made_by_hand_is_not_touched(make_issue, printed):
    make_issue(2030, 2)
    with pytest.raises(ImportRefused, match="不是导入的"):
        import_issue(printed)


def test_a_serial_number_in_use_is_refused(printed):
    Issue.objects.create(year=2029, number=4, serial_number=18)
    with pytest.raises(ImportRefused, match="总第18期已经是2029年第4期"):
        import_issue(printed)


@pytest.mark.parametrize(
    ("name", "data"),
    [("missing.txt", None), ("empty.txt", b""), ("binary.txt", b"\x00\x01\x02"), ("essay.txt", "一篇文章。".encode())],
)
def test_unreadable_input_is_one_line_and_exit_2(capsys, tmp_path, name, data):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    code, out, err = run(capsys, str(path), "--json")
    assert (code, out) == (2, "")
    assert len(err.strip().split("\n")) == 1


def test_gb18030_and_windows_line_ends(capsys, tmp_path):
    path = tmp_path / "issue.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    code, out, _ = run(capsys, str(path), "--dry-run", "--json")
    assert code == 0
    assert len(json.loads(out)["articles"]) == 6
