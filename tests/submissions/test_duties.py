"""Whose turn a manuscript is: by the division of work, given by hand, several at once, taken over with a word."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from journal.models import Journal, Section
from members.models import Event
from members.roles import Role
from submissions import assigning, workflow
from submissions.grounds import Grounds
from submissions.models import SectionDuty, Submission
from submissions.states import Stage

pytestmark = pytest.mark.django_db
LIST = "admin:submissions_submission_changelist"


@pytest.fixture
def duties(section, cast):
    people = {Stage.FIRST: cast.editor, Stage.SECOND: cast.managing, Stage.FINAL: cast.chief}
    for stage, person in people.items():
        SectionDuty.objects.create(section=section, stage=stage, person=person)


def test_each_stage_goes_to_who_is_responsible(duties, make_submission, cast):
    submission = make_submission("submitted")
    assert submission.assignee == cast.editor
    workflow.pass_review(submission, cast.editor, opinion="可用。")
    assert submission.assignee == cast.managing
    workflow.return_for_changes(submission, cast.managing, opinion="请补例子。")
    submission.body += "\n补一个例子。"
    submission.save()
    workflow.resubmit(submission, cast.contributor)
    assert Submission.objects.get(pk=submission.pk).assignee == cast.managing


def test_never_the_contributor(duties, make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.CONTRIBUTOR])
    assert make_submission("submitted", contributor=cast.editor).assignee is None


def test_never_who_holds_another_stage(section, make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.MANAGING_EDITOR])
    SectionDuty.objects.create(section=section, stage=Stage.SECOND, person=cast.editor)
    assert make_submission("second").assignee is None
    Journal.objects.update(small_office=True)
    assert make_submission("second").assignee == cast.editor


def test_never_who_has_left_or_lost_the_role(duties, make_submission, cast):
    cast.editor.set_roles([Role.PROOFREADER])
    assert make_submission("submitted").assignee is None


def test_other_columns_are_everybodys(duties, make_submission):
    assert make_submission("submitted", section=Section.objects.get(name="理论研究")).assignee is None


def test_a_column_chosen_later_brings_its_editor(duties, make_submission, section, cast):
    submission = make_submission("submitted", section=Section.objects.get(name="理论研究"))
    workflow.choose_section(submission, cast.second_editor, section)
    assert Submission.objects.get(pk=submission.pk).assignee == cast.editor


def test_duty_asks_for_the_role(section, cast):
    with pytest.raises(ValidationError, match="身份不是“编辑部主任"):
        SectionDuty(section=section, stage=Stage.SECOND, person=cast.editor).full_clean()


def test_giving_it_to_a_colleague_and_back(make_submission, cast):
    submission = make_submission("submitted")
    assigning.assign(submission, cast.second_editor, cast.managing, note="熟悉这个题目")
    event = Event.objects.about(submission).first()
    assert (event.verb, event.before, event.after) == ("分派", "未分派", "顾南乔")
    assert event.note == "初审，熟悉这个题目"
    assigning.assign(submission, None, cast.second_editor)
    assert Event.objects.about(submission).first().verb == "改派"
    assert Submission.objects.get(pk=submission.pk).assignee is None


@pytest.mark.parametrize(
    ("state", "person", "reason"),
    [
        ("submitted", "managing", "不是编辑"),
        ("submitted", "proofreader", "不是编辑"),
        ("submitted", "contributor", "不是编辑"),
        ("second", "editor", "不是编辑部主任"),
        ("returned", "editor", "不用再分派"),
        ("accepted", "editor", "不用再分派"),
    ],
)
def test_only_who_may_decide_is_given_it(state, person, reason, make_submission, cast):
    submission = make_submission(state)
    with pytest.raises(workflow.Refused, match=reason):
        assigning.assign(submission, getattr(cast, person), cast.chief)


def test_not_who_holds_another_stage(make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.MANAGING_EDITOR])
    with pytest.raises(workflow.Refused, match="已经做过这篇稿件的初审"):
        assigning.assign(make_submission("second"), cast.editor, cast.chief)


def test_a_contributor_does_not_choose_the_reviewer(make_submission, cast):
    cast.editor.set_roles([Role.EDITOR, Role.CONTRIBUTOR])
    submission = make_submission("submitted", contributor=cast.editor)
    with pytest.raises(PermissionDenied):
        assigning.assign(submission, cast.second_editor, cast.editor)


def test_a_colleagues_manuscript_is_taken_over_with_a_word(make_submission, cast):
    submission = make_submission("submitted")
    assigning.assign(submission, cast.second_editor, cast.managing)
    with pytest.raises(workflow.Refused, match="已经分给顾南乔"):
        workflow.pass_review(submission, cast.editor, opinion="可用。")
    workflow.return_for_changes(submission, cast.editor, opinion="请补例子。", by=Grounds(taking_over="顾南乔出差"))
    event = Event.objects.about(submission).get(verb="接手")
    assert (event.before, event.after, event.note) == ("顾南乔", "周予安", "顾南乔出差")
    assert Submission.objects.get(pk=submission.pk).assignee == cast.editor


def post(client, name, submission, **data):
    return client.post(reverse(f"admin:submissions_submission_{name}", args=[submission.pk]), data, follow=True)


def test_the_page_gives_it_to_a_colleague(client, make_submission, cast):
    submission = make_submission("submitted")
    client.force_login(cast.editor)
    page = client.get(reverse("admin:submissions_submission_change", args=[submission.pk])).content.decode()
    assert f'<option value="{cast.second_editor.pk}">顾南乔</option>' in page
    assert f'<option value="{cast.managing.pk}">' not in page
    assert "请先选交给谁" in post(client, "assign", submission, person="").content.decode()
    assert "没有改派" in post(client, "assign", submission, person=cast.managing.pk).content.decode()
    assert "请先选交给谁" in post(client, "assign", submission, person="99999999999999999999").content.decode()
    answer = post(client, "assign", submission, person=cast.second_editor.pk, note="请看看").content.decode()
    assert "已交给顾南乔" in answer
    assert "接手的原因" in answer
    client.force_login(cast.proofreader)
    assert "您不能分派" in post(client, "assign", submission, person=cast.editor.pk).content.decode()
    assert Submission.objects.get(pk=submission.pk).assignee == cast.second_editor


def test_several_at_once_from_the_list(client, make_submission, cast):
    first, second = make_submission("submitted", title="甲"), make_submission("second", title="乙")
    client.force_login(cast.editor)
    chosen = {"_selected_action": [first.pk, second.pk], "action": "give_to"}
    asked = client.post(reverse(LIST), chosen).content.decode()
    assert "把 2 篇稿件交给同事" in asked
    answer = client.post(reverse(LIST), chosen | {"give": "1", "person": cast.second_editor.pk}, follow=True)
    told = answer.content.decode()
    assert "已分派 1 篇" in told
    assert "《乙》：顾南乔不是编辑部主任" in told
    first.refresh_from_db()
    assert first.assignee == cast.second_editor
    assert "还没有选交给谁" in client.post(reverse(LIST), chosen | {"give": "1"}, follow=True).content.decode()


def test_several_by_the_division_of_work(client, make_submission, section, cast):
    mine = make_submission("submitted", title="甲")
    other = make_submission("submitted", title="乙", section=Section.objects.get(name="理论研究"))
    SectionDuty.objects.create(section=section, stage=Stage.FIRST, person=cast.second_editor)
    client.force_login(cast.chief)
    chosen = {"_selected_action": [mine.pk, other.pk], "action": "give_by_duty"}
    told = client.post(reverse(LIST), chosen, follow=True).content.decode()
    assert "已分派 1 篇" in told
    assert "《乙》：“理论研究”栏目没有人分管初审" in told
    mine.refresh_from_db()
    assert mine.assignee == cast.second_editor


def test_the_list_is_no_way_in_for_others(client, make_submission, cast):
    submission = make_submission("submitted")
    chosen = {"_selected_action": [submission.pk], "action": "give_to", "give": "1", "person": cast.editor.pk}
    for person in (cast.proofreader, cast.administrator, cast.contributor):
        client.force_login(person)
        client.post(reverse(LIST), chosen)
    submission.refresh_from_db()
    assert submission.assignee is None


def test_the_division_of_work_has_its_page(client, section, cast):
    client.force_login(cast.editor)
    add = reverse("admin:submissions_sectionduty_add")
    page = client.get(add).content.decode()
    assert "林晓舟" not in page
    wrong = client.post(add, {"section": section.pk, "stage": "final", "person": cast.editor.pk}).content.decode()
    assert "身份不是“主编" in wrong
    client.post(add, {"section": section.pk, "stage": "first", "person": cast.editor.pk})
    assert SectionDuty.objects.get().person == cast.editor
    client.force_login(cast.proofreader)
    assert client.get(add).status_code == 403
