"""The cast of every story, and makers without surprises."""

import io
import itertools
import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from journal import assembly, imprint_acknowledging, publishing, secrecy
from journal.models import (
    Access,
    Approval,
    Content,
    Imprint,
    ImprintAcknowledgement,
    Issue,
    Journal,
    Picture,
    Section,
    Text,
)
from members.models import Unit, User
from members.roles import Role
from submissions import workflow
from submissions.checks.duplicates import all_findings
from submissions.manuscript import manuscript_of
from submissions.models import Acknowledgement, Call, Declaration, Submission

PASSWORD = "Ceshi-2026"
ALL_DECLARED = tuple(Declaration.Kind.values)
BODY = "村里把议事桌搬到榕树下，大家商量着办事。\n一、会开到树下\n每月两次，群众先说，干部后答。\n二、事办到门前\n定下来的事贴在墙上，办完一件划掉一件。"
_TWO_EACH = (
    "渔港灯塔晒场码头水渠祠堂渡口菜园山塘盐田茶亭戏台书屋巷口桥头粮仓果林圩集堤坝驿站老井石阶竹林瓜棚渔船风车窑址花圃车站学堂药铺磨坊"
    "凉棚滩涂村史公示认领轮值登记回访走访商议评议联络结对帮扶巡查修缮清淤植树施肥采收晾晒装运记账点名报备核对答复销号交接值守排练授课"
)
_WORDS = [_TWO_EACH[place : place + 2] for place in range(0, len(_TWO_EACH), 2)]


