"""来信: what an e-mail goes through, one verb a step: take in, confirm, merge, discard (DESIGN.md 4, RULES.md 11).

The only writer of InboundMail.state. A mail becomes a manuscript by a person's yes alone; what was typed in a
manuscript stays when a mail is merged into it.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from members.models import Event, Unit, User

from . import workflow
from .arrivals import InboundMail, Original, message_path
from .conversation import Message
from .intake.any_file import read_file
from .intake.arrived import ArrivedPicture, ArrivedText
from .intake.mail import ReadMail, kind_of, own_words, read_head, read_mail
from .intake.mail.body import FORWARDED
from .intake.mail.kinds import FileKind
from .intake.refused import FileRefused
from .intake.taking import keep_original, new_draft, storable, take_pictures, write_once
from .models import Call, Submission
from .workflow import Refused

logger = logging.getLogger(__name__)

BODY = "body"
"""Stands for the mail's own words where files are chosen by the id of their original."""

_PICTURE_MARK = re.compile(r"【图片：([^】]{1,300})】")
_MEMBER = "发件地址就是账号里的邮箱"


class Handled(Refused):
    """A colleague was first; nothing was done a second time."""

    def __init__(self, mail: InboundMail):
        who = f"{mail.handled_by}已经办了" if mail.handled_by else "已经有人办了"
        super().__init__(f"这封来信{who}：{mail.get_state_display()}。您这一次没有再收，请看下面的最新情况。")


@dataclass(frozen=True)
class TakenIn:
    """The mail's row; `new` is False where it was here already."""

    mail: InboundMail
    new: bool


@dataclass(frozen=True)
class Match:
    """Who a sender may be. certain: by an address an account holds; else only proposed, with the ground told."""

    person: User
    ground: str
    certain: bool


def take_in(raw: bytes, *, name: str = "邮件", at=None) -> TakenIn:
    """Keep one message as it came, with what could be read of it. The same message twice is one row.

    A message that cannot be read raises FileRefused: `take_in_unreadable` keeps it all the same.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    known = InboundMail.objects.filter(sha256=sha256).first()
    if known:
        return TakenIn(known, new=False)
    return _keep(raw, sha256, read_mail(raw, name), at)


def take_in_unreadable(raw: bytes, reason: str, *, size: int | None = None, at=None) -> TakenIn:
    """Keep a message that was refused, or the head of one too large to fetch, with the reason told.

    `size` in bytes where it is not that of `raw`.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    known = InboundMail.objects.filter(sha256=sha256).first()
    if known:
        return TakenIn(known, new=False)
    try:
        head = read_head(raw)
    except FileRefused:
        head = ReadMail(("", ""), "", "", None, "", "")
    return _keep(raw, sha256, replace(head, problems=(reason, *head.problems)), at, content_hash=sha256, size=size)


def _keep(raw: bytes, sha256: str, read: ReadMail, at, content_hash: str = "", size: int | None = None) -> TakenIn:
    content_hash = content_hash or read.content_hash
    if known := InboundMail.objects.filter(content_hash=content_hash).first():
        return TakenIn(known, new=False)
    sender_name, sender_address = read.sender
    mail = InboundMail(
        message_id=storable(read.message_id),
        sha256=sha256,
        content_hash=content_hash,
        size=len(raw) if size is None else size,
        sender_name=storable(sender_name),
        sender_address=storable(sender_address),
        subject=storable(read.subject),
        sent_at=read.sent_at,
        body=storable(read.text),
        problems=[storable(problem) for problem in read.problems],
        received_at=at or timezone.now(),
    )
    certain = [match.person for match in matches(mail) if match.certain]
    if len(certain) == 1:
        mail.member, mail.unit = certain[0], certain[0].unit
    mail.raw.name = write_once(mail.raw.storage, message_path(mail, ""), raw)
    try:
        with transaction.atomic():
            mail.save()
            for file in read.files:
                keep_original(file.data, file.name, added_by=None, mail=mail)
    except IntegrityError:
        # Another run took the same message in at the same moment.
        return TakenIn(InboundMail.objects.get(content_hash=content_hash), new=False)
    return TakenIn(mail, new=True)


def matches(mail: InboundMail) -> list[Match]:
    """Accounts the sender may have, the certain ones first. A name or a phone number in the address only proposes."""
    address, name = mail.sender_address, mail.sender_name.strip()
    by_address = Q(email__iexact=address) | Q(login_name__iexact=address) if address else Q(pk__in=[])
    local = address.partition("@")[0]
    by_phone = Q(login_name=local) | Q(phone=local) if re.fullmatch(r"1[3-9]\d{9}", local) else Q(pk__in=[])
    by_name = Q(name=name) if name else Q(pk__in=[])
    by_unit = Q(unit__name=name) | Q(unit__short_name=name) | Q(unit__aliases__name=name) if name else Q(pk__in=[])
    people = User.objects.filter(by_address | by_phone | by_name | by_unit, is_active=True)
    found = [
        _match(person, mail, local) for person in people.select_related("unit").order_by("name", "pk").distinct()[:30]
    ]
    if sum(match.certain for match in found) > 1:
        found = [
            replace(match, certain=False, ground="几个账号都用这个邮箱") if match.certain else match for match in found
        ]
    return sorted(found, key=lambda match: not match.certain)


