"""The checks on a text: every example of the case list, places, pairs, numbering, personal data, the call's limits."""

import json

import pytest
from django.conf import settings

from journal.models import Content
from submissions.checks import ERROR, run_checks
from submissions.checks.pairs import check_pairs, unpaired
from submissions.checks.privacy import luhn, mask, personal_data, valid_identity_number
from submissions.checks.text import check_numbering, pattern_findings
from submissions.manuscript import Manuscript

CODES = {
    "P1 half-width": {"mark.half_width"},
    "P3 CJK space(body)": {"space.inside", "heading.number"},
    "P4 ellipsis": {"mark.ellipsis"},
    "P5 dash": {"mark.dash"},
    "P6 dunhao": {"mark.between"},
    "P7 range": {"number.range"},
    "P8 unit range": {"number.range_unit"},
    "P9 year": {"number.short_year", "number.zero_year", "number.date_zero"},
    "P10 docno": {"number.document"},
    "P11 heading": {"heading.number"},
    "P12 approx twice": {"number.twice"},
    "P13 event": {"event.dot", "event.digits"},
    "P14 name": {"person.title"},
}


def cases(kind: str) -> list:
    path = settings.CASES_DIR and settings.CASES_DIR / "punctuation.json"
    if not path or not path.exists():
        return [pytest.param("", "", marks=pytest.mark.skip(reason="没有标点用例（CASES_DIR）"))]
    return [(name, text) for name, group in json.loads(path.read_text("utf-8")).items() for text in group[kind]]


@pytest.mark.parametrize(("rule", "text"), cases("bad"))
def test_every_bad_example_is_found(rule, text):
    assert CODES[rule] & {finding.code for finding in pattern_findings(text)}


@pytest.mark.parametrize(("rule", "text"), cases("good"))
def test_no_good_example_is_blamed(rule, text):
    assert not [(finding.code, finding.quote) for finding in pattern_findings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大家开会,商量办事。", "大家开会，商量办事。"),
        ("村(社区)三级联动。", "村（社区）三级联动。"),
        ("今年1-9月完成。", "今年1—9月完成。"),
        ("需20-30日办结。", "需20～30日办结。"),
        ("增长15～30%。", "增长15%～30%。"),
        ("13～17万元。", "13万元～17万元。"),
        ("21年11月开工。", "2021年11月开工。"),
        ("二零二一年开工。", "二〇二一年开工。"),
        ("2021年02月04日开工。", "2021年2月4日开工。"),
        ("国办发[2017]47号文件。", "国办发〔2017〕47号文件。"),
        ("国办发〔2017〕第47号文件。", "国办发〔2017〕47号文件。"),
        ("（一）、强化责任", "（一）强化责任"),
        ("1、健全机制", "1.健全机制"),
        ("(一) 构建格局", "（一）构建格局"),
        ("义诊、讲座……等活动。", "义诊、讲座等活动。"),
        ("党员--先锋。", "党员——先锋。"),
        ("“甲组”、“乙组”。", "“甲组”“乙组”。"),
        ("“413”重要讲话", "“4·13”重要讲话"),
        ('他说:"大家商量着办"。', "他说：“大家商量着办”。"),
        ("会开完了.", "会开完了。"),
        ("党 建引领。", "党建引领。"),
    ],
)
def test_a_certain_fix_applied_at_its_place_mends_the_text(text, expected):
    for _ in range(4):
        found = next((finding for finding in pattern_findings(text) if finding.fix is not None), None)
        if found is None:
            break
        assert text[found.offset :].startswith(found.quote)
        text = text[: found.offset] + found.fix + text[found.offset + len(found.quote) :]
    assert text == expected


def test_two_ways_out_of_a_double_approximation():
    (finding,) = pattern_findings("近300余党员参加。")
    assert finding.fix is None
    assert finding.choices == ("近300", "300余")


