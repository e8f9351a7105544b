"""代录: files brought in by an editor become proposals, and proposals manuscripts; what is missing is told."""

import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from PIL import Image

from members.models import Event, Unit, User
from members.roles import Role
from submissions import registering, workflow
from submissions.checks import run_checks
from submissions.manuscript import manuscript_of
from submissions.models import Declaration, Submission
from submissions.parcels import Parcel
from submissions.registering import Upload, bringing
from submissions.states import State
from tests.conftest import clear

TEXT = (
    "榕树下的“板凳会”\n林晓舟\n村里把议事桌搬到榕树下，大家商量着办事。\n一、会开到树下\n每月两次，群众先说，干部后答。"
)
OTHER = "一条巷子的议事会\n陈望潮\n巷子里的事大家议，议定了就办。\n一、先听后议\n每周三晚上，巷口坐一坐。"


def jpeg(color=(180, 60, 50), size=(1300, 900)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(path: str, data) -> Upload:
    return Upload(path, io.BytesIO(data if isinstance(data, bytes) else data.encode()))


def zipped(files: dict) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def bring(cast, call):
    def bring(*uploads, editor=None, **named) -> Parcel:
        named = {"channel": "post", "received_on": timezone.localdate() - timedelta(days=2), "call": call} | named
        pk = named.pop("pk", uuid.uuid4())
        return registering.open_parcel(pk, editor or cast.editor, uploads=uploads, **named)

    return bring


def ready(parcel, person, **typed) -> Parcel:
    """Every manuscript of the parcel given a sender."""
    said = {group["key"]: {"person": person.pk, **typed} for group in parcel.groups}
    return registering.save(parcel, said, parcel.number)


def titles(parcel) -> list[str]:
    return [group["title"] for group in parcel.groups]


class TestRegisterVerb:
    @pytest.fixture
    def brought(self, make_draft, cast):
        return make_draft(cast.contributor, channel="post", registered_by=cast.editor)

    def test_without_declarations_it_is_taken_in_and_waits_for_them(self, brought, cast):
        workflow.register(brought, cast.editor, received_on=timezone.localdate())
        brought.refresh_from_db()
        assert (brought.state, brought.registered_by) == (State.SUBMITTED, cast.editor)
        assert brought.receipt_number.endswith("-0001")
        assert len(workflow.undeclared(brought)) == 3
        assert brought.check_runs.count() == 1
        event = Event.objects.about(brought).get(verb="代录")
        assert event.actor == cast.editor
        assert "不涉密" in event.note
        letter = brought.letters.get()
        assert letter.recipient == cast.contributor
        assert letter.delivery == "account"
        assert "由编辑部代为登记（邮寄" in letter.body
        assert "还请补上这3项声明" in letter.body

    def test_findings_that_would_stop_a_contributor_are_kept_for_the_reviewer(self, make_draft, cast):
        draft = make_draft(cast.contributor, registered_by=cast.editor, section=None, body="很短,有个半角逗号。")
        assert workflow.open_findings(draft, run_checks(manuscript_of(draft)))
        workflow.register(draft, cast.editor)
        assert draft.check_runs.get().findings

    def test_acceptance_alone_waits_for_the_declarations(self, brought, cast):
        workflow.register(brought, cast.editor, declared=["secrecy"], how="来信末页签名")
        given = brought.declarations.get()
        assert (given.person, given.recorded_by, given.how) == (cast.contributor, cast.editor, "来信末页签名")
        assert given.wording == brought.call.wording("secrecy")
        # The registering editor may do 初审, as in such offices.
        workflow.pass_review(brought, cast.editor, opinion="可用。")
        workflow.pass_review(brought, cast.managing, opinion="可用。")
        clear(brought, cast.managing)
        with pytest.raises(workflow.DeclarationsMissing, match="署名无争议、版权由作者负责"):
            workflow.pass_review(brought, cast.chief, opinion="可用。")
        brought.refresh_from_db()
        assert brought.state == State.IN_REVIEW
        assert workflow.declare(brought, cast.contributor, ["authorship"]) == [Declaration.Kind.COPYRIGHT]
        assert workflow.declare(brought, cast.editor, ["copyright"], how="电话") == []
        workflow.pass_review(brought, cast.chief, opinion="可用。")
        assert brought.state == State.ACCEPTED
        assert Event.objects.about(brought).filter(verb="补声明").count() == 2
        own = brought.declarations.get(kind="authorship")
        assert (own.person, own.recorded_by) == (cast.contributor, None)

    def test_a_declaration_needs_to_be_told_how(self, brought, cast):
        with pytest.raises(workflow.Refused, match="怎样声明的"):
            workflow.register(brought, cast.editor, declared=["secrecy"])
        workflow.register(brought, cast.editor)
        with pytest.raises(workflow.Refused, match="怎样声明的"):
            workflow.declare(brought, cast.editor, ["secrecy"])
        with pytest.raises(workflow.Refused, match="没有要补的"):
            workflow.declare(brought, cast.contributor, [])

    @pytest.mark.parametrize("person", ["contributor", "other", "reader", "chief", "proofreader", "administrator"])
    def test_only_editors_register(self, brought, cast, person):
        with pytest.raises(PermissionDenied):
            workflow.register(brought, getattr(cast, person))

    def test_a_contributors_own_draft_is_never_handed_in_by_somebody_else(self, make_draft, cast):
        with pytest.raises(PermissionDenied):
            workflow.register(make_draft(cast.contributor), cast.editor)

    @pytest.mark.parametrize("person", ["other", "chief", "proofreader"])
    def test_only_the_sender_and_editors_declare(self, brought, cast, person):
        workflow.register(brought, cast.editor)
        with pytest.raises(PermissionDenied):
            workflow.declare(brought, getattr(cast, person), ["secrecy"], how="电话")

    def test_twice_is_refused(self, brought, cast):
        workflow.register(brought, cast.editor)
        with pytest.raises(workflow.Stale):
            workflow.register(brought, cast.editor)

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"title": " "}, "还没有标题"),
            ({"body": ""}, "还没有正文，也没有照片"),
            ({"title": "题" * 201}, "标题有 201 字，最多能存 200 字"),
            ({"author_note": "注" * 301}, "作者说明有 301 字"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_with_what_to_do(self, make_draft, cast, fields, told):
        draft = make_draft(cast.contributor, registered_by=cast.editor, **fields)
        with pytest.raises(workflow.Refused, match=told):
            workflow.register(draft, cast.editor)
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_nobody_reviews_an_own_manuscript_that_was_registered(self, make_draft, cast):
        own = make_draft(cast.editor)
        workflow.register(own, cast.editor)
        with pytest.raises(PermissionDenied):
            workflow.pass_review(own, cast.editor, opinion="可用。")

    def test_a_returned_one_comes_back_without_asking_for_the_declarations_again(self, brought, cast):
        workflow.register(brought, cast.editor)
        workflow.return_for_changes(brought, cast.editor, opinion="请补一个例子。")
        workflow.resubmit(brought, cast.contributor)
        assert brought.state == State.IN_REVIEW


class TestBringingIn:
    def test_one_text_with_photographs_is_one_manuscript(self, bring, cast):
        parcel = bring(upload("稿.txt", TEXT), upload("1.jpg", jpeg()), upload("信.pdf", b"%PDF-1.4"))
        (group,) = parcel.groups
        assert (group["title"], group["byline"]) == ("榕树下的“板凳会”", "林晓舟")
        assert [picture["name"] for picture in group["pictures"]] == ["1.jpg"]
        assert not Submission.objects.exists()
        report = registering.carry_out(ready(parcel, cast.contributor), cast.editor)
        assert (report.registered, report.refused) == (1, 0)
        submission = Submission.objects.get()
        assert (submission.contributor, submission.channel) == (cast.contributor, "post")
        assert submission.received_on == timezone.localdate() - timedelta(days=2)
        assert [original.name for original in submission.originals.all()] == ["稿.txt", "信.pdf"]
        assert submission.attachments.count() == 1
        assert Parcel.objects.get().state == Parcel.State.DONE

    def test_a_zip_of_folders_is_a_manuscript_a_folder_with_its_own_photographs(self, bring):
        data = zipped(
            {
                "榕岭村/稿.txt": TEXT,
                "榕岭村/照片/1.jpg": jpeg(),
                "临港镇/稿子.txt": OTHER,
                "临港镇/2.jpg": jpeg((0, 90, 0)),
                "__MACOSX/._稿.txt": "x",
            }
        )
        parcel = bring(upload("来稿.zip", data))
        assert parcel.grouping == Parcel.Grouping.FOLDER
        assert [[one["name"] for one in group["pictures"]] for group in parcel.groups] == [["1.jpg"], ["2.jpg"]]
        assert "系统自动产生" in parcel.remarks[0]

    def test_texts_in_one_folder_take_the_photographs_named_like_them(self, bring):
        parcel = bring(
            upload("巷子.txt", OTHER),
            upload("榕树.txt", TEXT),
            upload("榕树1.jpg", jpeg()),
            upload("x.jpg", jpeg((9, 9, 9))),
        )
        assert parcel.grouping == Parcel.Grouping.FILE
        lane, tree = parcel.groups
        assert [one["name"] for one in tree["pictures"]] == ["榕树1.jpg"]
        assert [one["name"] for one in lane["pictures"]] == ["x.jpg"]
        assert "看不出属于哪一篇" in lane["remarks"][-1]
        moved = [lane["pictures"][0] | {"use": tree["key"]}]
        parcel = registering.save(parcel, {lane["key"]: {"pictures": moved}}, parcel.number)
        assert [len(group["pictures"]) for group in parcel.groups] == [0, 2]

    def test_photographs_alone_are_an_image_entry(self, bring, cast):
        parcel = bring(upload("渔港/1.jpg", jpeg()), upload("渔港/2.jpg", jpeg((0, 0, 90))))
        (group,) = parcel.groups
        assert (group["kind"], group["title"]) == ("image", "渔港")
        assert registering.carry_out(ready(parcel, cast.contributor), cast.editor).registered == 1
        assert Submission.objects.get().kind == "image"

    def test_a_bad_file_is_told_and_does_not_stop_the_others(self, bring):
        data = zipped({"a/好.txt": TEXT, "b/坏.docx": b"MZ not word", "b/坏.jpg": b"nothing"})
        parcel = bring(upload("来稿.zip", data), upload("又.zip", b"PK\x03\x04broken"))
        assert titles(parcel) == ["榕树下的“板凳会”"]
        assert any("“坏.docx”" in remark for remark in parcel.remarks)
        assert any("“又.zip”" in remark for remark in parcel.remarks)
        assert "坏.jpg" in parcel.groups[0]["pictures"][0]["refused"]

    def test_nothing_usable_is_refused_with_the_reasons(self, bring):
        with pytest.raises(workflow.Refused, match=r"“x.zip”.*请选择文件"):
            bring(upload("x.zip", b"Rar!\x1a\x07"))
        assert not Parcel.objects.exists()

    def test_a_file_too_large_is_told_and_left_unread(self, bring, monkeypatch):
        monkeypatch.setattr(bringing, "MAX_ENTRY_BYTES", 1024 * 1024)
        parcel = bring(upload("稿.txt", TEXT), upload("大.jpg", bytes(2 * 1024 * 1024)))
        assert [file["name"] for file in parcel.files] == ["稿.txt"]
        assert "“大.jpg”有 2 MB，一个文件最多 1 MB" in parcel.remarks[0]

    def test_pressing_upload_twice_is_one_parcel(self, bring):
        pk = uuid.uuid4()
        assert bring(upload("a.txt", TEXT), pk=pk) == bring(upload("a.txt", TEXT), pk=pk)
        assert Parcel.objects.count() == 1

    def test_the_same_file_twice_is_taken_once(self, bring):
        parcel = bring(upload("甲/稿.txt", TEXT), upload("乙/同稿.txt", TEXT))
        assert len(parcel.files) == 1
        assert "同一个文件" in parcel.remarks[0]

    def test_reading_goes_on_where_it_stopped(self, bring, monkeypatch):
        monkeypatch.setattr(bringing, "READING_SECONDS", -1.0)
        monkeypatch.setattr(registering.read_on, "__defaults__", (-1.0,))
        parcel = bring(upload("a.txt", TEXT), upload("b.txt", OTHER))
        assert (parcel.unread, parcel.groups) == (1, [])
        parcel = registering.read_on(parcel)
        assert len(parcel.groups) == 2

    def test_pasted_text_and_a_photographed_letter(self, bring, cast):
        parcel = bring(pasted=TEXT, scans=[upload("信封.jpg", jpeg())])
        registering.carry_out(ready(parcel, cast.contributor), cast.editor)
        submission = Submission.objects.get()
        assert [original.name for original in submission.originals.all()] == ["粘贴的文字.txt", "信封.jpg"]
        assert not submission.attachments.exists()

    def test_a_picture_not_taken_leaves_no_mark_behind(self, bring, cast):
        parcel = bring(upload("稿.txt", TEXT), upload("1.jpg", jpeg()), upload("2.jpg", jpeg((0, 0, 90))))
        (group,) = parcel.groups
        pictures = [group["pictures"][0] | {"use": "original"}, group["pictures"][1]]
        parcel = ready(parcel, cast.contributor, pictures=pictures, body="文。\n【照片1】\n后。\n【照片2】")
        registering.carry_out(parcel, cast.editor)
        submission = Submission.objects.get()
        assert submission.body == "文。\n后。\n【照片1】"
        assert [one.picture.original_name for one in submission.attachments.all()] == ["2.jpg"]
        assert [original.name for original in submission.originals.all()] == ["稿.txt", "1.jpg"]

    def test_only_editors_bring_in(self, bring, cast):
        with pytest.raises(PermissionDenied):
            bring(upload("a.txt", TEXT), editor=cast.chief)


class TestGrouping:
    def test_what_was_typed_comes_back_with_the_grouping(self, bring):
        parcel = bring(upload("a.txt", TEXT), upload("b.txt", OTHER))
        key = parcel.groups[0]["key"]
        parcel = registering.save(parcel, {key: {"title": "改过的题"}}, parcel.number)
        parcel = registering.regroup(parcel, "one", parcel.number)
        assert len(parcel.groups) == 1
        assert "巷口坐一坐" in parcel.groups[0]["body"]
        assert "群众先说" in parcel.groups[0]["body"]
        parcel = registering.regroup(parcel, "file", parcel.number)
        assert titles(parcel)[0] == "改过的题"

    def test_a_second_window_changes_nothing_silently(self, bring):
        parcel = bring(upload("a.txt", TEXT))
        key = parcel.groups[0]["key"]
        registering.save(parcel, {key: {"title": "先存的"}}, parcel.number)
        with pytest.raises(registering.Moved, match="没有丢"):
            registering.save(parcel, {key: {"title": "后存的"}}, parcel.number)
        assert titles(Parcel.objects.get()) == ["先存的"]

    PAGE = "\n".join(
        [
            "干部大家谈",
            "目录",
            "把桌子搬到树下",
            "把账本贴到墙上",
            "把桌子搬到树下",
            "榕岭村党支部书记 林晓舟",
            "村里的事在树下议。" * 12,
            "把账本贴到墙上",
            "临港镇党委书记 陈望潮",
            "每一笔开支都贴在墙上。" * 12,
        ]
    )

    def test_several_pieces_are_offered_and_split_both_ways(self, bring, cast):
        parcel = bring(pasted=self.PAGE)
        (group,) = parcel.groups
        assert group["pieces"] == 2
        parcel = registering.split(parcel, group["key"], "separate", parcel.number)
        assert titles(parcel) == ["把桌子搬到树下", "把账本贴到墙上"]
        assert parcel.groups[0]["byline"] == "林晓舟"
        parcel = registering.rejoin(parcel, group["key"], parcel.number)
        assert len(parcel.groups) == 1
        parcel = registering.split(parcel, group["key"], "composite", parcel.number)
        assert parcel.groups[0]["is_composite"]
        assert registering.carry_out(ready(parcel, cast.contributor), cast.editor).registered == 1
        assert Submission.objects.get().is_composite


class TestCarryingOut:
    def test_one_refused_keeps_its_reason_and_the_others_go_in(self, bring, cast):
        parcel = bring(upload("a.txt", TEXT), upload("b.txt", OTHER))
        first, second = (group["key"] for group in parcel.groups)
        typed = {first: {"person": cast.contributor.pk}, second: {"person": None}}
        parcel = registering.save(parcel, typed, parcel.number)
        report = registering.carry_out(parcel, cast.editor)
        assert (report.registered, report.refused) == (1, 1)
        parcel = Parcel.objects.get()
        assert parcel.state == Parcel.State.OPEN
        assert "还没有选来稿人" in parcel.groups[1]["refused"]
        again = registering.carry_out(ready(parcel, cast.other), cast.editor)
        assert (again.registered, again.refused) == (1, 0)
        assert Submission.objects.count() == 2
        assert Parcel.objects.get().state == Parcel.State.DONE

    def test_pressing_register_twice_doubles_nothing(self, bring, cast):
        parcel = ready(bring(upload("a.txt", TEXT)), cast.contributor)
        registering.carry_out(parcel, cast.editor)
        report = registering.carry_out(parcel, cast.editor)
        assert (report.registered, report.refused, Submission.objects.count()) == (0, 0, 1)
        with pytest.raises(workflow.Refused, match="已经办完"):
            registering.save(parcel, {}, parcel.number)

    def test_what_is_not_ticked_is_left_alone(self, bring, cast):
        parcel = ready(bring(upload("a.txt", TEXT), upload("b.txt", OTHER)), cast.contributor)
        parcel = registering.save(parcel, {parcel.groups[1]["key"]: {"include": False}}, parcel.number)
        assert registering.carry_out(parcel, cast.editor).registered == 1

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"unit": "没有这个单位"}, "没有叫“没有这个单位”的单位"),
            ({"title": ""}, "还没有标题"),
            ({"declared": ["secrecy"], "how": ""}, "怎样声明的"),
        ],
    )
    def test_a_refusal_leaves_no_half_made_manuscript(self, bring, cast, typed, told):
        parcel = ready(bring(upload("a.txt", TEXT)), cast.contributor, **typed)
        assert registering.carry_out(parcel, cast.editor).refused == 1
        assert told in Parcel.objects.get().groups[0]["refused"]
        assert not Submission.objects.exists()

    def test_the_rest_can_be_put_away(self, bring, cast):
        parcel = registering.drop(bring(upload("a.txt", TEXT)), cast.editor)
        assert parcel.state == Parcel.State.DROPPED
        assert registering.carry_out(parcel, cast.editor).registered == 0


