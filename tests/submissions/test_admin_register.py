"""代录来稿 in the admin: upload, put right, register; who may; nothing typed is lost; declarations supplied later."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from members.models import User
from submissions import registering, workflow
from submissions.models import Submission
from submissions.parcels import Parcel
from tests.conftest import clear
from tests.submissions.test_registering import OTHER, TEXT, jpeg, zipped

OPEN = reverse("admin:submissions_submission_register")


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.editor)
    return client


@pytest.fixture
def posted(call):
    def posted(**fields):
        files = fields.pop("files", [SimpleUploadedFile("稿.txt", TEXT.encode())])
        said = {"channel": "wechat", "received_on": timezone.localdate().isoformat(), "call": call.pk}
        return said | {"token": str(uuid.uuid4()), "files": files} | fields

    return posted


def page_of(parcel) -> str:
    return reverse("admin:submissions_submission_parcel", args=[parcel.pk])


def typed(parcel, act="save", **fields) -> dict:
    """What the page sends of its manuscripts, with `fields` (g0-title …) changed; names have _ for -."""
    data = {"number": parcel.number, "act": act}
    for place, group in enumerate(parcel.groups):
        data |= {f"g{place}-key": group["key"], f"g{place}-include": "on"}
        for name in (*registering.TYPED, "who", "unit", "new_name", "new_contact", "new_unit", "how"):
            data[f"g{place}-{name}"] = group[name]
        data[f"g{place}-person"] = group["person"] or ""
    return data | {name.replace("__", "-"): value for name, value in fields.items()}


def test_from_upload_to_receipt(desk, posted, cast):
    answer = desk.post(
        OPEN, posted(files=[SimpleUploadedFile("稿.txt", TEXT.encode()), SimpleUploadedFile("1.jpg", jpeg())])
    )
    parcel = Parcel.objects.get()
    assert answer["Location"] == page_of(parcel)
    page = desk.get(page_of(parcel)).content.decode()
    assert "榕树下的“板凳会”" in page
    # The byline's name is proposed, not taken.
    assert "是不是来稿人" in page
    assert not parcel.groups[0]["person"]
    fields = {"g0-person": cast.contributor.pk, "g0-title": "改过的题", "g0-photo0-caption": "村民议事"}
    desk.post(page_of(parcel), typed(parcel, "register") | fields)
    submission = Submission.objects.get()
    assert (submission.title, submission.contributor) == ("改过的题", cast.contributor)
    assert submission.attachments.get().picture.caption == "村民议事"
    page = desk.get(page_of(parcel)).content.decode()
    assert submission.receipt_number in page
    assert "声明待补" in page
    assert "同志：" in page


def test_the_folders_a_script_tells_are_kept(desk, posted):
    folder = [SimpleUploadedFile("稿.txt", TEXT.encode()), SimpleUploadedFile("稿.txt", OTHER.encode())]
    desk.post(OPEN, posted(files=[], folder=folder, paths='["来稿/甲/稿.txt", "来稿/乙/稿.txt"]'))
    parcel = Parcel.objects.get()
    assert [file["folder"] for file in parcel.files] == ["来稿/甲", "来稿/乙"]
    assert parcel.grouping == Parcel.Grouping.FOLDER


@pytest.mark.parametrize("paths", ["nonsense", '["one.txt"]', "[1, 2]", "{}"])
def test_paths_that_make_no_sense_are_passed_over(desk, posted, paths):
    folder = [SimpleUploadedFile("甲.txt", TEXT.encode()), SimpleUploadedFile("乙.txt", OTHER.encode())]
    desk.post(OPEN, posted(files=[], folder=folder, paths=paths))
    assert [file["name"] for file in Parcel.objects.get().files] == ["甲.txt", "乙.txt"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"channel": "web"}, "web"),
        ({"received_on": "2999-01-01"}, "收到日期还没有到"),
        ({"received_on": "昨天"}, "收到日期写得不对"),
        ({"files": []}, "没有收到文字稿，也没有照片"),
        ({"token": "x", "files": [SimpleUploadedFile("a.rar", b"Rar!")]}, "1 个文件是压缩包，没有打开：“a.rar”"),
    ],
)
def test_a_refused_upload_keeps_what_was_typed(desk, posted, fields, told):
    if "files" not in fields:
        fields |= {"pasted": "粘贴了一段话"}
    answer = desk.post(OPEN, posted(**fields))
    page = answer.content.decode()
    assert told in page
    assert ("粘贴了一段话" in page) == ("pasted" in fields)
    assert not Parcel.objects.exists()


def test_pressing_upload_twice_is_one_parcel(desk, posted):
    said = posted(pasted=TEXT, files=[])
    desk.post(OPEN, said)
    desk.post(OPEN, said)
    assert Parcel.objects.count() == 1


def test_the_sender_is_found_or_told_missing(desk, posted, cast):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    desk.post(page_of(parcel), typed(parcel, g0__who="陈望潮"))
    parcel.refresh_from_db()
    assert parcel.groups[0]["person"] == cast.other.pk
    desk.post(page_of(parcel), typed(parcel, g0__who="榕岭村"))
    parcel.refresh_from_db()
    assert parcel.groups[0]["person"] is None
    assert set(parcel.groups[0]["candidates"]) == {cast.contributor.pk, cast.liaison.pk}
    desk.post(page_of(parcel), typed(parcel, g0__person=cast.liaison.pk))
    parcel.refresh_from_db()
    assert parcel.groups[0]["person"] == cast.liaison.pk
    desk.post(page_of(parcel), typed(parcel, g0__who="查无此人"))
    assert "名单里没有找到“查无此人”" in desk.get(page_of(parcel)).content.decode()


def test_nobody_is_made_the_sender_by_a_crafted_form(desk, posted, cast):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    desk.post(page_of(parcel), typed(parcel, g0__person=cast.pending.pk))
    parcel.refresh_from_db()
    assert parcel.groups[0]["person"] is None


def test_a_new_person_is_registered_and_a_known_number_proposed(desk, posted, cast):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    key = parcel.groups[0]["key"]
    new = {"g0-new_name": "何望", "g0-new_contact": cast.other.login_name, "g0-new_unit": "榕岭村党总支"}
    answer = desk.post(page_of(parcel), typed(parcel, f"person={key}") | new, follow=True)
    assert "已经登记过，是陈望潮" in answer.content.decode()
    parcel.refresh_from_db()
    assert (parcel.groups[0]["candidates"], parcel.groups[0]["new_name"]) == ([cast.other.pk], "何望")
    new["g0-new_contact"] = "13811112222"
    desk.post(page_of(parcel), typed(parcel, f"person={key}") | new)
    parcel.refresh_from_db()
    assert parcel.groups[0]["person"] == User.objects.get(login_name="13811112222").pk


def test_a_batch_is_filled_registered_and_reported(desk, posted, cast, section):
    data = zipped({"甲/稿.txt": TEXT, "乙/稿.txt": OTHER})
    desk.post(OPEN, posted(files=[SimpleUploadedFile("来稿.zip", data)]))
    parcel = Parcel.objects.get()
    shared = {"all-who": "许闻舟", "all-section": section.pk, "all-declared": ["secrecy"], "all-how": "来信说明"}
    desk.post(page_of(parcel), typed(parcel, "fill", g0__section=section.pk) | shared)
    parcel.refresh_from_db()
    assert {group["person"] for group in parcel.groups} == {cast.liaison.pk}
    assert [group["declared"] for group in parcel.groups] == [["secrecy"]] * 2
    data = typed(parcel, "register", g1__title="") | {f"g{n}-declared": "secrecy" for n in (0, 1)}
    page = desk.post(page_of(parcel), data, follow=True).content.decode()
    assert "已登记 1 篇" in page
    assert "还没有标题" in page
    parcel.refresh_from_db()
    desk.post(page_of(parcel), typed(parcel, "register", g1__title="补上的题") | {"g1-declared": "secrecy"})
    assert sorted(Submission.objects.values_list("title", flat=True)) == ["榕树下的“板凳会”", "补上的题"]


def test_regrouping_and_dropping(desk, posted):
    data = zipped({"甲/稿.txt": TEXT, "乙/稿.txt": OTHER})
    desk.post(OPEN, posted(files=[SimpleUploadedFile("来稿.zip", data)]))
    parcel = Parcel.objects.get()
    desk.post(page_of(parcel), typed(parcel, "regroup", grouping="one"))
    parcel.refresh_from_db()
    assert len(parcel.groups) == 1
    desk.post(page_of(parcel), typed(parcel, "drop"))
    parcel.refresh_from_db()
    assert parcel.state == Parcel.State.DROPPED
    assert "没有登记" in desk.get(page_of(parcel)).content.decode()


def test_a_second_window_is_told_and_keeps_its_words(desk, posted):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    desk.post(page_of(parcel), typed(parcel, g0__title="先存的"))
    answer = desk.post(page_of(parcel), typed(parcel, g0__title="后写的"))
    assert answer.status_code == 409
    assert "后写的" in answer.content.decode()
    parcel.refresh_from_db()
    assert parcel.groups[0]["title"] == "先存的"


def test_saving_by_itself_answers_the_number_to_go_on_from(desk, posted):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    answer = desk.post(page_of(parcel), typed(parcel, g0__title="写着"), headers={"X-Requested-With": "fetch"})
    parcel.refresh_from_db()
    assert answer.json() == {"number": parcel.number}
    assert parcel.groups[0]["title"] == "写着"


@pytest.mark.parametrize("act", ["composite=x", "separate=x", "rejoin=x", "person=x", "regroup", "nonsense", "fill"])
def test_acts_on_what_is_not_there_are_refused_in_words(desk, posted, act):
    desk.post(OPEN, posted())
    parcel = Parcel.objects.get()
    assert desk.post(page_of(parcel), typed(parcel, act), follow=True).status_code == 200


def test_photographs_are_shown_to_those_who_register_only(desk, client, posted, cast):
    desk.post(OPEN, posted(files=[SimpleUploadedFile("1.jpg", jpeg()), SimpleUploadedFile("坏.jpg", b"x")]))
    parcel = Parcel.objects.get()
    good, bad = parcel.groups[0]["pictures"]
    address = reverse("admin:submissions_submission_parcel_picture", args=[parcel.pk, good["sha256"]])
    answer = desk.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert desk.get(address.replace(good["sha256"], bad["sha256"])).status_code == 404
    client.force_login(cast.proofreader)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("person", ["chief", "proofreader", "administrator"])
def test_insiders_without_the_right_are_refused(client, cast, call, person):
    client.force_login(getattr(cast, person))
    assert client.get(OPEN).status_code == 403
    assert "代录来稿" not in client.get(reverse("admin:index")).content.decode()


def test_the_way_there_is_on_the_desk_and_above_the_list(desk, call):
    assert OPEN in desk.get(reverse("admin:index")).content.decode()
    assert OPEN in desk.get(reverse("admin:submissions_submission_changelist")).content.decode()


def test_a_page_of_many_costs_no_more_queries(desk, posted, django_assert_max_num_queries):
    data = zipped({f"{n}/稿.txt": f"第{n}篇的标题\n林晓舟\n{TEXT[20:]}{n}" for n in range(12)})
    desk.post(OPEN, posted(files=[SimpleUploadedFile("来稿.zip", data)]))
    parcel = Parcel.objects.get()
    assert len(parcel.groups) == 12
    with django_assert_max_num_queries(20):
        desk.get(page_of(parcel))


class TestDeclaringLater:
    @pytest.fixture
    def registered(self, make_draft, cast):
        return workflow.register(make_draft(cast.contributor, channel="post", registered_by=cast.editor), cast.editor)

    def test_the_sender_ticks_them_in_my_manuscripts(self, client, registered, cast):
        client.force_login(cast.contributor)
        assert "还缺 3 项声明" in client.get(reverse("my_submissions")).content.decode()
        status = reverse("submission", args=[registered.pk])
        assert "请补上声明" in client.get(status).content.decode()
        client.post(reverse("declare", args=[registered.pk]), {"declare": ["secrecy", "authorship", "copyright"]})
        assert workflow.undeclared(registered) == []
        assert "请补上声明" not in client.get(status).content.decode()
        assert "声明待补" not in client.get(reverse("my_submissions")).content.decode()

    def test_nothing_ticked_is_told(self, client, registered, cast):
        client.force_login(cast.contributor)
        answer = client.post(reverse("declare", args=[registered.pk]), {}, follow=True)
        assert "没有要补的声明" in answer.content.decode()

    def test_an_editor_writes_them_down_on_the_review_page(self, desk, registered):
        page = reverse("admin:submissions_submission_change", args=[registered.pk])
        assert "待补：不涉密" in desk.get(page).content.decode()
        address = reverse("admin:submissions_submission_declare", args=[registered.pk])
        assert "怎样声明的" in desk.post(address, {"declare": "secrecy"}, follow=True).content.decode()
        answer = desk.post(address, {"declare": "secrecy", "how": "11月3日电话"}, follow=True)
        assert "11月3日电话（周予安代记）" in answer.content.decode()

    def test_outsiders_get_nowhere(self, client, registered, cast):
        client.force_login(cast.other)
        assert client.post(reverse("declare", args=[registered.pk]), {"declare": "secrecy"}).status_code == 404

    def test_a_column_is_chosen_later_and_acceptance_waits_for_it(self, desk, make_draft, cast, section):
        draft = make_draft(cast.contributor, channel="post", registered_by=cast.editor, section=None)
        workflow.register(draft, cast.editor, declared=["secrecy", "authorship", "copyright"], how="来信")
        workflow.pass_review(draft, cast.editor, opinion="可用。")
        workflow.pass_review(draft, cast.managing, opinion="可用。")
        clear(draft, cast.managing)
        with pytest.raises(workflow.Refused, match="还没有定栏目"):
            workflow.pass_review(draft, cast.chief, opinion="可用。")
        address = reverse("admin:submissions_submission_section", args=[draft.pk])
        assert "还没有选栏目" in desk.post(address, {"section": ""}, follow=True).content.decode()
        assert f"已定到“{section}”" in desk.post(address, {"section": section.pk}, follow=True).content.decode()
        draft.refresh_from_db()
        workflow.pass_review(draft, cast.chief, opinion="可用。")
        assert draft.article.section == section
        assert "栏目不能再改" in desk.post(address, {"section": section.pk}, follow=True).content.decode()