@pytest.mark.parametrize(
    "text",
    ["“议事”（含“微心愿”）都有。", "‘小’“大”《书》", "1）先听；2）后说。", "don’t worry", "分两步:a)听,b)说。"],
)
def test_what_is_paired(text):
    assert unpaired(text) == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [("开“板凳会在这里", ["“"]), ("板凳会”在这里", ["”"]), ("（听“说）”", ["“", "”"]), ("《条例第三条", ["《"])],
)
def test_what_is_not_paired(text, marks):
    assert [mark for _, mark in unpaired(text)] == marks


def manuscript(html: str, **fields) -> Manuscript:
    bylines = [{"kind": "person", "name": "林晓舟", "affiliation": ""}]
    content = Content(title=fields.pop("title", "标题"), html=html, bylines=fields.pop("bylines", bylines))
    return Manuscript(content=content, section_name="基层党建", **fields)


def test_a_quotation_of_several_paragraphs_opens_in_each():
    told = "<p>他说：“先听难处。</p><p>“再说打算。”</p>"
    assert not list(check_pairs(manuscript(told)))
    broken = "<p>他说：“先听难处。</p><p>再说打算。</p>"
    (finding,) = check_pairs(manuscript(broken))
    assert (finding.level, finding.block, finding.offset) == (ERROR, 0, 3)
    assert "没有右引号" in finding.message


@pytest.mark.parametrize(
    ("told", "fix", "act"),
    [
        ("老榕树下的“板凳会”。这里的“板凳会开在每月初八。", "“板凳会”开在每月", "补上右引号"),
        ("老榕树下的“板凳会”。板凳会”开在每月初八。", "“板凳会”", "补上左引号"),
        ("老榕树下的“板凳会“开在每月初八。", "“板凳会”", "改成一左一右的引号"),
        ("老榕树下的”板凳会”开在每月初八。", "“板凳会”", "改成一左一右的引号"),
        ("学习《条例》。《条例第三条写明。", "《条例》第三条写", "补上右书名号"),
    ],
)
def test_a_missing_mark_is_put_in_by_one_click_where_nothing_is_guessed(told, fix, act):
    (finding,) = check_pairs(manuscript(f"<p>{told}</p>"))
    assert (finding.fix, finding.acts) == (fix, (act,))
    mended = told[: finding.offset] + finding.fix + told[finding.offset + len(finding.quote) :]
    assert unpaired(mended) == []


@pytest.mark.parametrize(
    ("told", "choices"),
    [
        ("大家开“板凳会，商量着办。", ("“板凳会”", "板凳会")),
        ("大家开板凳会”，商量着办。", ("“大家开板凳会”", "大家开板凳会")),
        ("（" + "很长" * 20 + "。", ("很长" * 3 + "很",)),
        ("”，", ("",)),
    ],
)
def test_where_a_missing_mark_belongs_is_asked_otherwise(told, choices):
    (finding,) = check_pairs(manuscript(f"<p>{told}</p>"))
    assert (finding.fix, finding.choices) == (None, choices)
    assert len(finding.acts) == len(choices)
    for choice in choices:
        assert unpaired(told[: finding.offset] + choice + told[finding.offset + len(finding.quote) :]) == []


def test_numbers_in_the_lines_around_the_text_are_told_too():
    bylines = [{"kind": "person", "name": "林晓舟", "affiliation": "榕岭村 13800138000"}]
    found = run_checks(manuscript("<p>正文。</p>", title="报名打13800138000", bylines=bylines))
    assert [(one.code, one.field) for one in found] == [("privacy.mobile", "title"), ("privacy.mobile", "affiliation")]
    assert "13800138000" not in str([one.as_dict() for one in found])


