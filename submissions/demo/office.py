"""What lies on the desks of the demonstration besides manuscripts: each state of commissions, mails, messages, proofs
and letters, made by the verbs people use."""

from datetime import date, timedelta
from email.message import EmailMessage

from journal import galleys, proof_progress, proofing
from journal.assembly import find_unit
from journal.models import Approval, Article, Issue, Section
from journal.text.blocks import plain_text
from members.audit import dated
from submissions import assigning, commissioning, mailbox, messaging, returning
from submissions.commissions import Commission
from submissions.duties import SectionDuty
from submissions.ledger import PointRule, Quota
from submissions.models import Letter, Submission
from submissions.planning import Row
from submissions.states import Stage, State

from .desk import Desk
from .numbers import moment

# topic, column, unit, days until it is due, brief
TOPICS = (
    ("港口支部怎么建", "基层党建", "临港镇党委", -1, "写清楚支部建在哪里、谁来带、怎样过组织生活，两千字以内。"),
    ("夜校一年记", "干部教育", "望海区委党校", 0, "一年里开了几期、讲了什么、学员怎样说，照片两张。"),
    ("防风林里的党员责任区", "实践探索", "青屿镇党委", 9, "要有具体的人和地块。"),
    ("一座桥的来历", "学思践悟", "榕岭村党支部", 12, "可以从老照片写起。"),
    ("楼栋里的议事会", "基层党建", "白鹭洲社区党委", 15, ""),
    ("船员的组织生活", "党员风采", "临港镇渔港党支部", 5, ""),
)
LINK = "http://127.0.0.1:8000"
ARRIVED = """镇里的防风林有三公里长，去年分成十二段，每段由两名党员照看。林带外面是海，里面是菜地，台风来的时候先挡一道。
一、地块分到人
每段立一块木牌，写上两个人的名字和电话。村民看见树倒了、沟堵了，照着牌子打电话，当天就有人来看。
二、事情记在本
两个人合用一个本子，哪天补了苗、哪天清了沟，写一行字。年底十二个本子放在一起，支部大会上念一遍，谁做得多、谁做得少，大家心里有数。
三、做法留下来
今年新种的八百棵木麻黄活了七百多棵。支部把责任区写进了村规民约，换届以后照样有人管。"""
MAILS = (
    (
        "石溪村党支部",
        "shixi@example.org",
        "关于补交照片原图",
        "编辑部：\n上次交的照片是微信传的，现在补交原图的说明，请收。",
        1,
    ),
    (
        "何小满",
        "he@example.org",
        "投稿：灯塔下的课堂",
        "编辑老师：\n来稿一篇，请审阅。\n灯塔下的课堂\n何小满\n灯塔湾小学把党课搬到灯塔下面，孩子们先听故事，再画海。",
        2,
    ),
    ("会务组", "meeting@example.org", "会议室预定成功", "您预定的会议室已经确认。", 3),
)


LEADER = "顾怀川（演示）"
QUOTAS = (("临港镇党委", 6), ("青屿镇党委", 8), ("椰塘街道党工委", 4), ("榕岭村党支部", 3), ("望海区委党校", 3))


def fill_desks(desk: Desk, issue: Issue, today: date) -> None:
    """Give everybody something to do, as of `today`."""
    commissions(desk, issue, today)
    mails(desk, today)
    talk(desk, today)
    duties(desk)
    ledger_rules(today.year)
    proofs(desk, issue, today)
    galley(desk, issue, today)
    undelivered()


def commissions(desk: Desk, issue: Issue, today: date) -> None:
    """Overdue and reminded of, due today, being written, arrived, planned only, cancelled."""
    editor = desk.people["编辑"]
    rows = [
        Row(
            number=number,
            topic=topic,
            section=Section.objects.get(name=section),
            unit=find_unit(unit),
            due_on=today + timedelta(days=days),
            brief=brief,
        )
        for number, (topic, section, unit, days, brief) in enumerate(TOPICS, 1)
    ]
    with dated(moment(today - timedelta(days=25), 10)):
        commissioning.plan(issue, rows, editor)
    late, due, arrived, started, _, cancelled = Commission.objects.filter(issue=issue).order_by("pk")
    for number, commission in enumerate((late, due, arrived, started)):
        at = moment(today - timedelta(days=24), 10, number)
        commissioning.invite(commission, editor, link=LINK + commission.get_absolute_url(), at=at)
    at = moment(today - timedelta(days=2), 16)
    commissioning.remind(late, editor, link=LINK + late.get_absolute_url(), at=at)
    writer = desk.people["投稿人甲"]
    commissioning.start(started, writer, Submission.Kind.TEXT, at=moment(today - timedelta(days=5), 20))
    came = moment(today - timedelta(days=1), 21)
    submission = commissioning.start(arrived, desk.people["投稿人乙"], Submission.Kind.TEXT, at=came)
    submission.body, submission.byline, submission.saved_at = ARRIVED, "青屿镇党委", came
    submission.unit = arrived.unit
    submission.save()
    desk.hand_in(submission, came + timedelta(minutes=20))
    reason = "与上一期的选题相近，改在下一期约。"
    commissioning.cancel(cancelled, editor, reason=reason, at=moment(today - timedelta(days=8), 9))


def mails(desk: Desk, today: date) -> None:
    """Two to confirm, one put aside."""
    for name, address, subject, body, days in MAILS:
        at = moment(today - timedelta(days=days), 17)
        message = EmailMessage()
        message["From"], message["Subject"], message["Date"] = f"{name} <{address}>", subject, at
        message["Message-ID"] = f"<{address}>"
        message.set_content(body)
        kept = mailbox.take_in(message.as_bytes(), name=subject, at=at).mail
        if address.startswith("meeting"):
            mailbox.discard(kept, desk.people["编辑"], reason="不是来稿")


