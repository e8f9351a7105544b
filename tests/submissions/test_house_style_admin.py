"""The lists in the admin: who may, sheets out and in, a preview before anything is written."""

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from members.models import Event
from submissions import house_style_sheets
from submissions.house_style import NamingOrder, PreferredTerm, Tenure, UnitName
from submissions.sheets import MAX_BYTES

pytestmark = pytest.mark.django_db
MODELS = ("preferredterm", "tenure", "unitname", "namingorder")


def address(act: str, model: str = "preferredterm") -> str:
    return reverse(f"admin:submissions_{model}_{act}")


def sheet(*rows) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return SimpleUploadedFile("表.xlsx", packed.getvalue())


@pytest.fixture
def editor(client, cast):
    client.force_login(cast.editor)
    return client


@pytest.fixture
def terms():
    PreferredTerm.objects.create(wrong="板凳会", right="议事会", note="村里的叫法")
    PreferredTerm.objects.create(wrong="登陆", right="登录", exceptions="登陆作战")


def upload(client, *rows, model="preferredterm"):
    return client.post(address("import", model), {"sheet": sheet(*rows)})


TITLES = ["不用的写法", "统一的写法", "说明", "级别"]
ROWS = (
    TITLES,
    ["板凳会", "议事会", "村里的叫法", "警告"],  # the same
    ["登陆", "登录", "网站用", "建议"],  # changed
    ["帐号", "账号", "", ""],  # new
    ["=A1", "x", "", ""],  # unreadable
    ["帐号", "账户", "", ""],  # twice
    ["相同", "相同", "", ""],  # no term
)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("act", ["changelist", "add", "import", "export"])
def test_every_page_opens_for_an_editor(editor, model, act):
    response = editor.get(address(act, model))
    assert response.status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_proofreader_reads_and_exports_but_does_not_import(client, cast, model):
    client.force_login(cast.proofreader)
    assert client.get(address("changelist", model)).status_code == 200
    assert b"data-import" not in client.get(address("changelist", model)).content
    assert client.get(address("export", model)).status_code == 200
    assert client.get(address("import", model)).status_code == 403
    assert client.post(address("import", model), {"key": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["changelist", "import", "export"])
def test_others_are_kept_out(client, cast, act):
    assert client.get(address(act)).status_code == 302
    client.force_login(cast.contributor)
    assert client.get(address(act), follow=True).status_code == 403


def test_a_preview_tells_all_and_writes_nothing(editor, terms):
    response = upload(editor, *ROWS)
    plan = response.context["plan"]
    assert [line.row.wrong for line in plan.new] == ["帐号"]
    assert [(line.number, line.changes) for line in plan.changed] == [
        (3, (("说明", "", "网站用"), ("级别", "警告", "建议")))
    ]
    assert plan.same == 1
    assert [row.number for row in plan.unreadable] == [5, 6, 7]
    page = response.content.decode()
    for said in (
        "第 5 行",
        "是公式",
        "与第 4 行是同一条",
        "写法相同",
        "<del>警告</del>",
        "<ins>建议</ins>",
        "导入这 2 条",
    ):
        assert said in page
    assert PreferredTerm.objects.count() == 2
    assert PreferredTerm.objects.get(wrong="登陆").level == "warning"


def test_a_yes_writes_what_was_shown(editor, cast, terms):
    key = upload(editor, *ROWS).context["key"]
    response = editor.post(address("import"), {"key": key}, follow=True)
    assert "新增 1 条，修改 1 条" in response.content.decode()
    assert PreferredTerm.objects.get(wrong="帐号").right == "账号"
    changed = PreferredTerm.objects.get(wrong="登陆")
    assert (changed.level, changed.note) == ("advice", "网站用")
    assert changed.exceptions == "登陆作战"  # a column the sheet does not have
    event = Event.objects.get(verb="导入统一用语")
    assert (event.actor, event.note) == (cast.editor, "新增 1 条，修改 1 条，读不出 3 行。")


def test_a_preview_is_used_once_and_only_by_its_person(editor, client, cast, terms):
    key = upload(editor, *ROWS).context["key"]
    client.force_login(cast.second_editor)
    assert "预览已经过期" in client.post(address("import"), {"key": key}, follow=True).content.decode()
    assert PreferredTerm.objects.count() == 2
    client.force_login(cast.editor)
    client.post(address("import"), {"key": key})
    assert "预览已经过期" in client.post(address("import"), {"key": key}, follow=True).content.decode()
    assert PreferredTerm.objects.count() == 3


def test_a_preview_of_one_list_is_none_of_another(editor, terms):
    key = upload(editor, *ROWS).context["key"]
    response = editor.post(address("import", "unitname"), {"key": key}, follow=True)
    assert "预览已经过期" in response.content.decode()
    assert not UnitName.objects.exists()


def test_a_lost_preview_is_told(editor, terms):
    key = upload(editor, *ROWS).context["key"]
    cache.clear()
    assert "预览已经过期" in editor.post(address("import"), {"key": key}, follow=True).content.decode()
    assert PreferredTerm.objects.count() == 2


def test_a_change_in_between_shows_the_preview_anew(editor, terms):
    key = upload(editor, *ROWS).context["key"]
    PreferredTerm.objects.create(wrong="帐号", right="账户")
    response = editor.post(address("import"), {"key": key})
    assert "预览以后有人改过" in response.content.decode()
    assert PreferredTerm.objects.get(wrong="帐号").right == "账户"
    assert [line.row.wrong for line in response.context["plan"].changed] == ["登陆", "帐号"]
    editor.post(address("import"), {"key": response.context["key"]})
    assert PreferredTerm.objects.get(wrong="帐号").right == "账号"


def test_a_sheet_without_news_asks_for_no_yes(editor, terms):
    response = upload(editor, TITLES, ["登陆", "登录", "", ""])
    assert response.context["key"] == ""
    assert b"data-nothing" in response.content
    assert b"data-confirm" not in response.content


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "请先选一个表格文件"),
        (SimpleUploadedFile("表.xlsx", b"x"), "这不是 .xlsx 文件"),
        (SimpleUploadedFile("表.xlsx", b"PK" + bytes(MAX_BYTES)), "最大 5 MB"),
    ],
)
def test_a_refused_file_is_told_on_the_form(editor, file, reason):
    response = editor.post(address("import"), {"sheet": file} if file else {})
    assert reason in response.content.decode()
    assert response.context["form"].errors