def test_a_title_keeps_its_spaces_and_dashes_but_not_half_width_marks():
    fine = manuscript("<p>正文。</p>", title="榕树底下议事忙 自家门前办事快—记板凳会")
    assert run_checks(fine) == []
    (finding,) = run_checks(manuscript("<p>正文。</p>", title="会开到树下,事办到门前"))
    assert (finding.code, finding.field, finding.block) == ("mark.half_width", "title", None)
    assert finding.fix == "开到树下，事办到门"
    assert finding.message.startswith("标题：")
    (finding,) = run_checks(manuscript("<p>正文。</p>", title="树下的“板凳会"))
    assert (finding.code, finding.level) == ("mark.unpaired", ERROR)


def test_numbering_begins_anew_under_each_heading_and_must_not_jump():
    right = "<h2>一、听</h2><h3>（一）甲</h3><h3>（二）乙</h3><h2>二、说</h2><h3>（一）丙</h3>"
    assert not list(check_numbering(manuscript(right)))
    wrong = "<h2>一、听</h2><h2>三、说</h2><h2>四、做</h2>"
    (finding,) = check_numbering(manuscript(wrong))
    assert finding.block == 1
    assert "三、" in finding.message


IDENTITY = "11010519491231002X"  # the example of GB 11643-1999


def test_identity_number_needs_its_check_digit():
    assert valid_identity_number(IDENTITY)
    (finding,) = personal_data(f"身份证{IDENTITY}。")
    assert finding.code == "privacy.identity"
    assert not list(personal_data("编号110105194912310021。"))


def test_mobile_number_in_every_spelling_and_masked_wherever_kept():
    for number in ("13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000"):
        (finding,) = personal_data(f"电话{number}，夜里也有人接。")
        assert finding.quote == number
        assert number not in json.dumps(finding.as_dict(), ensure_ascii=False)
    assert not list(personal_data("电话0898-88270000，编号2138001380001。"))
    assert mask("13800138000") == "138****8000"


def test_bank_card_needs_its_check_digit():
    assert luhn("4111111111111111")
    assert [finding.code for finding in personal_data("卡号4111 1111 1111 1111。")] == ["privacy.card"]
    assert not list(personal_data("流水号4111111111111112。"))


def test_personal_data_is_a_warning_and_may_be_taken_out():
    findings = run_checks(manuscript("<p>找老林，电话13800138000。</p>"))
    assert [(finding.code, finding.level, finding.choices) for finding in findings] == [
        ("privacy.mobile", "warning", ("",))
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "title.missing"),
        ({"title": "长" * 101}, "title.over"),
        ({"bylines": []}, "byline.missing"),
        ({"bylines": [{"kind": "person", "name": "名" * 41, "affiliation": ""}]}, "byline.over"),
        ({"bylines": [{"kind": "person", "name": "名", "affiliation": "职" * 101}]}, "affiliation.over"),
        ({"is_recommended": True, "source_url": "http://www.example.cn/1"}, "source.name"),
        ({"is_recommended": True, "source_name": "某报"}, "source.place"),
        ({"is_recommended": True, "source_name": "某报", "source_url": "看头版"}, "source.url"),
        ({"is_recommended": True, "source_name": "报" * 101, "source_issue": "5月"}, "source.over"),
        ({"is_text": False}, "pictures.missing"),
    ],
)
def test_what_the_database_or_the_call_could_not_take_is_an_error_with_words(changes, code):
    errors = [finding for finding in run_checks(manuscript("<p>正文。</p>", **changes)) if finding.level == ERROR]
    assert [finding.code for finding in errors] == [code]


def test_a_clean_text_has_no_findings():
    html = "<p>今年1—9月，村里办成126件事。</p><h2>一、会开到树下</h2><p>大家说“好”。</p>"
    assert run_checks(manuscript(html)) == []


@pytest.mark.parametrize("line", ["图为村民在树下议事。林晓舟 摄", "村民议事，（本报记者 林晓舟）张榜公布。"])
def test_a_credit_keeps_its_space_as_in_cleaning(line):
    assert "space.inside" not in {found.code for found in pattern_findings(line)}
