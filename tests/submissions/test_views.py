"""The contributor's pages: every address for its owner, an outsider, an unknown id and the wrong method."""

import uuid

import pytest
from django.urls import reverse

from members.models import Event
from submissions.models import Letter, Submission
from submissions.states import State
from tests.conftest import ALL_DECLARED

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def at(name, submission, *args):
    return reverse(name, args=[submission.pk, *args])


def form_of(client, address) -> dict:
    """What a browser would send back from the form of a page."""
    response = client.get(address)
    assert response.status_code == 200, response
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    data["declare"] = [one["kind"].value for one in response.context["declarations"] if one["ticked"]]
    data["address"] = reverse("draft", args=[response.context["submission"].pk])
    return data


def post(client, data, then="stay", **changes):
    address = data.pop("address")
    return client.post(address, data | changes | {"then": then})


def test_two_pages_from_the_call_to_the_receipt(as_user, cast, call, section):
    client = as_user(cast.contributor)
    data = form_of(client, reverse("new_text"))
    assert Submission.objects.count() == 0
    typed = {"title": "树下的会", "body": "大家商量着办。", "section": section.pk, "declare": ALL_DECLARED}
    response = post(client, data, then="check", **typed)
    draft = Submission.objects.get()
    assert response.url == at("review_draft", draft)
    assert "可以提交" in client.get(response.url).content.decode()
    response = client.post(at("hand_in", draft))
    assert response.url == at("submission", draft)
    draft.refresh_from_db()
    assert draft.receipt_number in client.get(response.url).content.decode()
    assert draft.declarations.count() == 3


def test_a_double_click_gives_one_receipt(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor)
    for kind in ALL_DECLARED:
        draft.declarations.create(kind=kind, wording="声明", person=cast.contributor)
    answers = [client.post(at("hand_in", draft)) for _ in range(2)]
    assert [answer.url for answer in answers] == [at("submission", draft)] * 2
    assert Letter.objects.filter(kind=Letter.Kind.RECEIPT).count() == 1
    draft.refresh_from_db()
    assert draft.receipt_number.endswith("-0001")


def test_the_first_save_twice_makes_one_manuscript(as_user, cast, call):
    client = as_user(cast.contributor)
    data = form_of(client, reverse("new_image"))
    post(client, dict(data), title="一")
    post(client, dict(data), title="一")
    assert [one.kind for one in Submission.objects.all()] == ["image"]


def test_a_leave_is_good_for_its_owner_and_its_address_only(as_user, cast, call):
    data = form_of(as_user(cast.contributor), reverse("new_text"))
    client = as_user(cast.other)
    assert post(client, dict(data), title="抢").status_code == 404
    elsewhere = data | {"address": reverse("draft", args=[uuid.uuid4()])}
    assert post(as_user(cast.contributor), elsewhere, title="换").status_code == 404
    assert Submission.objects.count() == 0


OWN_PAGES = [
    ("draft", "get"),
    ("draft", "post"),
    ("autosave", "post"),
    ("conflict", "get"),
    ("upload", "post"),
    ("review_draft", "get"),
    ("fix_finding", "post"),
    ("undo_fix", "post"),
    ("keep_passage", "post"),
    ("ask_again", "post"),
    ("hand_in", "post"),
    ("withdraw", "get"),
    ("withdraw", "post"),
    ("submission", "get"),
]


@pytest.mark.parametrize(("name", "method"), OWN_PAGES)
def test_outsiders_find_nothing_and_insiders_without_the_right_are_told(name, method, as_user, cast, make_submission):
    submission = make_submission("returned")
    before = (submission.state, submission.body)
    for person, status in (("other", 404), ("reader", 404), ("pending", 404), ("liaison", 404), ("editor", 403)):
        response = getattr(as_user(getattr(cast, person)), method)(at(name, submission))
        assert response.status_code == status, person
    submission.refresh_from_db()
    assert (submission.state, submission.body) == before


@pytest.mark.parametrize(("name", "method"), OWN_PAGES)
def test_an_unknown_address_is_404(name, method, as_user, cast):
    address = reverse(name, args=[uuid.uuid4()])
    assert getattr(as_user(cast.contributor), method)(address).status_code == 404


@pytest.mark.parametrize(
    "name", ["autosave", "upload", "fix_finding", "undo_fix", "keep_passage", "ask_again", "hand_in"]
)
def test_verbs_are_posted(name, as_user, cast, make_draft):
    draft = make_draft(cast.contributor)
    assert as_user(cast.contributor).get(at(name, draft)).status_code == 405


def test_an_editor_does_not_even_find_a_draft(as_user, cast, make_draft):
    assert as_user(cast.editor).get(at("draft", make_draft(cast.contributor))).status_code == 404


@pytest.mark.parametrize("name", ["submit", "new_text", "new_image"])
def test_only_senders_begin_a_manuscript(name, as_user, cast, call):
    refused = as_user(cast.reader).get(reverse(name))
    assert refused.status_code == 403
    assert "请编辑把账号改成投稿人" in refused.content.decode()
    assert "投第一篇" not in as_user(cast.reader).get(reverse("my_submissions")).content.decode()
    assert as_user(cast.contributor).get(reverse(name)).status_code == 200


