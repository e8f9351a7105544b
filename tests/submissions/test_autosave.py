"""Drafts: saved by themselves, two tabs lose nothing, an expired session loses nothing."""

import pytest
from django.urls import reverse

from submissions.models import Submission
from tests.conftest import ALL_DECLARED, PASSWORD

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def draft(make_draft, cast):
    return make_draft(cast.contributor)


@pytest.fixture
def writer(client, cast):
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def autosave(client, draft, number, tab="", **typed):
    data = {"title": draft.title, "body": draft.body, "byline": draft.byline, "section": draft.section_id}
    data |= {"draft_number": number, "tab": tab, "origin": "original"} | typed
    return client.post(reverse("autosave", args=[draft.pk]), data, headers=FETCH)


def test_a_save_tells_time_words_outline_and_findings(writer, draft):
    body = "听,说。\n一、会开到树下\n（一）先听\n二、事办到门前"
    state = autosave(writer, draft, 0, body=body).json()
    draft.refresh_from_db()
    assert (draft.body, draft.draft_number, state["number"]) == (body, 1, 1)
    assert [(line["level"], line["text"]) for line in state["outline"]] == [
        (2, "一、会开到树下"),
        (3, "（一）先听"),
        (2, "二、事办到门前"),
    ]
    assert state["counts"] == {"error": 0, "warning": 1, "advice": 0}
    assert state["words"] == 23


def test_a_stale_tab_overwrites_nothing_and_loses_nothing(writer, draft):
    assert autosave(writer, draft, 0, tab="a", body="甲窗口写的。").status_code == 200
    answer = autosave(writer, draft, 0, tab="b", body="乙窗口写的。")
    assert answer.status_code == 409
    assert "两份都留着" in answer.json()["message"]
    autosave(writer, draft, 0, tab="b", body="乙窗口接着写的。")
    autosave(writer, draft, 0, tab="c", body="丙窗口写的。")
    draft.refresh_from_db()
    assert draft.body == "甲窗口写的。"
    assert {tab: kept["body"] for tab, kept in draft.conflict.items()} == {
        "b": "乙窗口接着写的。",
        "c": "丙窗口写的。",
    }
    page = writer.get(reverse("conflict", args=[draft.pk])).content.decode()
    for text in ("甲窗口写的。", "乙窗口接着写的。", "丙窗口写的。"):
        assert text in page


def test_either_version_may_be_taken(writer, draft):
    autosave(writer, draft, 0, tab="a", body="甲窗口写的。")
    autosave(writer, draft, 0, tab="b", body="乙窗口写的。")
    address = reverse("conflict", args=[draft.pk])
    writer.post(address, {"tab": "b", "act": "use"})
    draft.refresh_from_db()
    assert (draft.body, draft.conflict) == ("乙窗口写的。", None)
    autosave(writer, draft, 0, tab="d", body="丁窗口写的。")
    writer.post(address, {"tab": "d", "act": "drop"})
    draft.refresh_from_db()
    assert (draft.body, draft.conflict) == ("乙窗口写的。", None)
    assert "已经处理过" in writer.post(address, {"tab": "d", "act": "use"}, follow=True).content.decode()


def test_a_tab_goes_on_after_an_answer_it_never_got(writer, draft):
    autosave(writer, draft, 0, tab="a", body="第一句。")
    assert autosave(writer, draft, 0, tab="a", body="第一句。第二句。").status_code == 200
    draft.refresh_from_db()
    assert (draft.body, draft.conflict) == ("第一句。第二句。", None)


def test_the_same_text_from_a_stale_tab_is_no_conflict(writer, draft):
    autosave(writer, draft, 0, tab="a", body="一样的。")
    assert autosave(writer, draft, 0, tab="b", body="一样的。").status_code == 200


def test_text_typed_into_a_manuscript_that_was_handed_in_is_kept(writer, draft, cast):
    from submissions import workflow

    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    assert autosave(writer, draft, 0, tab="old", body="交出后又写的。").status_code == 409
    draft.refresh_from_db()
    assert draft.conflict["old"]["body"] == "交出后又写的。"
    page = writer.get(reverse("conflict", args=[draft.pk])).content.decode()
    assert "交出后又写的。" in page
    writer.post(reverse("conflict", args=[draft.pk]), {"tab": "old", "act": "use"})
    draft.refresh_from_db()
    assert draft.body != "交出后又写的。"


