"""People, their units, and the audit trail of everything they do."""

import re
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from . import audit
from .roles import EDITORIAL, REVIEWERS, Role

PHONE = re.compile(r"1[3-9]\d{9}")


def normal_login_name(text: str) -> str:
    """A phone number as 11 digits, an e-mail address in lower case; other input is only trimmed."""
    text = text.strip()
    digits = re.sub(r"[\s\-－—]", "", text).removeprefix("+86")
    return digits if PHONE.fullmatch(digits) else text.lower()


def validate_login_name(text: str) -> None:
    if PHONE.fullmatch(text):
        return
    try:
        validate_email(text)
    except ValidationError:
        raise ValidationError(
            "登录名“%(text)s”既不是 11 位手机号，也不是邮箱。请重新填写。", params={"text": text}
        ) from None


class Unit(models.Model):
    """A unit that sends manuscripts: a district, a bureau, a community (投稿单位)."""

    name = models.CharField("全称", max_length=100, unique=True)
    short_name = models.CharField(
        "简称", max_length=40, blank=True, help_text="目录、台账里显示，例如“吉阳区委组织部”。"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    endorsement_required = models.BooleanField("来稿须经单位审核", default=False)
    is_active = models.BooleanField("在用", default=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_units",
        verbose_name="已并入",
        editable=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")), name="unit_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="unit_not_merged_into_itself",
            ),
        ]

    def __str__(self):
        return self.short_name or self.name

    def clean(self):
        seen, unit = {self.pk}, self.parent
        while unit is not None:
            if unit.pk in seen:
                raise ValidationError({"parent": f"“{unit}”已经是本单位的下级，不能再作上级。请另选一个。"})
            seen.add(unit.pk)
            unit = unit.parent


class UnitAlias(models.Model):
    """Another name under which a unit has been printed or signs."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name="单位")
    name = models.CharField("别名", max_length=100, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        ordering = ("name",)

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, login_name: str, password: str | None = None, *, roles=(), **fields) -> "User":
        user = self.model(login_name=normal_login_name(login_name), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.set_roles(roles)
        return user

    def create_superuser(self, login_name: str, password: str | None = None, **fields) -> "User":
        fields = {"is_superuser": True, "approved_at": timezone.now(), "name": "管理员"} | fields
        return self.create_user(login_name, password, roles=[Role.ADMINISTRATOR], **fields)

    def get_by_natural_key(self, username):
        return self.get(login_name=normal_login_name(username))

    def holding(self, *roles: Role):
        return self.filter(groups__name__in=[role.label for role in roles], is_active=True).distinct()


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The login name is a phone number or an e-mail address."""

    login_name = models.CharField(
        "登录名", max_length=100, unique=True, help_text="手机号或邮箱。", validators=[validate_login_name]
    )
    name = models.CharField("姓名", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="单位")
    post = models.CharField("职务", max_length=60, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True, help_text="只供编辑部联系，不向读者显示。")
    email = models.EmailField("邮箱", blank=True, help_text="填了才会收到邮件；不填，通知都在账号里。")
    wants_reminders = models.BooleanField(
        "收提醒邮件", default=True, help_text="催稿和来信提醒。收稿、退修、用稿等通知不受影响，照常发送。"
    )
    unit_claimed = models.CharField("申请时填的单位", max_length=100, blank=True)
    is_active = models.BooleanField("可以登录", default=True, help_text="人员离开时取消勾选，不要删除。")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    date_joined = models.DateTimeField("申请时间", default=timezone.now, editable=False)

    USERNAME_FIELD = "login_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(Lower("login_name"), name="user_login_name_unique_any_case")]

    def __str__(self):
        return self.name or self.login_name

    def clean(self):
        super().clean()
        self.login_name = normal_login_name(self.login_name)

    def get_short_name(self):
        return self.name

    def set_roles(self, roles) -> None:
        from django.contrib.auth.models import Group

        self.groups.set(Group.objects.filter(name__in=[Role(role).label for role in roles]))
        self.__dict__.pop("roles", None)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The person's roles; none while the account waits for approval or is switched off."""
        if not (self.is_active and self.approved_at):
            return frozenset()
        names = set(self.groups.values_list("name", flat=True))
        return frozenset(role for role in Role if role.label in names)

    @property
    def is_member(self) -> bool:
        """May read 内部 issues: an approved account, whatever its role (DESIGN.md 6)."""
        return bool(self.is_active and self.approved_at)

    @property
    def is_editorial(self) -> bool:
        return bool(self.roles & EDITORIAL)

    @property
    def is_reviewer(self) -> bool:
        return bool(self.roles & REVIEWERS)

    @property
    def is_staff(self) -> bool:
        """Django's name for: may enter the admin."""
        return self.is_editorial or (self.is_active and self.is_superuser)