def test_signed_out_visits_lead_to_sign_in_and_back(client, call):
    response = client.get(reverse("new_text"))
    assert response.url == f"{reverse('sign_in')}?next={reverse('new_text')}"


def test_no_open_call_is_said_with_its_date(as_user, client, cast, call):
    assert client.get(reverse("call")).status_code == 200
    call.opens_on, call.closes_on = "2026-01-01", "2026-02-01"
    call.save()
    page = client.get(reverse("call")).content.decode()
    assert "现在没有征稿" in page
    assert "2026年2月1日" in page
    assert as_user(cast.contributor).get(reverse("new_text")).url == reverse("call")
    assert "现在没有征稿" in as_user(cast.contributor).get(reverse("submit")).content.decode()


def test_the_call_tells_its_own_figures_and_never_names_itself_a_periodical(client, call):
    call.word_limit, call.reply_days = 2400, 21
    call.save()
    page = client.get(reverse("call")).content.decode()
    assert "2,400" in page
    assert "21 天内" in page
    assert "12 个栏目" in page
    assert "本刊" not in page


def test_a_call_that_names_no_columns_takes_them_all(as_user, cast, call):
    call.sections.clear()
    form = as_user(cast.contributor).get(reverse("new_text")).context["form"]
    assert form.fields["section"].queryset.count() == 12


def test_a_draft_of_a_closed_call_goes_to_the_open_one_or_waits(as_user, cast, make_draft, call):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor)
    for kind in ALL_DECLARED:
        draft.declarations.create(kind=kind, wording="声明", person=cast.contributor)
    call.opens_on, call.closes_on = "2026-01-01", "2026-02-01"
    call.save()
    page = client.post(at("hand_in", draft), follow=True).content.decode()
    assert "草稿一直留着" in page
    call.pk = None
    call.opens_on, call.closes_on = "2026-01-01", "2099-01-01"
    call.save()
    client.post(at("hand_in", draft))
    draft.refresh_from_db()
    assert (draft.state, draft.call) == (State.SUBMITTED, call)