def talk(desk: Desk, today: date) -> None:
    """A question that waits for an answer, one that was answered, and a request for more time."""
    asked = Submission.objects.filter(state=State.IN_REVIEW, stage=Stage.FINAL).first()
    answered = Submission.objects.filter(state=State.IN_REVIEW, stage=Stage.SECOND).first()
    returned = Submission.objects.filter(state=State.RETURNED).first()
    at = moment(today - timedelta(days=1), 15)
    messaging.write(asked, asked.contributor, "文中的两个数字主管部门又核了一遍，要改一处，怎样改？", at=at)
    messaging.write(answered, answered.contributor, "请问这篇大概哪一期用？", at=at)
    messaging.write(answered, desk.people["主任"], "在复审，如果采用，会在用稿通知里写明。", at=at + timedelta(hours=1))
    until = (returned.due_on or today) + timedelta(days=5)
    returning.ask_more_time(returned, returned.contributor, until=until, reason="照片要等村里补拍。", at=at)


def duties(desk: Desk) -> None:
    """Who looks after which column, and one manuscript given to a person."""
    SectionDuty.objects.create(
        section=Section.objects.get(name="基层党建"), stage=Stage.FIRST, person=desk.people["编辑"]
    )
    given = Submission.objects.filter(state=State.SUBMITTED, unit__endorsement_required=False).first()
    assigning.assign(given, desk.people["编辑"], desk.people["主任"])


def ledger_rules(year: int) -> None:
    """Points and quotas as an office sets them at the beginning of a year."""
    for kind, points, first in ((Article.Kind.TEXT, 3, 2), (Article.Kind.IMAGE, 1, 0)):
        PointRule.objects.create(year=year, kind=kind, points=points, first_in_issue=first)
    for name, pieces in QUOTAS:
        Quota.objects.create(unit=find_unit(name), year=year, pieces=pieces)


def proofs(desk: Desk, issue: Issue, today: date) -> None:
    """Of the placed articles: one read through, one with corrections to make, one with its first two proofs, one whose
    proofreader is still at work, the rest untouched."""
    readers = [desk.people[key] for key in ("校对", "编辑", "另一位编辑")]
    finished, marked, second, begun = issue.articles.toplevel().order_by("pk")[:4]
    at = moment(today - timedelta(days=3), 9)
    for number, reader in enumerate(readers):
        proof(finished, reader, at + timedelta(hours=number))
    seen = finished.text.current_id
    proofing.read_through(finished, desk.people["主任"], seen=seen, opinion="通读完毕。", at=at + timedelta(hours=5))
    for number, reader in enumerate(readers[:2]):
        proof(second, reader, at + timedelta(hours=6 + number))
    with dated(at + timedelta(hours=8)):
        mark(marked, readers[0])
    proof(marked, readers[0], at + timedelta(hours=8))
    with dated(at + timedelta(hours=9)):
        mark(begun, readers[0])


def proof(article: Article, reader, at) -> None:
    stage = proof_progress.progress(article).pending
    proofing.hand_in(article, reader, stage=stage, seen=article.text.current_id, opinion="已校。", at=at)


def mark(article: Article, reader) -> None:
    """A remark on the first clause: the demonstration's texts have no errors to mark."""
    remark = "这一句稍长，请编辑看是否断开。"
    proofing.add_mark(
        article, reader, proofing.Spotted(error="style", quote=clause(article), change="remark", remark=remark)
    )


def galley(desk: Desk, issue: Issue, today: date) -> None:
    """The first round came back from the leader with two remarks: one is to be done, one was left, with the reason."""
    editor, made = desk.people["编辑"], moment(today - timedelta(days=2), 9)
    galley = galleys.make_round(issue, editor, at=made)
    signed_on = today - timedelta(days=1)
    signature = galleys.Signature(LEADER, signed_on, Approval.Decision.RETURNED, "分管领导", "两处请核，改后付印。")
    sheet = galleys.record_sheet(galley, editor, signature, at=moment(signed_on, 15))
    first, second = list(galley.pieces.filter(parent=None).select_related("article", "version")[:2])
    tasks = [
        galleys.add_task(galley, editor, remark, sheet=sheet, at=moment(signed_on, 15, 10 + number))
        for number, remark in enumerate(
            (
                galleys.Remark(
                    "这一句里的数字，请同单位再核一遍。",
                    LEADER,
                    editor,
                    page=first.start_page,
                    article=first.article,
                    quote=clause(first.article, 1),
                ),
                galleys.Remark("标题能不能再短一些？", LEADER, editor, page=second.start_page, article=second.article),
            )
        )
    ]
    reason = "标题是作者原题，与单位商量后保留。"
    galleys.decline(tasks[1], editor, reason, at=moment(signed_on, 17))


def clause(article: Article, number: int = 0) -> str:
    """A clause near the beginning of an article, counted from 0."""
    return plain_text(article.text.current.html).strip().split("，")[number][:20]


def undelivered() -> None:
    """One letter the mail server did not take."""
    letter = Letter.objects.filter(kind=Letter.Kind.RECEIPT).latest("at")
    letter.delivery, letter.delivery_error = Letter.Delivery.FAILED, "邮件服务器没有应答（演示）"
    letter.save(update_fields=["delivery", "delivery_error"])