def body_of(number: int) -> str:
    """The body of the number-th manuscript of a test: always the same one, and no two have a passage in common."""
    if number == 0:
        return BODY
    pick = random.Random(number)

    def sentence() -> str:
        return f"{''.join(pick.sample(_WORDS, 4))}，{''.join(pick.sample(_WORDS, 3))}。"

    return "\n".join([sentence(), "一、会开到树下", sentence() + sentence(), "二、事办到门前", sentence() + sentence()])


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    """Each test writes into its own folder, hashes passwords fast and starts with an empty cache."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DERIVATIVES_DIR = tmp_path / "derivatives"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"{tmp_path}/{name}"}
        for name in ("default", "pages")
    }
    # Rows are changed behind the verbs' back here; tests/journal/test_page_cache.py is about the cache.
    settings.PAGE_CACHE = False
    settings.READS_FLUSH_SECONDS = 0


@pytest.fixture
def unit(db):
    return Unit.objects.create(name="望海区榕岭村党总支", short_name="榕岭村党总支")


@pytest.fixture
def make_user(db):
    def make(name: str, *roles: Role, login: str = "", unit=None, approved=True) -> User:
        return User.objects.create_user(
            login or f"1390000{User.objects.count():04d}",
            PASSWORD,
            name=name,
            unit=unit,
            roles=roles,
            approved_at=timezone.now() if approved else None,
        )

    return make


@pytest.fixture
def cast(make_user, unit):
    """One person a role, and those who must be kept out.

    Decisions of a story take effect at once; what happens while one is held back, its own tests tell.
    """
    Journal.objects.update(hold_minutes=0)
    other_unit = Unit.objects.create(name="临港镇机关支部")
    return SimpleNamespace(
        reader=make_user("读者甲", Role.READER),
        contributor=make_user("林晓舟", Role.CONTRIBUTOR, unit=unit),
        other=make_user("陈望潮", Role.CONTRIBUTOR, unit=other_unit),
        liaison=make_user("许闻舟", Role.LIAISON, unit=unit),
        editor=make_user("周予安", Role.EDITOR),
        second_editor=make_user("顾南乔", Role.EDITOR),
        managing=make_user("沈知行", Role.MANAGING_EDITOR),
        chief=make_user("叶知秋", Role.CHIEF_EDITOR),
        proofreader=make_user("白露", Role.PROOFREADER),
        administrator=make_user("罗小川", Role.ADMINISTRATOR),
        pending=make_user("待批准", Role.CONTRIBUTOR, approved=False),
    )


@pytest.fixture
def call(db):
    today = timezone.localdate()
    call = Call.objects.create(
        title="征稿启事",
        html="<p>欢迎来稿。</p>",
        opens_on=today - timedelta(days=30),
        closes_on=today + timedelta(days=15),
    )
    call.sections.set(Section.objects.all())
    return call


@pytest.fixture
def section(db):
    return Section.objects.get(name="基层党建")


@pytest.fixture
def make_draft(call, section):
    """A draft with nothing to find fault with; each of a test has words of its own, for what is sent twice is found."""
    counter = itertools.count()

    def make(contributor, **fields) -> Submission:
        fields = {
            "title": "榕树下的“板凳会”",
            "body": body_of(next(counter)),
            "byline": "林晓舟",
            "section": section,
            "call": call,
            "unit": contributor.unit,
        } | fields
        return Submission.objects.create(contributor=contributor, **fields)

    return make


def keep_with_reason(submission) -> None:
    """Every warning kept, as a writer does who is sure of the text."""
    for finding in workflow.open_findings(submission, all_findings(submission, manuscript_of(submission))):
        # A passage that stands twice is kept once.
        Acknowledgement.objects.get_or_create(
            submission=submission,
            code=finding.code,
            quote_hash=finding.quote_hash,
            defaults={"reason": "已核对。", "person": submission.contributor},
        )


CLEARED = secrecy.Finding(conclusion="public", basis="单位保密审查表")


def clear(submission, by) -> None:
    """保密审查 passed for the manuscript as it stands: acceptance asks for it."""
    secrecy.record(submission.text, by, CLEARED)


@pytest.fixture
def make_submission(make_draft, cast):
    """A submission brought to a state by the real verbs: submitted, second, final, returned, accepted, …

    keep_warnings: its warnings are kept with a reason, where a test wants a text that has some.
    """

    def make(state="submitted", contributor=None, *, keep_warnings=False, **fields) -> Submission:
        contributor = contributor or cast.contributor
        submission = make_draft(contributor, **fields)
        if state == "draft":
            return submission
        if state == "withdrawn":
            return workflow.withdraw(submission, contributor)
        if keep_warnings:
            keep_with_reason(submission)
        workflow.submit(submission, contributor, declared=ALL_DECLARED)
        if state == "returned":
            workflow.return_for_changes(submission, cast.editor, opinion="请补一个例子。")
        elif state == "rejected":
            workflow.reject(submission, cast.editor, opinion="题材已经用过。")
        else:
            for stage, reviewer in (
                ("second", cast.editor),
                ("final", cast.managing),
                ("accepted", cast.chief),
            ):
                if state == "submitted":
                    break
                workflow.pass_review(submission, reviewer, opinion="可用。")
                if stage == "final":
                    clear(submission, cast.managing)
                if stage == state:
                    break
        return submission

    return make


@pytest.fixture
def make_picture(db):
    def make(size=(1200, 800), caption="村民在树下议事", by=None, color=(180, 60, 50), **fields) -> Picture:
        buffer = io.BytesIO()
        Image.new("RGB", size, color).save(buffer, "JPEG")
        data = buffer.getvalue()
        picture = Picture(
            sha256=f"{abs(hash((size, caption, color))):064x}",
            original_name="树下.jpg",
            format="JPEG",
            size=len(data),
            width=size[0],
            height=size[1],
            caption=caption,
            uploaded_by=by,
            **fields,
        )
        picture.file.save("x.jpg", ContentFile(data), save=False)
        picture.save()
        return picture

    return make


@pytest.fixture
def make_issue(db):
    counter = iter(range(1, 1000))

    def make(year=2026, number=None, **fields) -> Issue:
        serial = next(counter)
        return Issue.objects.create(year=year, number=number or serial, serial_number=serial, **fields)

    return make


@pytest.fixture
def make_article(db):
    """An article in the pool, or placed at the end of its section when an issue is given.

    secrecy: the conclusion of its 保密审查, "" for none: what an editor types in has none at first.
    """

    def make(
        title="一条巷子的议事会",
        *,
        issue=None,
        section=None,
        html="<p>巷子里的事大家议。</p>",
        bylines=(),
        secrecy="public",
        **fields,
    ):
        text = Text.objects.create()
        named = [{"kind": "person", "name": name, "affiliation": ""} for name in bylines]
        content_fields = {k: fields.pop(k) for k in ("kicker", "subtitle", "author_note", "source_note") if k in fields}
        version = text.save_version(Content(title=title, html=html, bylines=named, **content_fields), None, "录入")
        if secrecy:
            reader, _ = User.objects.get_or_create(login_name="13900009999", defaults={"name": "保密员"})
            facts = {"decision": "passed", "conclusion": secrecy, "basis": "单位保密审查表"}
            Approval.objects.create(kind=Approval.Kind.SECRECY, version=version, person=reader, **facts)
        section = section or Section.objects.first()
        article = assembly.admit(
            text, section=section, kind="text", origin=fields.pop("origin", "original"), source=fields.pop("source", "")
        )
        for name, value in fields.items():
            setattr(article, name, value)
        if issue:
            article.issue = issue
            siblings = issue.articles.filter(section=section)
            article.position = siblings.count() + 1
            issue.sections.get_or_create(section=section, defaults={"position": section.position})
        article.save()
        return article

    return make


def fill_imprint(issue) -> Imprint:
    """Whatever the regulation asks of an issue and nobody has filled in or decided yet (RULES.md section 7)."""
    printed = publishing.imprint_of(issue)
    facts = {"compiler": "望海市党建研究所", "print_house": "望海印刷厂", "print_run": 300}
    for name, value in (facts | {"printed_on": timezone.localdate()}).items():
        setattr(printed, name, getattr(printed, name) or value)
    printed.save()
    keep_as_it_is(issue, printed)
    return printed


def keep_as_it_is(issue, printed) -> None:
    """Every matter of judgement decided, as an office does that knows its issue."""
    office, _ = User.objects.get_or_create(login_name="13900009999", defaults={"name": "保密员"})
    for line in imprint_acknowledging.looked_at(issue, printed):
        if line.is_open:
            code, place_key, quote_hash = line.item.identity
            ImprintAcknowledgement.objects.create(
                issue=issue, code=code, place_key=place_key, quote_hash=quote_hash, reason="已核对。", person=office
            )


@pytest.fixture
def publish(cast):
    """Close and publish an issue as the chief editor; public unless told otherwise."""

    def publish(issue, access=Access.PUBLIC) -> Issue:
        fill_imprint(issue)
        publishing.close(issue, cast.chief)
        approval = {"approved_by": "部务会", "basis": "2026年第3次部务会纪要"} if access == Access.PUBLIC else {}
        return publishing.publish(issue, cast.chief, access=access, **approval)

    return publish


@pytest.fixture
def journal(db):
    return Journal.objects.current()