def test_saving_without_scripts_does_the_same(writer, draft):
    address = reverse("draft", args=[draft.pk])
    writer.post(address, {"title": "新的", "draft_number": 0, "then": "stay"})
    answer = writer.post(address, {"title": "旧的", "draft_number": 0, "then": "stay"})
    assert answer.url == reverse("conflict", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.title == "新的"
    assert draft.conflict[""]["title"] == "旧的"


@pytest.mark.parametrize("length", [201, 5000])
def test_fields_far_too_long_are_kept_as_typed_and_told(writer, draft, length):
    long = "长" * length
    names = ("title", "subtitle", "byline", "affiliation", "source_name", "source_url", "source_issue")
    typed = dict.fromkeys(names, long) | {"origin": "recommended"}
    assert autosave(writer, draft, 0, **typed).status_code == 200
    draft.refresh_from_db()
    assert {getattr(draft, name) for name in names} == {long}
    reading = writer.get(reverse("review_draft", args=[draft.pk])).context["reading"]
    codes = {note.finding.code for note in reading.blocking}
    assert {"title.over", "subtitle.over", "byline.over", "affiliation.over", "source.over", "source.url"} <= codes


def test_control_characters_and_line_ends_do_not_stop_a_save(writer, draft):
    assert autosave(writer, draft, 0, body="一\x00句。\r\n二句。").status_code == 200
    draft.refresh_from_db()
    assert draft.body == "一句。\n二句。"


def test_a_forged_choice_does_not_stop_a_save(writer, draft):
    assert autosave(writer, draft, 0, section="99999", origin="stolen", title="照存").status_code == 200
    draft.refresh_from_db()
    assert (draft.title, draft.section, draft.origin) == ("照存", None, "original")


def test_ticks_are_kept_with_wording_and_taken_back(writer, draft):
    autosave(writer, draft, 0, declare=["secrecy", "authorship", "forged"])
    assert set(draft.declarations.values_list("kind", flat=True)) == {"secrecy", "authorship"}
    assert draft.declarations.get(kind="secrecy").wording == draft.call.secrecy_wording
    autosave(writer, draft, 1, declare=["authorship"])
    assert list(draft.declarations.values_list("kind", flat=True)) == ["authorship"]


def test_an_expired_session_tells_a_script_in_words(client, draft):
    answer = autosave(client, draft, 0, body="过期后写的。")
    assert answer.status_code == 401
    assert "重新登录" in answer.json()["message"]


def test_an_expired_session_carries_a_posted_form_through_the_sign_in(client, draft, cast):
    address = reverse("draft", args=[draft.pk])
    typed = {"title": "过期后的题目", "body": "过期后写的\n两段。", "draft_number": 0, "then": "check"}
    page = client.post(address, typed | {"declare": ["secrecy", "copyright"]})
    assert page.status_code == 401
    assert "过期后写的" in page.content.decode()
    carried = {}
    for name, value in page.context["carried"]:
        carried.setdefault(name, []).append(value)
    wrong = client.post(address, carried | {"username": cast.contributor.login_name, "password": "不对"})
    assert "过期后写的" in wrong.content.decode()
    right = client.post(address, carried | {"username": cast.contributor.login_name, "password": PASSWORD})
    assert right.url == reverse("review_draft", args=[draft.pk])
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("过期后的题目", "过期后写的\n两段。")
    assert set(draft.declarations.values_list("kind", flat=True)) == {"secrecy", "copyright"}


def test_somebody_else_signing_in_on_that_page_gets_nothing(client, draft, cast):
    address = reverse("draft", args=[draft.pk])
    credentials = {"username": cast.other.login_name, "password": PASSWORD}
    assert client.post(address, {"title": "抢"} | credentials).status_code == 404
    draft.refresh_from_db()
    assert draft.title != "抢"


def test_scripts_in_a_text_are_shown_and_never_run(writer, draft):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\n</textarea><script>alert(3)</script>"
    autosave(writer, draft, 0, title=evil, body=evil)
    for name in ("draft", "review_draft", "conflict"):
        page = writer.get(reverse(name, args=[draft.pk])).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert Submission.objects.get(pk=draft.pk).body == evil
