"""Where a manuscript stands, told to its writer: whose turn, the way so far, what happens next (look/desk.md, page 3)."""

from dataclasses import dataclass

from django.utils import timezone

from journal.models import Approval, Issue
from members.models import Event

from . import endorsing, holding
from .models import Submission
from .returning import DECLINED, GRANTED
from .states import AWAITING_REVIEW, Action, Stage, State

DONE, NOW, ASKED, AHEAD, ENDED = "done", "now", "asked", "ahead", "ended"
_ORDER = [Stage.FIRST, Stage.SECOND, Stage.FINAL]


@dataclass(frozen=True)
class Step:
    """One step of the way. `state`: done, now (the office works on it), asked (the writer is asked), ahead, ended."""

    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: level (ok, warn, tip, todo) with a word for the chip, a headline, a sentence."""

    level: str
    chip: str
    headline: str
    sentence: str


@dataclass(frozen=True)
class Points:
    """How many points a return has, how many are ticked, how many go back unchanged with a reason."""

    total: int = 0
    done: int = 0
    kept: int = 0

    @property
    def open(self) -> int:
        return self.total - self.done - self.kept

    @property
    def told(self) -> str:
        """已勾 2 处，还剩 1 处。 Empty where the return has no list."""
        if not self.total:
            return ""
        parts = [f"已勾 {self.done} 处"]
        if self.kept:
            parts.append(f"{self.kept} 处写了原因")
        parts.append(f"还剩 {self.open} 处" if self.open else "都有回复了")
        return "，".join(parts) + "。"


def points_of(points) -> Points:
    """The count of a return's points (ReturnPoint rows)."""
    answers = [point.answer for point in points]
    return Points(len(answers), answers.count("done"), answers.count("not_done"))


def day(moment) -> str:
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日"


def turn(submission: Submission, *, at_unit: bool = False, points: Points | None = None) -> Turn:
    """The first card of the page. Waiting is told in days and with its owner.

    `at_unit`: 单位审核 is what it waits for. `points`: those of the return, where they are to be told.
    """
    days = submission.days_waiting
    state = submission.state
    if state == State.DRAFT:
        return Turn("todo", "草稿", "还没有投出", f"{day(submission.saved_at)}保存。写好后核对、提交，就有收稿号。")
    if state == State.RETURNED:
        return _returned(submission, points or Points())
    if at_unit and state in AWAITING_REVIEW:
        waited = "今天刚到" if days == 0 else f"已经 {days} 天"
        return Turn("tip", "单位在审", f"等{submission.unit}审核，{waited}", "单位领导签了审签单，编辑部就开始初审。")
    if state in AWAITING_REVIEW:
        stage = Stage(submission.stage).label
        waited = "今天刚到" if days == 0 else f"已经 {days} 天"
        headline = f"编辑部正在{stage}，{waited}"
        return Turn("tip", "编辑部在看", headline, f"收稿后 {submission.call.reply_days} 天内答复，不用催。")
    if state == State.ACCEPTED:
        return _accepted(submission)
    if state == State.REJECTED:
        return Turn("todo", "未采用", "这次没有采用", "编辑的意见在下面的退稿通知里。欢迎改投别的题目。")
    return Turn("todo", "已撤稿", "您已撤回这篇稿件", "编辑部不再审阅，也不会刊用。可以重新写一篇投来。")


def _returned(submission: Submission, points: Points) -> Turn:
    who = "单位审核" if given_back_by_unit(submission) else Stage(submission.stage).label
    headline = f"{who}请您改 {points.total} 处" if points.total else f"{who}请您修改"
    answered = points.told
    if submission.due_on is None:
        return Turn("warn", "等您修改", headline, answered or "改好后点“交回修改稿”。")
    left = (submission.due_on - timezone.localdate()).days
    headline += f"，{submission.due_on.month}月{submission.due_on.day}日前交回"
    if left < 0:
        late = f"已经过了 {-left} 天。请尽快交回，来不及可以请求延期。"
        return Turn("err", "已过期限", headline, answered + late)
    return Turn("warn", "等您修改", headline, answered + ("今天是最后一天。" if left == 0 else f"还有 {left} 天。"))


def given_back_by_unit(submission: Submission) -> bool:
    """Whether it was the unit that gave it back: a return of the office always names a day, the unit's never does."""
    return submission.state == State.RETURNED and submission.due_on is None


def _accepted(submission: Submission) -> Turn:
    article = submission.article
    if article.issue is None:
        return Turn("ok", "已录用", "稿件已录用，等待编入", "编入哪一期，会在这里看到。")
    if article.issue.is_published:
        return Turn("ok", "已刊发", f"已在{article.issue}刊发", "谢谢您的来稿。")
    return Turn("ok", "已编入", f"已编入{article.issue}", "校对、付印后刊发，不用再做什么。")


def steps(submission: Submission) -> list[Step]:
    """收稿 (单位审核) 初审 复审 终审 录用 编入 刊发, with days where they are past."""
    if submission.submitted_at is None:
        return []
    passed = _passed(submission)
    way = [Step("收稿", f"{day(submission.submitted_at)} 已收到", DONE)]
    unit = _unit_step(submission)
    way += [unit] if unit else []
    ended = submission.state in (State.REJECTED, State.WITHDRAWN)
    for stage in _ORDER:
        if stage in passed and (submission.state == State.ACCEPTED or _before(stage, submission.stage)):
            way.append(Step(stage.label, f"{day(passed[stage])} 通过", DONE))
        elif stage == submission.stage and unit and unit.state in (ASKED, NOW):
            way.append(Step(stage.label, "未到", AHEAD))
        elif stage == submission.stage and submission.state == State.RETURNED:
            way.append(Step(stage.label, f"{day(submission.waiting_since)} 退修，等您", ASKED))
        elif stage == submission.stage and ended:
            way.append(Step(State(submission.state).label, day(submission.decided_at), ENDED))
            return way
        elif stage == submission.stage and submission.state in AWAITING_REVIEW:
            way.append(Step(stage.label, f"{day(submission.waiting_since)} 开始", NOW))
        else:
            way.append(Step(stage.label, "未到", AHEAD))
    return way + _after_reviews(submission)