def test_what_is_exported_comes_back_as_the_same(editor, terms):
    Tenure.objects.create(person="乔木", post="区委书记", unit="望海区", since="2021-03-01", variants="乔沐")
    UnitName.objects.create(name="中共望海区委", variants="望海区委员会\n望海党委")
    NamingOrder.objects.create(title="各镇", names="临港镇\n青屿镇", kind="units")
    for model in MODELS:
        response = editor.get(address("export", model))
        assert "filename*=UTF-8''" in response["Content-Disposition"]
        file = SimpleUploadedFile("表.xlsx", response.content)
        plan = editor.post(address("import", model), {"sheet": file}).context["plan"]
        assert (plan.same, plan.amount, plan.unreadable) == (2 if model == "preferredterm" else 1, 0, [])


def test_an_exported_formula_is_text(editor):
    PreferredTerm.objects.create(wrong='=HYPERLINK("x")', right="链接")
    cell = load_workbook(io.BytesIO(editor.get(address("export")).content)).active["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_the_register_is_imported_by_person_post_unit_and_day(editor):
    Tenure.objects.create(person="乔木", post="区长", unit="望海区", since="2018-01-01")
    rows = (
        ["姓名", "职务", "单位", "开始日期", "结束日期", "常见错写"],
        ["乔　木", "区长", "望海区", "2018年1月1日", "2021-2-28", "乔沐"],
        ["乔木", "区委书记", "望海区", "2021-3-1", "", ""],
        ["柳青", "局长", "", "2021-3-1", "2020-3-1", ""],
    )
    response = upload(editor, *rows, model="tenure")
    plan = response.context["plan"]
    assert (len(plan.new), len(plan.changed)) == (1, 1)
    assert "不能早于开始日期" in plan.unreadable[0].problem
    editor.post(address("import", "tenure"), {"key": response.context["key"]})
    assert [(str(one.since), str(one.until)) for one in Tenure.objects.all()] == [
        ("2018-01-01", "2021-02-28"),
        ("2021-03-01", "None"),
    ]


def test_the_lists_can_be_searched_and_filtered(editor, terms):
    found = editor.get(address("changelist"), {"q": "作战"}).context["cl"].result_list
    assert [term.wrong for term in found] == ["登陆"]
    Tenure.objects.create(person="乔木", post="区长", until="2001-01-01")
    Tenure.objects.create(person="柳青", post="局长", since="2001-01-01")
    Tenure.objects.create(person="石敢当", post="镇长", since="2999-01-01")
    for value, name in (("now", "柳青"), ("ended", "乔木"), ("coming", "石敢当")):
        rows = editor.get(address("changelist", "tenure"), {"in_force": value}).context["cl"].result_list
        assert [one.person for one in rows] == [name]


def test_who_changed_a_line_is_kept(editor, cast):
    values = {"wrong": "帐号", "right": "账号", "level": "warning", "active": "on"}
    editor.post(address("add"), values)
    term = PreferredTerm.objects.get()
    change = reverse("admin:submissions_preferredterm_change", args=[term.pk])
    editor.post(change, values)  # nothing changed
    editor.post(change, values | {"note": "规范词形"})
    editor.post(address("changelist"), {"action": "delete_selected", "_selected_action": term.pk, "post": "yes"})
    told = Event.objects.filter(actor=cast.editor, subject_label="帐号 → 账号").order_by("pk")
    assert [event.verb for event in told] == ["新增统一用语", "修改统一用语", "删除统一用语"]
    assert not PreferredTerm.objects.exists()


def test_a_line_that_makes_no_sense_is_told_on_the_form(editor):
    values = {"wrong": "帐号", "right": "帐号", "level": "warning", "exceptions": "字" * 61}
    page = editor.post(address("add"), values).content.decode()
    assert "统一的写法和不用的写法相同" in page
    assert "最多 60 字" in page
    assert not PreferredTerm.objects.exists()


@pytest.mark.parametrize("amount", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(editor, amount, django_assert_num_queries):
    for n in range(amount):
        PreferredTerm.objects.create(wrong=f"写法{n}", right="好")
    editor.get(address("changelist"))
    with django_assert_num_queries(9):
        editor.get(address("changelist"))


def test_a_large_import_is_planned_and_written_whole(cast):
    from submissions.sheets import SheetRow

    rows = [
        SheetRow(n, {"wrong": f"写法{n}", "right": f"好{n}", "note": "", "exceptions": "", "active": True})
        for n in range(2, 2002)
    ]
    token = house_style_sheets.current_token()
    house_style_sheets.carry_out(PreferredTerm, rows, cast.editor, token=token)
    changed = [SheetRow(row.number, row.values | {"note": "改"}) for row in rows]
    result = house_style_sheets.carry_out(PreferredTerm, changed, cast.editor, token=house_style_sheets.current_token())
    assert len(result.changed) == PreferredTerm.objects.filter(note="改").count() == 2000