def test_findings_stand_beside_their_passage_and_can_be_mended_and_undone(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    body = "大家开会,商量办事。\n村里(社区)也办,办得好。"
    draft = make_draft(cast.contributor, body=body)
    reading = client.get(at("review_draft", draft)).context["reading"]
    assert [len(row.notes) for row in reading.rows if row.block] == [1, 2]
    note = reading.notes[0]
    client.post(at("fix_finding", draft), {"key": note.key, "replacement": note.finding.fix})
    draft.refresh_from_db()
    assert draft.body.startswith("大家开会，商量办事。")
    client.post(at("fix_finding", draft), {"all": "mark.half_width"})
    draft.refresh_from_db()
    assert draft.body == "大家开会，商量办事。\n村里（社区）也办，办得好。"
    assert len(draft.mended) == 3
    for record in list(draft.mended):
        client.post(at("undo_fix", draft), {"id": record["id"]})
    draft.refresh_from_db()
    assert (draft.body, draft.mended) == (body, [])


def test_a_change_written_over_since_is_no_longer_listed(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor, body="大家开会,商量办事。")
    client.post(at("fix_finding", draft), {"all": "mark.half_width"})
    assert client.get(at("review_draft", draft)).context["reading"].mended == 1
    draft.refresh_from_db()
    (record,) = draft.mended
    Submission.objects.filter(pk=draft.pk).update(body="全都重新写过。")
    assert client.get(at("review_draft", draft)).context["reading"].mended == 0
    page = client.post(at("undo_fix", draft), {"id": record["id"]}, follow=True).content.decode()
    assert "后来又改过" in page


def test_only_an_offered_replacement_is_made(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor, body="大家开会,商量办事。")
    note = client.get(at("review_draft", draft)).context["reading"].notes[0]
    page = client.post(at("fix_finding", draft), {"key": note.key, "replacement": "别的话"}, follow=True)
    draft.refresh_from_db()
    assert draft.body == "大家开会,商量办事。"
    assert "刚刚已经改过" in page.content.decode()


def test_a_warning_is_kept_with_a_reason_and_asked_again(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor, body="找老林，电话13800138000。")
    note = client.get(at("review_draft", draft)).context["reading"].notes[0]
    page = client.post(at("keep_passage", draft), {"key": note.key}, follow=True).content.decode()
    assert "请选一个理由" in page
    assert "13800138000" not in page
    client.post(at("keep_passage", draft), {"key": note.key, "ready": "本人同意刊登", "words": "11月12日问过"})
    assert draft.acknowledgements.get().reason == "本人同意刊登：11月12日问过"
    page = client.get(at("review_draft", draft)).content.decode()
    assert "11月12日问过" in page
    client.post(at("ask_again", draft), {"key": note.key})
    assert not draft.acknowledgements.exists()


def test_an_error_cannot_be_kept(as_user, cast, make_draft):
    client = as_user(cast.contributor)
    draft = make_draft(cast.contributor, body="开“板凳会在这里。")
    note = client.get(at("review_draft", draft)).context["reading"].notes[0]
    client.post(at("keep_passage", draft), {"key": note.key, "ready": "原文如此"})
    assert not draft.acknowledgements.exists()
    assert client.post(at("hand_in", draft)).url == at("review_draft", draft)


def test_a_return_is_answered(as_user, cast, make_submission):
    client = as_user(cast.contributor)
    submission = make_submission("returned")
    page = client.get(at("submission", submission)).content.decode()
    assert "等您修改" in page
    assert "请补一个例子" in page
    data = form_of(client, at("draft", submission))
    post(client, data, then="check", body=submission.body + "\n补了修水渠一段。")
    assert "交回修改稿" in client.get(at("review_draft", submission)).content.decode()
    client.post(at("hand_in", submission))
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW
    assert submission.text.versions.count() == 2


def test_private_opinions_stay_private(as_user, cast, make_submission):
    from submissions import workflow

    submission = make_submission("submitted")
    workflow.pass_review(submission, cast.editor, opinion="内部意见：作者的领导不要得罪。")
    workflow.return_for_changes(
        submission, cast.managing, opinion="内部：写得太差。", letter_body="林晓舟同志：\n\n请补一个例子。"
    )
    page = as_user(cast.contributor).get(at("submission", submission)).content.decode()
    assert "请补一个例子" in page
    for secret in ("得罪", "太差", cast.editor.name, cast.managing.name):
        assert secret not in page


@pytest.mark.parametrize("state", ["submitted", "second", "final", "returned", "accepted", "rejected", "withdrawn"])
def test_status_says_whose_turn_it_is_in_every_state(state, as_user, cast, make_submission):
    submission = make_submission(state)
    response = as_user(cast.contributor).get(at("submission", submission))
    assert response.status_code == 200
    assert response.context["turn"].headline
    assert sum(step.state == "done" for step in response.context["steps"]) >= (state != "withdrawn")


def test_what_was_asked_for_stands_beside_the_form(as_user, cast, make_submission):
    submission = make_submission("returned")
    submission.letters.filter(kind="return").update(body="请修改：\n\n1. 补一个例子。\n2. 核对数字。")
    response = as_user(cast.contributor).get(at("draft", submission))
    assert response.context["points"] == ["补一个例子。", "核对数字。"]
    assert "<li>核对数字。</li>" in response.content.decode()


def test_letters_are_marked_read_by_reading(as_user, cast, make_submission):
    submission = make_submission("submitted")
    client = as_user(cast.contributor)
    assert "有 1 封新通知" in client.get(reverse("my_submissions")).content.decode()
    client.get(at("submission", submission))
    assert submission.letters.filter(read_at__isnull=False).count() == 1
    assert submission.receipt_number in client.get(reverse("letters")).content.decode()


def test_letters_read_in_the_list_are_not_new_any_more(as_user, cast, make_submission):
    submission = make_submission("submitted")
    client = as_user(cast.contributor)
    assert "封新通知" in client.get(reverse("my_submissions")).content.decode()
    client.get(reverse("letters"))
    assert not submission.letters.filter(read_at__isnull=True).exists()
    assert "封新通知" not in client.get(reverse("my_submissions")).content.decode()


def test_withdrawing_is_asked_once_more(as_user, cast, make_submission):
    submission = make_submission("second")
    client = as_user(cast.contributor)
    client.get(at("withdraw", submission))
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW
    client.post(at("withdraw", submission), {"reason": "数据要重核"})
    submission.refresh_from_db()
    assert submission.state == State.WITHDRAWN
    assert Event.objects.about(submission).first().note == "数据要重核"
    page = client.post(at("withdraw", submission), follow=True).content.decode()
    assert "不能再撤回" in page


def test_the_list_filters_and_has_an_empty_state(as_user, cast, make_submission, make_draft):
    client = as_user(cast.contributor)
    assert "还没有稿件" in client.get(reverse("my_submissions")).content.decode()
    make_submission("accepted", title="已用的")
    make_submission("returned", title="要改的")
    make_draft(cast.contributor, title="没写完的")
    make_submission("submitted", contributor=cast.other, title="别人的")
    titles = [one.title for one, _ in client.get(reverse("my_submissions")).context["rows"]]
    assert titles[0] == "要改的"
    assert sorted(titles) == ["已用的", "没写完的", "要改的"]
    shown = client.get(reverse("my_submissions"), {"show": "accepted"}).context["rows"]
    assert [one.title for one, _ in shown] == ["已用的"]


def test_the_list_asks_the_database_as_often_for_one_as_for_three(
    as_user, cast, make_submission, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(cast.contributor)
    make_submission("accepted")
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("my_submissions"))
    for _ in range(2):
        make_submission("accepted")
    with django_assert_num_queries(len(one)):
        client.get(reverse("my_submissions"))