def _unit_step(submission: Submission) -> Step | None:
    """单位审核, where the unit asks for it or gave it."""
    endorsement = endorsing.endorsement_of(submission)
    if endorsement:
        return Step("单位审核", f"{day(endorsement.at)} 同意报送", DONE)
    if not endorsing.is_needed(submission):
        return None
    if submission.stage != Stage.FIRST or submission.state == State.ACCEPTED:
        # It stood when 初审 passed; the text has been changed since, as the review asked.
        given = endorsing.endorsements(submission).passed().last()
        return Step("单位审核", f"{day(given.at)} 同意报送", DONE) if given else None
    if given_back_by_unit(submission):
        return Step("单位审核", f"{day(submission.waiting_since)} 退回，等您", ASKED)
    if submission.state in AWAITING_REVIEW:
        return Step("单位审核", f"{day(submission.waiting_since)} 开始", NOW)
    return Step("单位审核", "未到", AHEAD)


def _before(stage: Stage, pending: str) -> bool:
    return _ORDER.index(stage) < _ORDER.index(Stage(pending))


def _passed(submission: Submission) -> dict[str, object]:
    """Stage → time of its standing pass."""
    if submission.text_id is None:
        return {}
    rows = holding.told_approvals(submission).passed()
    return {Stage(row.kind): row.at for row in rows}


def _after_reviews(submission: Submission) -> list[Step]:
    accepted = submission.state == State.ACCEPTED
    issue = submission.article.issue if accepted else None
    target = issue or submission.call.issue
    published = bool(issue and issue.is_published)
    place = f"编入{target}" if target else "编入一期"
    ahead = f"{target.deadline.month}月{target.deadline.day}日截稿" if target and target.deadline else "未到"
    return [
        Step("录用", day(submission.decided_at) if accepted else "未到", DONE if accepted else AHEAD),
        Step(
            place, "已编入" if issue else "待编" if accepted else ahead, DONE if issue else NOW if accepted else AHEAD
        ),
        Step("刊发", _published_note(issue) if issue else "未到", DONE if published else NOW if issue else AHEAD),
    ]


def _published_note(issue: Issue) -> str:
    return day(issue.published_at) if issue.is_published else "校对、付印中"


def coming(submission: Submission) -> list[str]:
    """Three sentences on what happens next."""
    state, days = submission.state, submission.call.reply_days
    if given_back_by_unit(submission):
        return [
            "您交回后，先由单位审核，再由编辑部初审。",
            "收稿号不变。",
            "无论结果如何，都会发通知到这里。",
        ]
    if state == State.RETURNED:
        return [
            f"您交回后，从{Stage(submission.stage).label}接着审，前面通过的不用重来。",
            "通过后转下一审；一般每一审几个工作日。",
            "无论结果如何，都会发通知到这里。",
        ]
    if state in AWAITING_REVIEW:
        return [
            "稿件要经初审、复审、终审，三个人分别看。",
            f"收稿后 {days} 天内答复；要修改会写明改哪里、什么时候交回。",
            "无论结果如何，都会发通知到这里。",
        ]
    if state == State.ACCEPTED and not (submission.article.issue and submission.article.issue.is_published):
        return ["编辑把稿件编入一期。", "排版后校对三遍、通读一遍，再付印。", "刊发后，这里会有文章的网址。"]
    return []


# What a writer reads of the audit trail. Notes are left out: opinions reach the writer by letter alone.
_TOLD = {
    Action.SUBMIT.label: "您投稿",
    Action.REGISTER.label: "编辑部替您登记",
    Action.RESUBMIT.label: "您交回修改稿",
    Action.WITHDRAW.label: "您撤稿",
    GRANTED: "编辑同意延期",
    DECLINED: "编辑没有同意延期",
}
_DECIDED = {
    Approval.Decision.PASSED: "通过",
    Approval.Decision.RETURNED: "退回修改，发了通知",
    Approval.Decision.REJECTED: "没有采用，发了通知",
}


def history(submission: Submission) -> list[tuple[object, str]]:
    """(time, what happened) newest first, in plain words: the steps people took and the decisions that stand."""
    told = [
        (event.at, _TOLD[event.verb]) for event in Event.objects.about(submission).filter(verb__in=_TOLD).order_by("pk")
    ]
    if submission.text_id:
        reviews = holding.told_approvals(submission).order_by("at", "pk")
        told += [(row.at, f"{row.get_kind_display()}{_DECIDED[row.decision]}") for row in reviews]
        for row in endorsing.endorsements(submission):
            passed = row.decision == Approval.Decision.PASSED
            told.append((row.at, f"单位同意报送，{row.signer}签字" if passed else "单位退回修改，发了通知"))
        if submission.state == State.ACCEPTED:
            told.append((submission.decided_at, "录用"))
    return sorted(told, key=lambda one: one[0])[::-1]
