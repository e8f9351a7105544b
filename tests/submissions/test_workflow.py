"""The way of a submission, and every action in every state by every role, written out."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal.models import Approval, Article
from members.models import Event, User
from submissions import assigning, workflow
from submissions.grounds import Grounds
from submissions.models import Letter, Submission
from submissions.paper import Paper
from submissions.points import Point
from submissions.states import Stage, State
from tests.conftest import ALL_DECLARED, clear

pytestmark = pytest.mark.django_db


def test_from_draft_to_the_pool(make_draft, cast):
    draft = make_draft(cast.contributor, byline="林晓舟、陈望潮")
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    assert draft.state == State.SUBMITTED
    assert draft.receipt_number.endswith("-0001")
    assert draft.declarations.count() == 3
    assert draft.check_runs.count() == 1

    workflow.pass_review(draft, cast.editor, opinion="例子实。")
    assert (draft.state, draft.stage) == (State.IN_REVIEW, Stage.SECOND)
    workflow.pass_review(draft, cast.managing, opinion="同意。")
    with pytest.raises(workflow.Refused, match="还没有作保密审查"):
        workflow.pass_review(draft, cast.chief, opinion="采用。")
    draft.refresh_from_db()
    clear(draft, cast.managing)
    workflow.pass_review(draft, cast.chief, opinion="采用。")

    assert draft.state == State.ACCEPTED
    article = draft.article
    assert article in Article.objects.unplaced()
    assert article.text == draft.text
    assert [str(byline) for byline in article.bylines.all()] == ["林晓舟", "陈望潮"]
    kinds = Approval.objects.on(draft.text).passed().values_list("kind", flat=True)
    assert list(kinds) == ["first", "second", "secrecy", "final"]
    assert list(draft.letters.values_list("kind", flat=True)) == [Letter.Kind.ACCEPT, Letter.Kind.RECEIPT]
    assert Event.objects.about(draft).count() == 4


def test_a_return_is_answered_to_the_stage_that_asked(make_submission, cast):
    submission = make_submission("second")
    workflow.return_for_changes(submission, cast.managing, opinion="次数请核对。")
    assert submission.state == State.RETURNED
    submission.body += "\n补一个例子：修水渠改了三遍图纸。"
    submission.save()
    workflow.resubmit(submission, cast.contributor)
    assert (submission.state, submission.stage) == (State.IN_REVIEW, Stage.SECOND)
    assert submission.text.versions.count() == 2


def test_receipt_numbers_are_dense_and_unique(make_submission):
    numbers = [make_submission().receipt_number[-4:] for _ in range(3)]
    assert numbers == ["0001", "0002", "0003"]


def test_declarations_are_needed(make_draft, cast):
    draft = make_draft(cast.contributor)
    with pytest.raises(workflow.Undeclared):
        workflow.submit(draft, cast.contributor, declared=ALL_DECLARED[:2])
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_errors_block_and_leave_no_trace(make_draft, cast):
    draft = make_draft(cast.contributor, title="")
    with pytest.raises(workflow.ChecksOpen) as refusal:
        workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    assert [finding.code for finding in refusal.value.findings] == ["title.missing"]
    draft.refresh_from_db()
    assert (draft.text, draft.receipt_number) == (None, None)


def test_warnings_pass_once_acknowledged(make_draft, cast):
    draft = make_draft(cast.contributor, body="党" * 3001)
    with pytest.raises(workflow.ChecksOpen) as refusal:
        workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    (finding,) = refusal.value.findings
    draft.acknowledgements.create(
        code=finding.code, quote_hash=finding.quote_hash, reason="市里要求全文刊登", person=cast.contributor
    )
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    assert draft.state == State.SUBMITTED


def test_no_person_holds_two_reviews(make_submission, cast):
    cast.editor.set_roles(["editor", "managing_editor"])
    submission = make_submission("second")
    with pytest.raises(workflow.Refused, match="三审不能由同一个人做"):
        workflow.pass_review(submission, cast.editor, opinion="再看一遍。")


def test_nobody_reviews_an_own_manuscript(make_submission, cast):
    cast.editor.set_roles(["editor", "contributor"])
    submission = make_submission("submitted", contributor=cast.editor)
    with pytest.raises(PermissionDenied):
        workflow.pass_review(submission, cast.editor, opinion="很好。")


def test_a_colleague_was_faster(make_submission, cast):
    submission = make_submission("submitted")
    same_page = Submission.objects.get(pk=submission.pk)
    workflow.pass_review(submission, cast.editor, opinion="可用。")
    with pytest.raises(workflow.Stale, match="已被他人处理"):
        workflow.reject(same_page, cast.second_editor, opinion="题材用过。")
    same_page.refresh_from_db()
    assert same_page.state == State.IN_REVIEW


def changed(submission):
    version = submission.text.current if submission.text else None
    return replace(version.content, title="改过的标题") if version else None


ACTIONS = {
    "submit": lambda s, who: workflow.submit(s, who, declared=ALL_DECLARED),
    "register": lambda s, who: workflow.register(s, who),
    "resubmit": lambda s, who: workflow.resubmit(s, who),
    "pass": lambda s, who: workflow.pass_review(s, who, opinion="可用。"),
    "return": lambda s, who: workflow.return_for_changes(s, who, points=[Point("每月两次", "次数请核对")]),
    "reject": lambda s, who: workflow.reject(s, who, opinion="题材用过。"),
    "paper": lambda s, who: workflow.pass_review(s, who, opinion="同意。", by=ON_PAPER),
    "withdraw": lambda s, who: workflow.withdraw(s, who),
    "edit": lambda s, who: workflow.edit(
        s, who, changed(s), seen=s.text and s.text.current_id, reason="压缩", substantive=True
    ),
    "assign": lambda s, who: assigning.assign(s, User.objects.get(name="顾南乔"), who),
}
ON_PAPER = Grounds(paper=Paper("王主任", timezone.localdate(), None, "主任在清样上签字"))
STATES = ("draft", "submitted", "second", "final", "returned", "accepted", "rejected", "withdrawn")
# A column a state, in the order above. “+” done, “r” refused with the reason told, “x” no right at all: their pages
# answer 404 to outsiders and 403 to colleagues (tests/test_addresses.py). `editor` has done 初审 from `second` on.
TABLE = {
    ("submit", "contributor"): "+rrrrrrr",
    ("submit", "other"): "xxxxxxxx",
    ("submit", "liaison"): "xxxxxxxx",
    ("submit", "reader"): "xxxxxxxx",
    ("submit", "pending"): "xxxxxxxx",
    ("submit", "editor"): "xxxxxxxx",
    ("submit", "second_editor"): "xxxxxxxx",
    ("submit", "managing"): "xxxxxxxx",
    ("submit", "chief"): "xxxxxxxx",
    ("submit", "proofreader"): "xxxxxxxx",
    ("submit", "administrator"): "xxxxxxxx",
    ("register", "contributor"): "xxxxxxxx",
    ("register", "other"): "xxxxxxxx",
    ("register", "liaison"): "xxxxxxxx",
    ("register", "reader"): "xxxxxxxx",
    ("register", "pending"): "xxxxxxxx",
    ("register", "editor"): "xxxxxxxx",
    ("register", "second_editor"): "xxxxxxxx",
    ("register", "managing"): "xxxxxxxx",
    ("register", "chief"): "xxxxxxxx",
    ("register", "proofreader"): "xxxxxxxx",
    ("register", "administrator"): "xxxxxxxx",
    ("resubmit", "contributor"): "rrrr+rrr",
    ("resubmit", "other"): "xxxxxxxx",
    ("resubmit", "liaison"): "xxxxxxxx",
    ("resubmit", "reader"): "xxxxxxxx",
    ("resubmit", "pending"): "xxxxxxxx",
    ("resubmit", "editor"): "xxxxxxxx",
    ("resubmit", "second_editor"): "xxxxxxxx",
    ("resubmit", "managing"): "xxxxxxxx",
    ("resubmit", "chief"): "xxxxxxxx",
    ("resubmit", "proofreader"): "xxxxxxxx",
    ("resubmit", "administrator"): "xxxxxxxx",
    ("pass", "contributor"): "xxxxxxxx",
    ("pass", "other"): "xxxxxxxx",
    ("pass", "liaison"): "xxxxxxxx",
    ("pass", "reader"): "xxxxxxxx",
    ("pass", "pending"): "xxxxxxxx",
    ("pass", "editor"): "x+xxrrrx",
    ("pass", "second_editor"): "x+xxrrrx",
    ("pass", "managing"): "xx+xrrrx",
    ("pass", "chief"): "xxx+rrrx",
    ("pass", "proofreader"): "xxxxxxxx",
    ("pass", "administrator"): "xxxxxxxx",
    ("return", "contributor"): "xxxxxxxx",
    ("return", "other"): "xxxxxxxx",
    ("return", "liaison"): "xxxxxxxx",
    ("return", "reader"): "xxxxxxxx",
    ("return", "pending"): "xxxxxxxx",
    ("return", "editor"): "x+xxrrrx",
    ("return", "second_editor"): "x+xxrrrx",
    ("return", "managing"): "xx+xrrrx",
    ("return", "chief"): "xxx+rrrx",
    ("return", "proofreader"): "xxxxxxxx",
    ("return", "administrator"): "xxxxxxxx",
    ("reject", "contributor"): "xxxxxxxx",
    ("reject", "other"): "xxxxxxxx",
    ("reject", "liaison"): "xxxxxxxx",
    ("reject", "reader"): "xxxxxxxx",
    ("reject", "pending"): "xxxxxxxx",
    ("reject", "editor"): "x+xx+rrx",
    ("reject", "second_editor"): "x+xx+rrx",
    ("reject", "managing"): "xx+xxrrx",
    ("reject", "chief"): "xxx+xrrx",
    ("reject", "proofreader"): "xxxxxxxx",
    ("reject", "administrator"): "xxxxxxxx",
    ("paper", "contributor"): "xxxxxxxx",
    ("paper", "other"): "xxxxxxxx",
    ("paper", "liaison"): "xxxxxxxx",
    ("paper", "reader"): "xxxxxxxx",
    ("paper", "pending"): "xxxxxxxx",
    ("paper", "editor"): "xrrrrrrx",
    ("paper", "second_editor"): "xrrrrrrx",
    ("paper", "managing"): "xrrrrrrx",
    ("paper", "chief"): "xrrrrrrx",
    ("paper", "proofreader"): "xxxxxxxx",
    ("paper", "administrator"): "xxxxxxxx",
    ("withdraw", "contributor"): "+++++rrr",
    ("withdraw", "other"): "xxxxxxxx",
    ("withdraw", "liaison"): "xxxxxxxx",
    ("withdraw", "reader"): "xxxxxxxx",
    ("withdraw", "pending"): "xxxxxxxx",
    ("withdraw", "editor"): "xxxxxxxx",
    ("withdraw", "second_editor"): "xxxxxxxx",
    ("withdraw", "managing"): "xxxxxxxx",
    ("withdraw", "chief"): "xxxxxxxx",
    ("withdraw", "proofreader"): "xxxxxxxx",
    ("withdraw", "administrator"): "xxxxxxxx",
    ("edit", "contributor"): "xxxxxxxx",
    ("edit", "other"): "xxxxxxxx",
    ("edit", "liaison"): "xxxxxxxx",
    ("edit", "reader"): "xxxxxxxx",
    ("edit", "pending"): "xxxxxxxx",
    ("edit", "editor"): "x+++rrrx",
    ("edit", "second_editor"): "x+++rrrx",
    ("edit", "managing"): "x+++rrrx",
    ("edit", "chief"): "x+++rrrx",
    ("edit", "proofreader"): "xxxxxxxx",
    ("edit", "administrator"): "xxxxxxxx",
    ("assign", "contributor"): "xxxxxxxx",
    ("assign", "other"): "xxxxxxxx",
    ("assign", "liaison"): "xxxxxxxx",
    ("assign", "reader"): "xxxxxxxx",
    ("assign", "pending"): "xxxxxxxx",
    ("assign", "editor"): "x+rrrrrx",
    ("assign", "second_editor"): "x+rrrrrx",
    ("assign", "managing"): "x+rrrrrx",
    ("assign", "chief"): "x+rrrrrx",
    ("assign", "proofreader"): "xxxxxxxx",
    ("assign", "administrator"): "xxxxxxxx",
}


def outcome_of(act, submission, person) -> str:
    """What becomes of one act on a fresh row; whatever it did is undone, so that the next finds the same."""
    try:
        with transaction.atomic():
            act(Submission.objects.get(pk=submission.pk), person)
            transaction.set_rollback(True)
    except workflow.Refused:
        return "r"
    except PermissionDenied:
        return "x"
    return "+"


PEOPLE = list(dict.fromkeys(person for _, person in TABLE))


@pytest.mark.parametrize("person", PEOPLE)
def test_action_state_role(person, make_submission, cast):
    who = getattr(cast, person)
    found = dict.fromkeys(ACTIONS, "")
    for state in STATES:
        submission = make_submission(state)
        before = Submission.objects.filter(pk=submission.pk).values().get()
        for action, act in ACTIONS.items():
            found[action] += outcome_of(act, submission, who)
        assert Submission.objects.filter(pk=submission.pk).values().get() == before
    assert found == {action: TABLE.get((action, person)) for action in ACTIONS}
