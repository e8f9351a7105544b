"""The way of a submission, and every action in every state by every role, written out."""

import pytest
from django.core.exceptions import PermissionDenied

from journal.models import Approval, Article
from members.models import Event
from submissions import workflow
from submissions.models import Letter, Submission
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


ACTIONS = {
    "submit": lambda s, who: workflow.submit(s, who, declared=ALL_DECLARED),
    "resubmit": lambda s, who: workflow.resubmit(s, who),
    "pass": lambda s, who: workflow.pass_review(s, who, opinion="可用。"),
    "return": lambda s, who: workflow.return_for_changes(s, who, opinion="请补例子。"),
    "reject": lambda s, who: workflow.reject(s, who, opinion="题材用过。"),
    "withdraw": lambda s, who: workflow.withdraw(s, who),
}
STATES = ("draft", "submitted", "second", "final", "returned", "accepted", "rejected", "withdrawn")
# action, who → the states (as the makers name them) in which it is done. Everything else is refused.
ALLOWED = {
    ("submit", "contributor"): {"draft"},
    ("resubmit", "contributor"): {"returned"},
    ("withdraw", "contributor"): {"draft", "submitted", "second", "final", "returned"},
    ("pass", "second_editor"): {"submitted"},
    ("return", "second_editor"): {"submitted"},
    ("reject", "second_editor"): {"submitted", "returned"},
    ("pass", "managing"): {"second"},
    ("return", "managing"): {"second"},
    ("reject", "managing"): {"second"},
    ("pass", "chief"): {"final"},
    ("return", "chief"): {"final"},
    ("reject", "chief"): {"final"},
}
PEOPLE = (
    "contributor", "other", "liaison", "reader", "pending", "second_editor", "managing", "chief", "proofreader",
    "administrator",
)  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", ACTIONS)
def test_action_state_role(action, person, make_submission, cast):
    done = set()
    for state in STATES:
        submission = make_submission(state)
        before = (submission.state, submission.stage)
        try:
            ACTIONS[action](submission, getattr(cast, person))
        except (workflow.Refused, PermissionDenied):
            submission.refresh_from_db()
            assert (submission.state, submission.stage) == before
        else:
            done.add(state)
    assert done == ALLOWED.get((action, person), set())