def _match(person: User, mail: InboundMail, local: str) -> Match:
    address = mail.sender_address.lower()
    if address and address in (person.email.lower(), person.login_name.lower()):
        return Match(person, _MEMBER, certain=True)
    if local and local in (person.login_name, person.phone):
        return Match(person, f"发件地址里的手机号 {local} 是他的", certain=False)
    if person.name == mail.sender_name.strip():
        return Match(person, "只是姓名相同，请核对", certain=False)
    return Match(person, f"发件人写的是他的单位“{mail.sender_name.strip()}”", certain=False)


def unit_named(mail: InboundMail) -> Unit | None:
    """The unit whose name the sender gave as his own, if it is one alone."""
    name = mail.sender_name.strip()
    found = Unit.objects.filter(Q(name=name) | Q(short_name=name) | Q(aliases__name=name), is_active=True).distinct()[
        :2
    ]
    return found[0] if name and len(found) == 1 else None


@dataclass(frozen=True)
class Piece:
    """One manuscript to be made of a mail: `text` is the pk of an original, or BODY, or None for photographs alone;
    `photos` are pks of originals, in order; `title` stands where the text has none."""

    text: int | str | None
    photos: tuple[int, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Confirmed:
    """The manuscripts made, and what to tell of them in plain Chinese."""

    submissions: tuple[Submission, ...]
    remarks: tuple[str, ...]


def confirm(
    mail: InboundMail, actor, *, person: User, pieces: Iterable[Piece], section=None, call: Call | None = None, at=None
) -> Confirmed:
    """Make manuscripts of a waiting mail and register them; each sender's receipt goes out with its registering.

    All or nothing. Raises FileRefused for a file that cannot be read, Refused where something is missing, Handled
    where a colleague was first, PermissionDenied.
    """
    _require(actor)
    pieces = tuple(pieces)
    if not pieces:
        raise Refused("还没有选哪些是稿件。请给至少一个附件（或正文）选“作为文字稿”，或选出照片，再确认。")
    call = call or Call.objects.current() or Call.objects.first()
    if call is None:
        raise Refused("还没有征稿启事，稿件没有地方收。请先在“征稿启事”里建一份。")
    originals = {original.pk: original for original in mail.originals.all()}
    # Reading takes its time: before the transaction, so that nobody waits for it.
    arriving = [(piece, _arrived(mail, piece, originals)) for piece in pieces]
    at = at or timezone.now()
    made, remarks = [], []
    with transaction.atomic():
        _decide(mail, actor, InboundMail.State.CONFIRMED, at, member=person, unit=person.unit)
        for piece, arrived in arriving:
            taking = new_draft(
                arrived,
                contributor=person,
                call=call,
                channel=Submission.Channel.MAIL,
                by=actor,
                kind=Submission.Kind.TEXT if piece.text is not None else Submission.Kind.IMAGE,
                section=section,
                mail=mail,
            )
            for pk in (piece.text, *piece.photos):
                if pk in originals:
                    _share(originals[pk], taking.submission, actor)
            workflow.register(
                taking.submission, actor, received_on=timezone.localdate(mail.sent_at or mail.received_at), at=at
            )
            made.append(taking.submission)
            remarks += taking.remarks
        numbers = "、".join(submission.receipt_number for submission in made)
        Event.objects.record(actor, "收作稿件", mail, before="待确认", after="已收作稿件", note=numbers, at=at)
    return Confirmed(tuple(made), tuple(dict.fromkeys(remarks)))


def merge(mail: InboundMail, actor, submission: Submission, *, photos: Iterable[int] = (), at=None) -> list[str]:
    """Add a waiting mail to a manuscript its sender has already: files as originals, words with the mail beside it.

    What is typed in the manuscript stays. Photographs are attached only while the writer may still change it; after
    that they are kept as originals. Returns remarks. Raises Refused, Handled, PermissionDenied.
    """
    _require(actor)
    if submission.state in ("withdrawn", "rejected"):
        raise Refused(f"《{submission}》{submission.label}，不能再并入。请另收一篇，或选别的稿件。")
    chosen = list(photos)
    at = at or timezone.now()
    remarks: list[str] = []
    with transaction.atomic():
        _decide(
            mail, actor, InboundMail.State.MERGED, at, member=submission.contributor, unit=submission.contributor.unit
        )
        originals = list(mail.originals.all())
        for original in originals:
            _share(original, submission, actor)
        Submission.objects.filter(pk=submission.pk, mail__isnull=True).update(mail=mail)
        pictures = tuple(_picture(original) for original in originals if original.pk in chosen)
        if pictures and submission.is_editable:
            remarks += take_pictures(submission, pictures, actor)[1]
        elif pictures:
            remarks.append(f"稿件{submission.label}，照片已作为原件放在稿件旁边，没有插进正文。")
        # What the sender wrote with the files is said to the office, as if typed in the account; it is dealt with here.
        said = f"（来信《{mail}》）\n{own_words(mail.body)}".strip()
        Message.objects.create(
            submission=submission,
            author=submission.contributor,
            from_office=False,
            body=said,
            at=mail.sent_at or mail.received_at,
            read_at=at,
            settled_at=at,
        )
        Event.objects.record(actor, "并入来信", submission, note=f"《{mail}》，附件 {len(originals)} 个", at=at)
        Event.objects.record(
            actor,
            "并入稿件",
            mail,
            before="待确认",
            after="已并入稿件",
            note=str(submission.receipt_number or submission),
            at=at,
        )
    return remarks


def discard(mail: InboundMail, actor, *, reason: str, at=None) -> None:
    """Keep the mail, but as no manuscript. Raises Refused without a reason, Handled, PermissionDenied."""
    _require(actor)
    reason = reason.strip()
    if not reason:
        raise Refused("请写明为什么不作稿件，例如“广告”“问截稿日期，已电话答复”。")
    at = at or timezone.now()
    with transaction.atomic():
        _decide(mail, actor, InboundMail.State.DISCARDED, at, reason=reason[:200])
        Event.objects.record(actor, "不作稿件", mail, before="待确认", after="不作稿件", note=reason, at=at)


def restore(mail: InboundMail, actor, *, at=None) -> None:
    """Let a discarded mail wait again: nobody's mistake is for good. Raises Handled, PermissionDenied."""
    _require(actor)
    with transaction.atomic():
        moved = InboundMail.objects.filter(pk=mail.pk, state=InboundMail.State.DISCARDED).update(
            state=InboundMail.State.WAITING, handled_at=None, handled_by=None, reason=""
        )
        mail.refresh_from_db()
        if not moved:
            raise Handled(mail)
        Event.objects.record(actor, "恢复待确认", mail, before="不作稿件", after="待确认", at=at)


def _require(actor) -> None:
    if not actor.has_perm("submissions.register"):
        raise PermissionDenied("来信由编辑和编辑部主任办理，您的身份不办这一步。")


def _decide(mail: InboundMail, actor, state: InboundMail.State, at, **changes) -> None:
    """Compare and swap: only a waiting mail moves."""
    moved = InboundMail.objects.filter(pk=mail.pk, state=InboundMail.State.WAITING).update(
        state=state, handled_at=at, handled_by=actor, **changes
    )
    mail.refresh_from_db()
    if not moved:
        raise Handled(mail)


def _share(original: Original, submission: Submission, actor) -> None:
    """The file stands beside the manuscript too: another row, the same file on disk."""
    keep_original(_content(original), original.name, added_by=actor, submission=submission)


def _content(original: Original) -> bytes:
    with original.file.open("rb") as file:
        return file.read()


def _picture(original: Original) -> ArrivedPicture:
    return ArrivedPicture(original.name, _content(original))


def _arrived(mail: InboundMail, piece: Piece, originals: dict[int, Original]) -> ArrivedText:
    """The manuscript of one piece with its chosen photographs behind those its file holds."""
    photos = [originals[pk] for pk in piece.photos if pk in originals]
    if piece.text == BODY:
        read = _own_manuscript(mail, photos)
    elif piece.text is None:
        words = own_words(mail.body)
        read = ArrivedText(body=words, pictures=tuple(_picture(photo) for photo in photos))
    elif piece.text in originals:
        original = originals[piece.text]
        read = read_file(_content(original), original.name)
        read = replace(read, pictures=(*read.pictures, *(_picture(photo) for photo in photos)))
    else:
        raise Refused("选的附件不在这封来信里。请刷新页面再选。")
    return replace(read, title=piece.title or read.title or title_of(mail, originals.get(piece.text)))


def title_of(mail: InboundMail, original: Original | None = None) -> str:
    """The file's name without its ending, or the subject without Re: and Fwd:."""
    if original:
        return re.sub(r"\.\w{1,5}$", "", original.name)
    return (
        re.sub(r"^(?:\s*(?:re|fwd?|回复|答复|转发)\s*[:：])+\s*", "", mail.subject, flags=re.IGNORECASE)
        or "（没有主题的来信）"
    )


def _own_manuscript(mail: InboundMail, photos: list[Original]) -> ArrivedText:
    """The mail's own words as the text: 【图片：name】 becomes the mark of the chosen photograph of that name."""
    words = own_words(mail.body)
    words = re.sub(rf"{FORWARDED}\n(?:(?:发件人|时间|主题)：.*\n)*", "", words).strip("\n")
    numbers = {photo.name: number for number, photo in reversed(list(enumerate(photos, 1)))}
    text = _PICTURE_MARK.sub(lambda match: f"【照片{numbers[match[1]]}】" if match[1] in numbers else "", words)
    remarks = ("邮件里的签名和引用的旧信没有放进正文，都在来信里。",) if words != mail.body.strip("\n") else ()
    return ArrivedText(body=text, pictures=tuple(_picture(photo) for photo in photos), remarks=remarks)


def kind_of_original(original: Original) -> FileKind:
    return kind_of(original.name, _content(original))
