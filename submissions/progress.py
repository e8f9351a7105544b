"""Where a manuscript stands, told to its writer: whose turn, the way so far, what happens next (look/desk.md, page 3)."""

from dataclasses import dataclass

from django.utils import timezone

from journal.models import Approval, Issue
from members.models import Event

from .models import Submission
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


def day(moment) -> str:
    local = timezone.localtime(moment)
    return f"{local.month}月{local.day}日"


def turn(submission: Submission) -> Turn:
    """The first card of the page. Waiting is told in days and with its owner."""
    days = submission.days_waiting
    state = submission.state
    if state == State.DRAFT:
        return Turn("todo", "草稿", "还没有投出", f"{day(submission.saved_at)}保存。写好后核对、提交，就有收稿号。")
    if state == State.RETURNED:
        return _returned(submission)
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


def _returned(submission: Submission) -> Turn:
    headline = f"{Stage(submission.stage).label}请您修改"
    if submission.due_on is None:
        return Turn("warn", "等您修改", headline, "改好后点“交回修改稿”。")
    left = (submission.due_on - timezone.localdate()).days
    headline += f"，{submission.due_on.month}月{submission.due_on.day}日前交回"
    if left < 0:
        return Turn("err", "已过期限", headline, f"已经过了 {-left} 天。请尽快交回，来不及请给编辑部打电话。")
    return Turn("warn", "等您修改", headline, "今天是最后一天。" if left == 0 else f"还有 {left} 天。")


def _accepted(submission: Submission) -> Turn:
    article = submission.article
    if article.issue is None:
        return Turn("ok", "已录用", "稿件已录用，等待编入", "编入哪一期，会在这里看到。")
    if article.issue.is_published:
        return Turn("ok", "已刊发", f"已在{article.issue}刊发", "谢谢您的来稿。")
    return Turn("ok", "已编入", f"已编入{article.issue}", "校对、付印后刊发，不用再做什么。")


def steps(submission: Submission) -> list[Step]:
    """收稿 初审 复审 终审 录用 编入 刊发, with days where they are past."""
    if submission.submitted_at is None:
        return []
    passed = _passed(submission)
    way = [Step("收稿", f"{day(submission.submitted_at)} 已收到", DONE)]
    ended = submission.state in (State.REJECTED, State.WITHDRAWN)
    for stage in _ORDER:
        if stage in passed and (submission.state == State.ACCEPTED or _before(stage, submission.stage)):
            way.append(Step(stage.label, f"{day(passed[stage])} 通过", DONE))
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


def _before(stage: Stage, pending: str) -> bool:
    return _ORDER.index(stage) < _ORDER.index(Stage(pending))


def _passed(submission: Submission) -> dict[str, object]:
    """Stage → time of its standing pass."""
    if submission.text_id is None:
        return {}
    rows = Approval.objects.on(submission.text).passed().filter(kind__in=Approval.REVIEWS)
    return {Stage(row.kind): row.at for row in rows}


def _after_reviews(submission: Submission) -> list[Step]:
    accepted = submission.state == State.ACCEPTED
    issue = submission.article.issue if accepted else None
    target = issue or submission.call.issue
    published = bool(issue and issue.is_published)
    place = f"编入{target}" if target else "编入一期"
    return [
        Step("录用", day(submission.decided_at) if accepted else "未到", DONE if accepted else AHEAD),
        Step(
            place, "已编入" if issue else "待编" if accepted else "未到", DONE if issue else NOW if accepted else AHEAD
        ),
        Step("刊发", _published_note(issue) if issue else "未到", DONE if published else NOW if issue else AHEAD),
    ]


def _published_note(issue: Issue) -> str:
    return day(issue.published_at) if issue.is_published else "校对、付印中"


def coming(submission: Submission) -> list[str]:
    """Three sentences on what happens next."""
    state, days = submission.state, submission.call.reply_days
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
    Action.PASS.label: "审稿通过",
    Action.ACCEPT.label: "终审通过，录用",
    Action.RETURN.label: "退回修改，发了通知",
    Action.RESUBMIT.label: "您交回修改稿",
    Action.REJECT.label: "没有采用，发了通知",
    Action.WITHDRAW.label: "您撤稿",
}


def history(submission: Submission) -> list[tuple[object, str]]:
    """(time, what happened) newest first, in plain words."""
    told, reviews = [], iter(_ORDER)
    for event in Event.objects.about(submission).filter(verb__in=_TOLD).order_by("at", "pk"):
        stage = next(reviews, None) if event.verb == Action.PASS.label else None
        told.append((event.at, f"{stage.label}通过" if stage else _TOLD[event.verb]))
    return told[::-1]