class TestPersons:
    def test_a_new_person_is_an_approved_contributor_without_password(self, cast):
        person = registering.new_contributor(
            cast.editor, name=" 何 望 ", contact="138-1111 2222", unit_name="榕岭村党总支"
        )
        assert (person.login_name, person.phone, person.unit) == ("13811112222", "13811112222", cast.contributor.unit)
        assert person.roles == {Role.CONTRIBUTOR}
        assert not person.has_usable_password()
        assert person.approved_by == cast.editor
        assert Event.objects.about(person).filter(verb="建账号").exists()

    def test_an_unknown_unit_is_opened(self, cast):
        person = registering.new_contributor(cast.editor, name="何望", contact="he@example.com", unit_name="新村支部")
        assert person.unit == Unit.objects.get(name="新村支部")
        assert person.email == "he@example.com"

    def test_a_known_number_proposes_the_person_there_is(self, cast):
        count = User.objects.count()
        with pytest.raises(registering.PersonExists, match="已经登记过，是林晓舟") as known:
            registering.new_contributor(
                cast.editor, name="林小舟", contact=cast.contributor.login_name, unit_name="榕岭村党总支"
            )
        assert known.value.person == cast.contributor
        assert User.objects.count() == count

    @pytest.mark.parametrize(
        ("name", "contact", "of", "told"),
        [
            ("", "13811112222", "村", "姓名"),
            ("何望", "12345", "村", "既不是 11 位手机号，也不是邮箱"),
            ("何望", "13811112222", " ", "还没有单位"),
        ],
    )
    def test_what_is_missing_is_told(self, cast, name, contact, of, told):
        with pytest.raises(workflow.Refused, match=told):
            registering.new_contributor(cast.editor, name=name, contact=contact, unit_name=of)

    def test_people_are_found_by_name_number_and_unit_but_not_before_approval(self, cast):
        assert registering.find_people("林晓舟") == [cast.contributor]
        assert registering.find_people(cast.other.login_name) == [cast.other]
        assert set(registering.find_people("榕岭村")) == {cast.contributor, cast.liaison}
        assert registering.find_people("待批准") == []
        assert registering.find_people(" ") == []


def test_shrunk_photographs_are_named_in_a_message_to_copy(bring):
    parcel = bring(
        upload("稿.txt", TEXT),
        upload("mmexport1.jpg", jpeg(size=(1080, 720))),
        upload("原.jpg", jpeg((1, 1, 1), (4000, 3000))),
    )
    asked = registering.asking_for_originals(parcel.groups[0], "林晓舟", "编辑部")
    assert "林晓舟同志" in asked
    assert "“mmexport1.jpg”" in asked
    assert "原.jpg" not in asked
    assert "请发原图" in asked