class EventQuerySet(models.QuerySet):
    """Written once: no door for changing or deleting rows, but `prune` for those past their time."""

    def update(self, **kwargs):
        raise TypeError("An event is written once and never changed.")

    def bulk_update(self, objs, fields, batch_size=None):
        raise TypeError("An event is written once and never changed.")

    def delete(self):
        raise TypeError("An event is never deleted here; retention has its own command.")

    def _raw_delete(self, using):
        raise TypeError("An event is never deleted here; retention has its own command.")

    def prune(self, days: int) -> int:
        """Delete what is older than `days` (whole days, no fewer than RETENTION_DAYS); how many rows. ValueError."""
        if days < audit.RETENTION_DAYS:
            raise ValueError(f"Events are kept for {audit.RETENTION_DAYS} days.")
        old = models.QuerySet(Event, using=self.db).filter(at__lt=timezone.now() - timedelta(days=days))
        return old._raw_delete(self.db)

    def anonymise(self, person: "User", label: str) -> None:
        """A closed account: what happened stays, who it was is told no more. What was done, when and from where stays."""
        rows = models.QuerySet(Event, using=self.db)
        rows.filter(actor=person).update(actor_name=label)
        rows.filter(subject_type=User._meta.label_lower, subject_id=str(person.pk)).update(subject_label=label)

    def about(self, subject: models.Model):
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class EventManager(models.Manager.from_queryset(EventQuerySet)):
    def record(self, actor, verb: str, subject: models.Model, *, before="", after="", note="", data=None, at=None):
        """Write one line of the audit trail; call it inside the transaction that makes the change."""
        audit.note_told(subject._meta.label_lower, str(subject.pk))
        return self.create(
            actor=actor if actor is not None and actor.pk else None,
            actor_name=str(actor) if actor is not None else "系统",
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            subject_label=str(subject)[:200],
            before=before,
            after=after,
            note=note,
            data=data or {},
            at=at or audit.current_moment() or timezone.now(),
            address=audit.current_address(),
        )


class Event(models.Model):
    """Who did what to what, and when. Written once, never changed."""

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="events", verbose_name="办理人")
    actor_name = models.CharField("姓名", max_length=100)
    verb = models.CharField("事项", max_length=40)
    subject_type = models.CharField("对象类别", max_length=60)
    subject_id = models.CharField("对象编号", max_length=40)
    subject_label = models.CharField("对象", max_length=200)
    before = models.CharField("之前", max_length=40, blank=True)
    after = models.CharField("之后", max_length=40, blank=True)
    note = models.TextField("说明", blank=True)
    data = models.JSONField("细节", default=dict, blank=True)
    # Where the act came from; empty for what the program did by itself.
    address = models.GenericIPAddressField("来自", null=True, blank=True)

    objects = EventManager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("subject_type", "subject_id", "at"), name="event_subject")]

    def __str__(self):
        return f"{self.actor_name} {self.verb} {self.subject_label}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("An event is written once and never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An event is never deleted here; retention has its own command.")


from .attempts import Attempt  # noqa: E402, F401
from .departures import Departure  # noqa: E402, F401
from .invitations import UnitInvitation  # noqa: E402, F401
from .privacy import Agreement, PrivacyNotice  # noqa: E402, F401
from .resets import ResetCode  # noqa: E402, F401
from .sessions import SignedIn  # noqa: E402, F401
