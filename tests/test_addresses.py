"""Every named address × who asks: what a GET is answered with. A new address must be entered here."""

import uuid
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from journal import editions_made
from journal.models import Access, Article, Author, GalleyRound
from journal.signed import store_sheet
from members import invitations
from members.models import UnitInvitation
from submissions import workflow
from submissions.endorsing import endorse
from submissions.intake.taking import keep_original
from submissions.mailbox import take_in
from submissions.models import Attachment, Commission, Declaration, Submission
from submissions.registering import Upload, open_parcel
from tests.journal.test_signed import PDF
from tests.submissions.mail_builder import attachment, multipart

SIGN_IN = "sign in"
WHO = ("visitor", "reader", "contributor", "other", "editor", "chief", "proofreader")
# Three more are answered as somebody in WHO, but for what a row's fourth word says.
LIKE = {"liaison": "other", "managing": "chief", "administrator": "proofreader"}

# Columns as WHO; the contributor owns the draft and the manuscript, the liaison belongs to the contributor's unit.
OPEN = (200,) * 7
MEMBERS = (403, 200, 200, 200, 200, 200, 200)
MEMBERS_404 = (404, 200, 200, 200, 200, 200, 200)
OFFICE_404 = (404, 404, 404, 404, 200, 200, 200)
OFFICE = (SIGN_IN, 403, 403, 403, 200, 200, 200)
EDITORS = (SIGN_IN, 403, 403, 403, 200, 403, 403)
REVIEWERS = (SIGN_IN, 403, 403, 403, 200, 200, 403)
SENDERS = (SIGN_IN, 403, 200, 200, 403, 403, 403)
OWNER = (SIGN_IN, 404, 200, 404, 404, 404, 404)
# The office knows that the manuscript exists, and reads it on its own page.
OWNER_SENT = (SIGN_IN, 404, 200, 404, 403, 403, 403)
SIGNED_IN = (SIGN_IN, 200, 200, 200, 200, 200, 200)

