"""The demonstration's manuscripts on their way, each step by the verb a person would use, at a time of its own."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from journal import duplicates, secrecy
from journal.assembly import find_unit
from journal.models import Article, Picture, Section
from members.models import Unit, User
from submissions import workflow
from submissions.checks import WARNING
from submissions.checks.duplicates import all_findings
from submissions.intake.photo import store_photo
from submissions.manuscript import manuscript_of
from submissions.models import Acknowledgement, Attachment, Call, Declaration, Submission
from submissions.states import Stage

from .photographs import photograph
from .reading import Photo, Piece

CREDITS = "（演示稿件，人名、地名、数字均为虚构）"
SENT_IN = (Submission.Channel.MAIL, Submission.Channel.POST, Submission.Channel.PHONE)
# Where those who sign have their desks; whoever is not named here signs without a unit.
WRITERS = {
    "林知远": "望海区委党校",
    "苏木": "望海区委党校",
    "陈若海": "望海区青年人才服务中心",
    "周以宁": "椰塘街道党工委",
    "韦舟": "临港镇党委",
    "冯岚": "临港镇党委",
    "何青禾": "青屿镇党委",
    "沈秋帆": "青屿镇党委",
    "黄若谷": "榕岭村党支部",
    "谢小满": "白鹭洲社区党委",
}
CATEGORIES = {
    scene: category
    for category, scenes in (
        (Picture.Category.NATURE, ("calm", "reef", "tower", "canal")),
        (Picture.Category.SOCIETY, ("dawn", "nets", "dusk", "nightmarket", "harvest", "drying", "ferry", "alley")),
        (Picture.Category.NEWS, ("meeting", "market", "school")),
    )
    for scene in scenes
}
SECRECY_BASIS = "单位保密审查表，不涉及国家秘密和工作秘密（演示）"
OPINIONS = {
    Stage.FIRST: (
        "材料扎实，例子具体，建议采用。个别数字已请作者核对。",
        "选题贴近基层，结构清楚。已通读一遍，规范了标点和数字用法。",
        "有故事、有办法，文字朴实，建议采用。",
    ),
    Stage.SECOND: (
        "同意初审意见。小标题可再精练，不影响采用。",
        "同意采用。文中人名、单位名已核对。",
        "导向正确，做法可学，同意送终审。",
    ),
    Stage.FINAL: ("同意采用。", "同意采用，请编入相应栏目。", "同意。请在版面上留出配图位置。"),
}


@dataclass
class Desk:
    """The people at work, and how far each manuscript goes."""

    people: dict[str, User]
    done: int = 0

    def draft(self, piece: Piece, call: Call, at: datetime, *, small_photos: bool = False) -> Submission:
        """The manuscript as typed, with its photographs."""
        way = piece.fact("来路")
        sender = self.people.get(way, self.people["通讯员" if way == "代录" else "投稿人甲"])
        source_name, _, source_issue = piece.fact("来源").partition("｜")
        registered = way == "代录"
        submission = Submission.objects.create(
            kind=Submission.Kind.IMAGE if piece.fact("图片稿") else Submission.Kind.TEXT,
            contributor=sender,
            unit=unit_of(piece),
            call=call,
            section=Section.objects.get(name=piece.section),
            origin=Article.Origin.RECOMMENDED if source_name else Article.Origin.ORIGINAL,
            source_name=source_name,
            source_issue=f"{at.year}年{source_issue}" if source_name else "",
            channel=SENT_IN[self.done % len(SENT_IN)] if registered else Submission.Channel.WEB,
            registered_by=self.people["编辑"] if registered else None,
            title=piece.title,
            subtitle=piece.fact("副标题"),
            body=piece.written_on(timezone.localdate(at)),
            byline=piece.fact("署名"),
            saved_at=at,
        )
        Submission.objects.filter(pk=submission.pk).update(created_at=at - timedelta(hours=3))
        attach(submission, piece.photos, sender, at, small=small_photos)
        self.done += 1
        return submission

    def hand_in(self, submission: Submission, at: datetime) -> None:
        settle(submission, at)
        workflow.submit(submission, submission.contributor, declared=Declaration.Kind.values, at=at)

    def edit(self, submission: Submission, piece: Piece, at: datetime) -> None:
        """The editor adds what stands around the text: kicker, who the author is, that all of it is invented."""
        content = replace(
            submission.text.current.content,
            kicker=piece.fact("肩题"),
            author_note=piece.fact("作者说明"),
            credits="" if piece.is_part else CREDITS,
        )
        submission.text.save_version(content, self.editor(submission), "编辑加工", at=at)
        duplicates.index_text(submission.text)

    def editor(self, submission: Submission) -> User:
        """The two editors take turns."""
        even = int(submission.receipt_number[-1]) % 2 == 0
        return self.people["编辑" if even else "另一位编辑"]

    def review(self, submission: Submission, piece: Piece, at: datetime, *, stages: int = 3, days: int = 3) -> None:
        """Let the manuscript pass its first `stages` reviews, one every `days` days after `at`."""
        self.edit(submission, piece, at + timedelta(days=1))
        reviewers = (self.editor(submission), self.people["主任"], self.people["主编"])
        for number, (reviewer, opinions) in enumerate(zip(reviewers, OPINIONS.values(), strict=True), 1):
            if number > stages:
                break
            opinion = opinions[(self.done + number) % len(opinions)]
            if reviewer == self.people["主编"]:
                self.clear(submission, at + timedelta(days=days * number, hours=-2))
            workflow.pass_review(submission, reviewer, opinion=opinion, at=at + timedelta(days=days * number))

    def clear(self, submission: Submission, at: datetime) -> None:
        """保密审查, which acceptance asks for."""
        finding = secrecy.Finding(secrecy.Conclusion.PUBLIC, SECRECY_BASIS)
        secrecy.record(submission.text, self.people["主任"], finding, at=at)

    def send_back(self, submission: Submission, piece: Piece, at: datetime) -> None:
        workflow.return_for_changes(submission, self.editor(submission), opinion=points(piece), at=at)

    def hand_in_again(self, submission: Submission, piece: Piece, at: datetime) -> None:
        """The writer answers a return: a date in the text, and the original photographs instead of the shrunk."""
        submission.attachments.all().delete()
        attach(submission, piece.photos, submission.contributor, at)
        submission.body = submission.body.replace("开学，", "开学，镇党委、海事和学校的同志到场，", 1)
        submission.draft_number += 1
        submission.saved_at = at
        submission.save()
        settle(submission, at)
        workflow.resubmit(submission, submission.contributor, declared=Declaration.Kind.values, at=at)

    def decline(self, submission: Submission, piece: Piece, at: datetime) -> None:
        workflow.reject(submission, self.editor(submission), opinion=points(piece), at=at)

    def take_back(self, submission: Submission, piece: Piece, at: datetime) -> None:
        workflow.withdraw(submission, submission.contributor, reason=points(piece), at=at)


def points(piece: Piece) -> str:
    """The opinion as a letter sets it: a point a line."""
    return piece.fact("意见").replace("；二、", "；\n二、").replace("；三、", "；\n三、")


def unit_of(piece: Piece) -> Unit | None:
    """The unit that signs, or the unit of the person who does."""
    byline = piece.fact("署名")
    return find_unit(WRITERS.get(byline, byline))


def attach(submission: Submission, photos: list[Photo], sender: User, at: datetime, *, small: bool = False) -> None:
    for position, photo in enumerate(photos, 1):
        picture = store(photo, sender, at, small=small)
        Attachment.objects.create(submission=submission, picture=picture, position=position)


def store(photo: Photo, sender: User, at: datetime, *, small: bool = False) -> Picture:
    """The painted photograph, verified and kept like any upload."""
    day = timezone.localdate(at) - timedelta(days=4)
    picture = store_photo(
        ContentFile(photograph(photo.scene, small=small)),
        f"{'mmexport' if small else ''}{day:%Y%m%d}-{photo.caption[:12]}.jpg",
        sender,
        caption=f"{photo.caption}（演示图）",
        photographer=photo.photographer,
        taken_on=day,
        category=CATEGORIES.get(photo.scene, Picture.Category.WORK),
    )
    Picture.objects.filter(pk=picture.pk).update(uploaded_at=at)
    return picture


def settle(submission: Submission, at: datetime) -> None:
    """Acknowledge the warnings that are left, as a contributor would with a reason."""
    findings = all_findings(submission, manuscript_of(submission))
    for finding in workflow.open_findings(submission, findings):
        if finding.level == WARNING:
            Acknowledgement.objects.get_or_create(
                submission=submission,
                code=finding.code,
                quote_hash=finding.quote_hash,
                defaults={"reason": "已核对，照此刊用。", "person": submission.contributor, "at": at},
            )
