"""The one home of a text: its versions in order, and the approvals that stand on them."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from journal.text.blocks import canonical, picture_ids, plain_text
from journal.text.count import count_words

from .picture import Picture


@dataclass(frozen=True)
class Content:
    """Everything of a piece that reviewers approve. `bylines` are dicts with kind, name, affiliation.

    html is made canonical on the way in; words counts the body alone (RULES.md section 4).
    """

    title: str
    html: str
    kicker: str = ""
    subtitle: str = ""
    bylines: list[dict] = field(default_factory=list)
    author_note: str = ""
    source_note: str = ""
    credits: str = ""

    def __post_init__(self):
        object.__setattr__(self, "html", canonical(self.html))

    @property
    def digest(self) -> str:
        """SHA-256 over title, notes, bylines and canonical blocks with captions in order (DESIGN.md 2)."""
        packed = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(packed.encode()).hexdigest()

    @property
    def words(self) -> int:
        return count_words(plain_text(self.html))


class Text(models.Model):
    """One piece of writing on its whole way; submission and article point to the same row (DESIGN.md 1)."""

    created_at = models.DateTimeField(auto_now_add=True)
    current = models.OneToOneField(
        "journal.TextVersion", models.PROTECT, null=True, related_name="current_of", verbose_name="现行版本"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文本"

    def __str__(self):
        return self.current.title if self.current else f"文本 {self.pk}"

    def save_version(self, content: Content, by, reason: str, *, at=None, substantive=True) -> "TextVersion":
        """Append a version and make it current; unchanged content gives the current version back.

        Call inside a transaction. `reason` is what people see in the list of versions.
        """
        if self.current is not None and self.current.digest == content.digest:
            return self.current
        version = TextVersion.objects.create(
            text=self,
            number=self.versions.count() + 1,
            author=by,
            reason=reason,
            substantive=substantive,
            created_at=at or timezone.now(),
            digest=content.digest,
            words=content.words,
            **asdict(content),
        )
        # A figure may name a picture that does not exist (typed, or pasted from elsewhere): it shows nothing.
        version.pictures.set(Picture.objects.filter(pk__in=picture_ids(version.html)))
        self.current = version
        self.save(update_fields=["current"])
        return version


class TextVersion(models.Model):
    """A text as it stood at one time. Never changed once written."""

    text = models.ForeignKey(Text, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    kicker = models.CharField("肩题", max_length=100, blank=True)
    title = models.CharField("标题", max_length=200)
    subtitle = models.CharField("副标题", max_length=200, blank=True)
    bylines = models.JSONField("署名", default=list, blank=True)
    author_note = models.CharField("作者说明", max_length=300, blank=True)
    source_note = models.CharField("来源说明", max_length=300, blank=True)
    credits = models.CharField("文末署名", max_length=300, blank=True)
    html = models.TextField("正文")
    words = models.PositiveIntegerField("字数")
    digest = models.CharField("校验值", max_length=64)
    pictures = models.ManyToManyField("journal.Picture", related_name="versions", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="text_versions", verbose_name="改稿人"
    )
    reason = models.CharField("缘由", max_length=100)
    # A proof correction (校样改动) is not substantive: approvals stay (DESIGN.md 3).
    substantive = models.BooleanField("实质改动", default=True)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "文本版本"
        ordering = ("text", "number")
        constraints = [models.UniqueConstraint(fields=("text", "number"), name="text_version_number_unique")]

    def __str__(self):
        return f"{self.title}（第{self.number}版）"

    @property
    def content(self) -> Content:
        return Content(**{name: getattr(self, name) for name in Content.__dataclass_fields__})


class ApprovalQuerySet(models.QuerySet):
    def on(self, text: Text):
        return self.filter(version__text=text)

    def standing(self):
        return self.filter(revoked_at__isnull=True)

    def passed(self):
        return self.standing().filter(decision=Approval.Decision.PASSED)

    def held_by(self, person):
        """What counts as done by `person`: decided in person, or signed on paper and recorded by a colleague (补录).

        A signer without an account is known by name; the recorder only wrote it down.
        """
        own = Q(person=person) & (Q(recorded_by__isnull=True) | ~Q(recorded_by=person))
        return self.filter(own | Q(recorded_by__isnull=False, signer=person.name))

    def in_force(self):
        """Neither revoked nor overtaken: no substantive version came after the one that was read (DESIGN.md 3)."""
        later = TextVersion.objects.filter(
            text=OuterRef("version__text"), number__gt=OuterRef("version__number"), substantive=True
        )
        return self.standing().filter(~Exists(later))


class Approval(models.Model):
    """One decision of one person on one version: review, endorsement, 保密审查, proof (DESIGN.md 3).

    审签 and 付印 are about a whole issue: they stand on a round of its galleys instead.
    """

    class Kind(models.TextChoices):
        ENDORSEMENT = "endorsement", "单位审核"
        FIRST = "first", "初审"
        SECOND = "second", "复审"
        FINAL = "final", "终审"
        SECRECY = "secrecy", "保密审查"
        PROOF_1 = "proof_1", "一校"
        PROOF_2 = "proof_2", "二校"
        PROOF_3 = "proof_3", "三校"
        READ_THROUGH = "read_through", "通读"
        GALLEY = "galley", "清样审签"
        PRINT = "print", "付印"

    class Decision(models.TextChoices):
        PASSED = "passed", "通过"
        RETURNED = "returned", "退修"
        REJECTED = "rejected", "退稿"

    class Conclusion(models.TextChoices):
        """What a 保密审查 allows: it narrows the access of the article, never widens it (DESIGN.md 6)."""

        PUBLIC = "public", "可公开"
        INTERNAL = "internal", "仅内部"
        NONE = "none", "不予刊发"

    REVIEWS = (Kind.FIRST, Kind.SECOND, Kind.FINAL)
    PROOFS = (Kind.PROOF_1, Kind.PROOF_2, Kind.PROOF_3)
    # What leaders write on the sheet that goes round with a galley, by the decision it comes to.
    SIGNED = {Decision.PASSED: "同意付印", Decision.RETURNED: "修改后付印", Decision.REJECTED: "不同意付印"}

    kind = models.CharField("环节", max_length=12, choices=Kind)
    version = models.ForeignKey(
        TextVersion, models.PROTECT, null=True, blank=True, related_name="approvals", verbose_name="版本"
    )
    galley = models.ForeignKey(
        "journal.GalleyRound", models.PROTECT, null=True, blank=True, related_name="approvals", verbose_name="清样"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals", verbose_name="办理人"
    )
    decision = models.CharField("结论", max_length=10, choices=Decision)
    opinion = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间", default=timezone.now)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    conclusion = models.CharField("保密审查结论", max_length=10, choices=Conclusion, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    # What was signed on paper (补录): who signed, when, the scan; `recorded_by` typed it in.
    signer = models.CharField("签字人", max_length=60, blank=True)
    post = models.CharField("签字人职务", max_length=40, blank=True)
    signed_on = models.DateField("签字日期", null=True, blank=True)
    scan = models.ForeignKey(
        "journal.SignedSheet",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name="签字件扫描",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补录人"
    )
    # Why one person held two stages, or why a stage was recorded afterwards (small-office profile, RULES.md 3).
    reason = models.CharField("一人多岗或补录的原因", max_length=200, blank=True)
    # Proofs: how many errors of each ProofMark.Error kind the proofreader found.
    errors = models.JSONField("差错数", default=dict, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审校记录"
        ordering = ("at", "pk")
        constraints = [
            # Two editors at once: the second pass of one stage on one version is refused by the database.
            models.UniqueConstraint(
                fields=("version", "kind"),
                condition=Q(revoked_at__isnull=True, decision="passed"),
                name="approval_passed_once_a_version",
            ),
            models.UniqueConstraint(
                fields=("galley",),
                condition=Q(revoked_at__isnull=True, kind="print"),
                name="approval_printed_once_a_galley",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False, galley__isnull=True) & ~Q(kind__in=("galley", "print"))
                | Q(version__isnull=True, galley__isnull=False, kind__in=("galley", "print")),
                name="approval_on_text_or_galley",
            ),
        ]

    def __str__(self):
        if self.kind in (self.Kind.GALLEY, self.Kind.PRINT):
            return f"{self.get_kind_display()}：{self.told}"
        if self.conclusion:
            return f"{self.get_kind_display()}：{self.get_conclusion_display()}"
        return f"{self.get_kind_display()}{self.get_decision_display()}"

    @property
    def holder(self) -> str:
        """The name of who holds it: the signer of a paper, else who decided."""
        return self.signer or str(self.person)

    def is_held_by(self, person) -> bool:
        """`ApprovalQuerySet.held_by` for a row that is loaded: who recorded a paper only wrote it down."""
        if self.recorded_by_id is None:
            return self.person_id == person.pk
        return self.signer == person.name or person.pk == self.person_id != self.recorded_by_id

    @property
    def told(self) -> str:
        """The conclusion in the words it was given in."""
        if self.kind in (self.Kind.GALLEY, self.Kind.PRINT):
            return self.SIGNED[self.Decision(self.decision)]
        return self.get_conclusion_display() or self.get_decision_display()