TABLE = [
    ("healthz", (), OPEN),
    ("readyz", (), OPEN),
    ("home", (), OPEN),
    ("archive", (), OPEN),
    ("sections", (), OPEN),
    ("search", (), OPEN),
    ("suggestions", (), OPEN),
    ("about", (), OPEN),
    ("accessibility", (), OPEN),
    ("feed", (), OPEN),
    ("most_read", (), (404,) * 7),  # until the office shows it to readers
    ("section_feed", ("section",), OPEN),
    ("sitemap_index", (), OPEN),
    ("sitemap", ("first_version",), OPEN),
    ("robots", (), OPEN),
    ("api:root", (), (302,) * 7),
    ("api:documentation", (), OPEN),
    ("api:openapi", (), OPEN),
    ("api:issues", (), OPEN),
    ("api:issue", ("public_year", "public_number"), OPEN),
    ("api:issue", ("internal_year", "internal_number"), MEMBERS),
    ("api:issue", ("making_year", "making_number"), (404,) * 7),
    ("api:articles", (), OPEN),
    ("api:article", ("public",), OPEN),
    ("api:article", ("internal",), MEMBERS),
    # No previews here, not for the office either.
    ("api:article", ("making",), (404,) * 7),
    ("api:article", ("withdrawn",), (410,) * 7),
    ("api:sections", (), OPEN),
    ("api:section", ("section",), OPEN),
    ("api:units", (), OPEN),
    ("api:unit", ("unit",), OPEN),
    ("api:authors", (), OPEN),
    ("api:author", ("public_author",), OPEN),
    ("api:author", ("internal_author",), MEMBERS_404),
    ("api:author", ("making_author",), (404,) * 7),
    ("api:search", (), OPEN),
    ("api:changes", (), OPEN),
    ("call", (), OPEN),
    ("section", ("section",), OPEN),
    ("unit", ("unit",), OPEN),
    ("author", ("public_author",), OPEN),
    ("author", ("internal_author",), MEMBERS_404),
    ("author", ("making_author",), (404,) * 7),
    ("issue", ("public_year", "public_number"), OPEN),
    ("issue", ("internal_year", "internal_number"), MEMBERS),
    ("issue", ("making_year", "making_number"), OFFICE_404),
    ("cover", ("public_year", "public_number"), OPEN),
    ("cover", ("internal_year", "internal_number"), MEMBERS),
    ("cover", ("making_year", "making_number"), OFFICE_404),
    ("download", ("public_year", "public_number", "epub"), OPEN),
    ("download", ("internal_year", "internal_number", "epub"), MEMBERS),
    ("download", ("making_year", "making_number", "epub"), (404,) * 7),
    ("article", ("public",), OPEN),
    ("article", ("internal",), MEMBERS),
    ("article", ("making",), OFFICE_404),
    ("article", ("withdrawn",), (410, 410, 410, 410, 200, 200, 200)),
    ("article_qr", ("public",), OPEN),
    ("article_qr", ("internal",), MEMBERS),
    ("article_qr", ("making",), OFFICE_404),
    ("article_qr", ("withdrawn",), (410, 410, 410, 410, 200, 200, 200)),
    ("picture", ("public_picture", "width"), OPEN),
    ("picture", ("internal_picture", "width"), MEMBERS_404),
    ("picture_webp", ("public_picture", "width"), OPEN),
    ("picture_webp", ("internal_picture", "width"), MEMBERS_404),
    # The contributor took these three: one placed, one handed in, one still in a draft.
    ("picture", ("making_picture", "width"), (404, 404, 200, 404, 200, 200, 200)),
    ("picture", ("sent_picture", "width"), (404, 404, 200, 404, 200, 200, 200)),
    ("picture", ("draft_picture", "width"), (404, 404, 200, 404, 404, 404, 404)),
    # The contributor (as a liaison does) brought the sheet: for them and the office.
    ("sheet", ("sheet",), (404, 404, 200, 404, 200, 200, 200)),
    ("sign_in", (), (200, 302, 302, 302, 302, 302, 302)),
    ("sign_up", (), (200, 302, 302, 302, 302, 302, 302)),
    ("sign_up_done", (), OPEN),
    ("sign_out", (), (405,) * 7),
    ("account", (), SIGNED_IN),
    ("password_change", (), SIGNED_IN),
    ("devices", (), SIGNED_IN),
    ("privacy", (), OPEN),
    ("my_data", (), SIGNED_IN),
    ("join_code", (), OPEN),
    ("join", ("invitation_code",), OPEN),
    ("unit_invitations", (), (SIGN_IN, 403, 403, 403, 200, 200, 403), {"liaison": 200, "administrator": 200}),
    (
        "unit_invitation",
        ("invitation",),
        (SIGN_IN, 404, 404, 404, 200, 200, 404),
        {"liaison": 200, "administrator": 200},
    ),
    ("forgotten", (), OPEN),
    ("forgotten_done", (), OPEN),
    ("reset_by_code", (), OPEN),
    ("reset_by_link", ("no_uid", "no_token"), (410,) * 7),
    ("session", (), OPEN),
    # Nobody here has a second factor yet: led to setting it up, and there are no codes to show.
    ("second_factor", (), (SIGN_IN, *(302,) * 6)),
    ("second_factor_setup", (), SIGNED_IN),
    ("second_factor_codes", (), (SIGN_IN, *(404,) * 6)),
    # Whoever holds the link may see what is asked.
    ("invitation", ("token",), OPEN),
    ("submit", (), SENDERS),
    ("new_text", (), SENDERS),
    ("new_image", (), SENDERS),
    ("my_submissions", (), SIGNED_IN),
    ("letters", (), SIGNED_IN),
    ("rules", (), OPEN),
    ("format_check", (), (SIGN_IN, 403, 200, 200, 200, 200, 200)),
    ("draft", ("draft",), OWNER),
    ("review_draft", ("draft",), OWNER),
    ("clean_draft", ("draft",), OWNER),
    ("pieces", ("draft",), OWNER),
    ("arrived", ("draft", "draft_original"), OWNER),
    ("original", ("draft", "draft_original"), OWNER),
    ("original", ("sent", "sent_original"), (SIGN_IN, 404, 200, 404, 200, 200, 200)),
    ("original", ("sent", "draft_original"), (SIGN_IN, 404, 404, 404, 404, 404, 404)),
    ("photo", ("draft", "attachment"), OWNER),
    ("in_print", ("draft",), OWNER),
    ("in_print", ("sent",), (SIGN_IN, 404, 200, 404, 200, 200, 200)),
    ("submission", ("sent",), OWNER_SENT),
    ("my_versions", ("sent",), OWNER_SENT),
    ("my_versions", ("draft",), OWNER),
    ("withdraw", ("sent",), OWNER_SENT),
    # Endorsed already: no page to endorse it on any more (tests/submissions/test_endorsing.py has one that waits).
    ("endorsements", (), (SIGN_IN, 403, 403, 403, 403, 403, 403), {"liaison": 200}),
    ("endorse", ("sent",), (SIGN_IN, 404, 403, 404, 403, 403, 403)),
    ("endorsed_photo", ("sent", "attachment"), (SIGN_IN, 404, 403, 404, 403, 403, 403)),
    ("endorsement_sheet", ("sent", "endorsement"), (SIGN_IN, 404, 200, 404, 200, 200, 200), {"liaison": 200}),
    ("admin:index", (), OFFICE),
    ("admin:journal_issue_board", ("making_issue",), OFFICE),
    ("admin:journal_issue_galley", ("making_issue",), OFFICE),
    ("admin:journal_issue_galley_pdf", ("making_issue",), OFFICE),
    ("admin:journal_article_print", ("making",), OFFICE),
    ("admin:journal_article_wechat", ("making",), OFFICE),
    ("admin:journal_article_word", ("making",), OFFICE),
    ("admin:journal_article_compilation", (), OFFICE),
    ("admin:journal_galleyround_issue", ("making_issue",), OFFICE),
    ("admin:journal_galleyround_compare", ("making_issue",), OFFICE),
    ("admin:journal_galleyround_print", ("making_issue",), OFFICE),
    ("admin:journal_galleyround_pdf", ("galley",), OFFICE),
    ("admin:journal_galleyround_sheet", ("galley",), OFFICE),
    ("admin:journal_issue_board_pages", ("making_issue",), OFFICE),
    ("admin:journal_issue_sort_board", ("making_issue",), (SIGN_IN, 403, 403, 403, 405, 405, 403)),
    ("admin:journal_article_versions", ("making",), OFFICE),
    (
        "admin:journal_article_restore",
        ("making", "first_version"),
        (SIGN_IN, 403, 403, 403, 200, 200, 403),
        {"administrator": 200},
    ),
    ("admin:journal_article_reviews", ("making",), OFFICE),
    ("admin:journal_text_open", ("making_text",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:members_event_export", ("csv",), OFFICE),
    ("admin:journal_readcount_changelist", (), OFFICE),
    ("admin:journal_readcount_export", (), OFFICE),
    ("admin:journal_issue_imprint", ("making_issue",), OFFICE),
    ("admin:journal_issue_close", ("making_issue",), (SIGN_IN, 403, 403, 403, 403, 200, 403)),
    ("admin:journal_issue_reopen", ("making_issue",), (SIGN_IN, 403, 403, 403, 403, 200, 403)),
    ("admin:journal_issue_publish", ("making_issue",), (SIGN_IN, 403, 403, 403, 403, 200, 403), {"managing": 403}),
    ("admin:journal_issue_publication", ("making_issue",), OFFICE),
    ("admin:journal_issue_publication", ("public_issue",), OFFICE),
    ("admin:journal_issue_edition", ("public_issue", "edition"), OFFICE),
    ("admin:journal_issue_edition", ("internal_issue", "edition"), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    ("admin:journal_article_correct", ("making",), OFFICE),
    ("admin:journal_article_correct", ("public",), OFFICE),
    ("admin:journal_issue_change", ("making_issue",), OFFICE),
    ("admin:journal_article_change", ("making",), OFFICE),
    ("admin:journal_article_change", ("public",), OFFICE),
    ("admin:journal_proofmark_desk", (), OFFICE),
    ("admin:journal_proofmark_article", ("making",), OFFICE),
    ("admin:journal_proofmark_paper", ("making",), OFFICE, {"administrator": 403}),
    ("admin:journal_proofmark_issue", ("making_issue",), OFFICE),
    ("admin:journal_approval_secrecy", ("making_text",), OFFICE),
    ("admin:journal_approval_issue_secrecy", ("making_issue",), OFFICE),
    ("admin:journal_picture_original", ("making_picture",), OFFICE),
    ("admin:journal_picture_original", ("sent_picture",), OFFICE),
    ("admin:journal_picture_original", ("draft_picture",), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    ("admin:submissions_submission_change", ("sent",), OFFICE),
    ("admin:submissions_submission_change", ("draft",), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    # What strangers write to the mailbox: those who deal with it alone.
    (
        "admin:submissions_inboundmail_change",
        ("mail",),
        (SIGN_IN, 403, 403, 403, 200, 200, 403),
        {"administrator": 200},
    ),
    ("admin:submissions_inboundmail_raw", ("mail",), (SIGN_IN, 403, 403, 403, 200, 200, 403), {"administrator": 200}),
    (
        "admin:submissions_inboundmail_file",
        ("mail", "mail_file"),
        (SIGN_IN, 403, 403, 403, 200, 200, 403),
        {"administrator": 200},
    ),
    ("admin:submissions_submission_versions", ("sent",), OFFICE),
    ("admin:submissions_submission_edit", ("sent",), REVIEWERS),
    ("admin:submissions_submission_urge", ("sent",), REVIEWERS),
    ("admin:submissions_submission_urge", ("draft",), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    ("admin:submissions_submission_edit", ("draft",), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    ("admin:submissions_submission_versions", ("draft",), (SIGN_IN, 403, 403, 403, 404, 404, 404)),
    ("admin:submissions_submission_letter", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_declare", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_fix", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_assign", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_undo", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_message_write", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_message_settle", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_message_more_time", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_message_endorse", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_take_back", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_submission_section", ("sent",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_ledger_rows", (), (SIGN_IN, 403, 403, 403, 404, 404, 404)),  # the figure is named by the link
    ("admin:submissions_ledger_definitions", (), OFFICE),
    ("admin:submissions_ledger_notice", (), OFFICE),
    ("admin:submissions_pointrule_copy", (), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_quota_many", (), (SIGN_IN, 403, 403, 403, 403, 200, 403), {"administrator": 200}),
    ("admin:submissions_distributionline_copy", (), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:submissions_samplecopy_propose", (), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:members_user_second_factor", ("contributor",), (SIGN_IN, *(403,) * 6), {"administrator": 200}),
    ("admin:members_departure_confirm", ("contributor",), (SIGN_IN, 403, 403, 403, 405, 405, 405)),
    ("admin:members_unit_merge", ("unit",), (SIGN_IN, 403, 403, 403, 403, 200, 403), {"administrator": 200}),
    ("admin:submissions_commission_plan", (), REVIEWERS),
    ("admin:submissions_commission_letters", (), REVIEWERS),
    ("admin:submissions_commission_letter", ("commission",), REVIEWERS),
    ("admin:submissions_letter_change", ("letter",), OFFICE),
    ("admin:submissions_lettertemplate_wording", ("letter_kind",), OFFICE),
    ("admin:submissions_submission_register", (), EDITORS, {"managing": 200}),
    ("admin:submissions_submission_parcel", ("parcel",), EDITORS, {"managing": 200}),
    ("admin:submissions_submission_parcel_picture", ("parcel", "parcel_picture"), EDITORS, {"managing": 200}),
]

# Only forms lead there; what they answer is told where the forms are tested.
FORMS_ONLY = {
    "autosave",
    "conflict",
    "upload",
    "upload_word",
    "change_photo",
    "fix_finding",
    "undo_fix",
    "keep_passage",
    "ask_again",
    "hand_in",
    "declare",
    "answer_points",
    "ask_more_time",
    "write_message",
    "device_end",
    "my_data_download",
    "close_account",
    "stay",
    "unit_invitation_revoke",
    "devices_end",
}
# Told where they are tested: the stock page for a password, and two texts beside each other.
OTHER_OFFICE_PAGES = {"admin:auth_user_password_change", "admin:submissions_submission_duplicates"}


@pytest.fixture
def world(cast, unit, section, make_issue, make_article, make_picture, make_draft, make_submission, publish):
    """What the words of the table stand for."""
    words = {"epub": "epub", "section": section.pk, "unit": unit.pk, "width": 480, "first_version": 1, "csv": "csv"}
    words |= {"up": "up", "remove": "remove"}
    words["contributor"] = cast.contributor.pk
    invitation = invitations.invite(unit, cast.editor, uses=1, days=1)
    words |= {"invitation": invitation.pk, "invitation_code": invitation.code, "no_uid": "MQ", "no_token": "x"}
    for name in ("public", "internal", "making"):
        picture = make_picture(caption=name, by=cast.contributor if name == "making" else cast.editor)
        issue = make_issue()
        html = f'<p>正文。</p><figure data-picture="{picture.pk}"></figure>'
        article = make_article(f"{name} 的文章", issue=issue, html=html, bylines=[f"{name}作者"])
        article.bylines.create(kind="unit", name=unit.name, unit=unit)
        words |= {f"{name}_text": article.text_id}
        words |= {name: article.pk, f"{name}_picture": picture.pk, f"{name}_issue": issue.pk}
        words |= {f"{name}_year": issue.year, f"{name}_number": issue.number}
        if name != "making":
            publish(issue, Access.PUBLIC if name == "public" else Access.INTERNAL)
            words["edition"] = words.get("edition") or issue.editions.get(kind="epub").pk
            editions_made.carry_out(issue.editions.get(kind="epub").pk)
        words[f"{name}_author"] = Author.objects.get_or_create(name=f"{name}作者")[0].pk
    gone = make_article("撤下的文章", issue=Article.objects.get(pk=words["public"]).issue)
    Article.objects.filter(pk=gone.pk).update(
        access=Access.PUBLIC, withdrawn_at=gone.issue.published_at, withdrawn_reason="数字有误"
    )
    words["withdrawn"] = gone.pk
    draft = make_draft(cast.contributor)
    private = make_picture(caption="草稿里的照片", by=cast.contributor, color=(1, 2, 3))
    attached = Attachment.objects.create(submission=draft, picture=private, position=1)
    words |= {"draft": draft.pk, "draft_picture": private.pk, "attachment": attached.pk}
    sent_picture = make_picture(caption="投出的照片", by=cast.contributor, color=(9, 9, 9))
    sent = make_submission("draft")
    Attachment.objects.create(submission=sent, picture=sent_picture, position=1)
    workflow.submit(sent, cast.contributor, declared=tuple(Declaration.Kind.values))
    words |= {"sent": sent.pk, "sent_picture": sent_picture.pk}
    mail = take_in(multipart(attachment(b"x", b"attachment; filename=a.docx"))).mail
    words |= {"mail": mail.pk, "mail_file": mail.originals.get().pk}
    for name, submission in (("draft", draft), ("sent", sent)):
        kept = keep_original("来稿。".encode(), "来稿.txt", added_by=cast.contributor, submission=submission)
        words[f"{name}_original"] = kept.pk
    with sent_picture.file.open("rb") as photograph:
        parcel = open_parcel(
            uuid.uuid4(),
            cast.editor,
            channel="post",
            received_on=timezone.localdate(),
            call=sent.call,
            uploads=[Upload("一.jpg", photograph)],
        )
    words |= {"parcel": parcel.pk, "parcel_picture": parcel.groups[0]["pictures"][0]["sha256"]}
    words["sheet"] = store_sheet(ContentFile(PDF), "审签单.pdf", cast.contributor).pk
    endorsement = endorse(
        sent,
        cast.editor,
        version_id=sent.text.current_id,
        signer="林支书",
        signed_on=timezone.localdate(),
        sheet=store_sheet(ContentFile(PDF), "审签单.pdf", cast.editor),
    )
    words["endorsement"] = endorsement.pk
    facts = {"size": len(PDF), "sha256": "0" * 64, "digest": "0" * 64, "pages": 1, "numbered": 1}
    facts["front"] = {"lines": {}, "marks": {}}
    galley = GalleyRound(issue_id=words["making_issue"], number=1, made_by=cast.editor, **facts)
    galley.file.save("清样.pdf", ContentFile(PDF), save=False)
    galley.save()
    words["galley"] = galley.pk
    asked = Commission.objects.create(
        issue_id=words["making_issue"], section=section, topic="夜校", unit=unit, due_on=timezone.localdate()
    )
    words |= {"commission": asked.pk, "token": asked.token}
    words |= {"letter": sent.letters.first().pk, "letter_kind": "accept"}
    return SimpleNamespace(**words)


def answer(client, address: str):
    """The status, the admin's way round by its sign-in page taken; SIGN_IN where one is asked to sign in."""
    response = client.get(address)
    if response.status_code == 302 and "/admin/login/" in response["Location"]:
        response = client.get(response["Location"])
    if response.status_code == 302 and response["Location"].startswith(reverse("sign_in")):
        return SIGN_IN
    if response.streaming:
        b"".join(response.streaming_content)  # to its end, so that the file is closed
    return response.status_code


def as_person(client, cast, who: str) -> None:
    client.logout()
    if who != "visitor":
        client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")


@pytest.mark.parametrize("who", [*WHO, *LIKE])
def test_each_address_answers_each_person_as_it_should(who, client, cast, world):
    as_person(client, cast, who)
    column = WHO.index(LIKE.get(who, who))
    wrong = []
    for name, words, expected, *differs in TABLE:
        address = reverse(name, args=[getattr(world, word) for word in words])
        due = dict(*differs).get(who, expected[column])
        if (got := answer(client, address)) != due:
            wrong.append(f"{name} {words}: {got}, not {due}")
    assert not wrong, "\n".join(wrong)


def test_the_table_leaves_no_address_out():
    public = set(named(get_resolver().url_patterns))
    told = {name for name, *_ in TABLE if not name.startswith("admin:")}
    assert public == told | FORMS_ONLY


def named(patterns, inside=""):
    """The names of addresses outside the admin, whose model pages are walked in tests/journal/test_admin_smoke.py."""
    for pattern in patterns:
        if getattr(pattern, "app_name", "") == "admin":
            continue
        if hasattr(pattern, "url_patterns"):
            yield from named(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else inside)
        elif pattern.name:
            yield inside + pattern.name


def test_the_offices_own_pages_are_all_in_the_table():
    stock = ("_changelist", "_add", "_change", "_delete", "_history", "_sortable_update", "_import", "_export")
    own = {
        f"admin:{pattern.name}"
        for model_admin in admin.site._registry.values()
        for pattern in model_admin.get_urls()
        if pattern.name and not pattern.name.endswith(stock)
    }
    assert own - {name for name, *_ in TABLE} - OTHER_OFFICE_PAGES == set()


# What the contributor owns, asked to change by the other contributor: for them it does not exist.
OTHERS_ROWS = [
    *(
        (name, ("draft",))
        for name in ("autosave", "conflict", "upload", "upload_word", "draft", "clean_draft", "pieces")
    ),
    *((name, ("draft",)) for name in ("fix_finding", "undo_fix", "keep_passage", "ask_again", "hand_in")),
    ("change_photo", ("draft", "attachment", "up")),
    ("arrived", ("draft", "draft_original")),
    *(
        (name, ("sent",))
        for name in ("declare", "answer_points", "ask_more_time", "write_message", "withdraw", "endorse")
    ),
    ("unit_invitation_revoke", ("invitation",)),
]


def test_nobody_changes_what_belongs_to_another_person_by_its_identifier(client, cast, world):
    as_person(client, cast, "other")
    typed = {"title": "改成我的", "body": "改成我的", "draft_number": 0, "words": "改成我的", "reason": "改成我的"}
    before = list(Submission.objects.order_by("pk").values())
    for name, words in OTHERS_ROWS:
        answered = client.post(reverse(name, args=[getattr(world, word) for word in words]), typed)
        assert answered.status_code in (403, 404), name
        assert "榕树下" not in answered.content.decode(), name
    assert list(Submission.objects.order_by("pk").values()) == before
    assert UnitInvitation.objects.get(pk=world.invitation).revoked_at is None


def test_an_identifier_of_another_person_inside_one_s_own_address_opens_nothing(client, cast, world, make_draft):
    as_person(client, cast, "other")
    own = make_draft(cast.other)
    for name, word in (("arrived", "draft_original"), ("original", "sent_original"), ("photo", "attachment")):
        assert client.get(reverse(name, args=[own.pk, getattr(world, word)])).status_code == 404, name
    moved = client.post(reverse("change_photo", args=[own.pk, world.attachment, "remove"]), {"draft_number": 0})
    assert moved.status_code == 404
    assert Attachment.objects.filter(pk=world.attachment, submission=world.draft).exists()


@pytest.mark.parametrize("who", ["contributor", "chief"])
def test_no_form_of_another_site_is_taken(who, cast, world):
    client = Client(enforce_csrf_checks=True)
    as_person(client, cast, who)
    for name, words, *_ in TABLE:
        answered = client.post(reverse(name, args=[getattr(world, word) for word in words]), {"act": "make"})
        due = 405 if name.startswith("api:") else 403  # the API only reads
        assert answered.status_code == due or (due == 405 and answered.status_code == 403), f"{name} {words}"


def test_no_address_but_of_the_reading_api_is_exempt_from_it():
    def views(patterns):
        for pattern in patterns:
            yield from views(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]

    exempt = [one for one in views(get_resolver().url_patterns) if getattr(one.callback, "csrf_exempt", False)]
    assert exempt
    for one in exempt:
        assert set(one.callback.cls.http_method_names) <= {"get", "head", "options"}, one.name
