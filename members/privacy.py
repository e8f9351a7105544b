"""个人信息处理说明: what is kept of a person and why, by version, and who agreed to which and when."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

FIRST_NOTICE = """一、我们收集什么
姓名、手机号或邮箱、单位、职务，由您自己填写；您投的稿件和照片；登录的时间、网络地址和设备种类。没有别的。

二、用来做什么
联系您、办理稿件、署名、寄样刊和稿费、统计单位的投稿采用情况；登录记录只用来保证账号安全。不做别的用途，不给第三方，不向境外提供。

三、谁看得到
手机、邮箱只有编辑部看得到，不向读者显示。刊发的文章署名向读者显示。

四、保存多久
账号在用期间一直保存。登录和操作记录至少保存六个月。已经刊发的文章和署名作为出版物长期保存。

五、您可以做什么
在“我的账号”里看、改、下载您的个人信息，也可以注销账号。注销以后，没有投出的草稿删除，留下的记录不再显示您的姓名；已经刊发的署名照刊出的样子保留。
有疑问，请给编辑部打电话。"""


class PrivacyNoticeQuerySet(models.QuerySet):
    def current(self, at=None) -> "PrivacyNotice | None":
        return self.filter(in_force_from__lte=at or timezone.now()).order_by("-in_force_from", "-pk").first()


class PrivacyNotice(models.Model):
    """One version of the notice. Once somebody agreed to it, it is not changed: a new version is written."""

    version = models.CharField("版本", max_length=20, unique=True, help_text="例如“2027年第1版”。")
    text = models.TextField("正文", help_text="一行一段，空一行分节。")
    in_force_from = models.DateTimeField("启用时间", default=timezone.now)

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人信息处理说明"
        ordering = ("-in_force_from", "-pk")

    def __str__(self):
        return self.version

    @property
    def is_agreed_to(self) -> bool:
        return self.pk is not None and self.agreements.exists()

    def clean(self):
        if self.is_agreed_to:
            raise ValidationError("已经有人同意这一版，不能再改。请新写一版。")


class Agreement(models.Model):
    """A person agreed to a version, then."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="agreements", verbose_name="账号")
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, related_name="agreements", verbose_name="版本")
    at = models.DateTimeField("同意时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "同意记录"
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=("user", "notice"), name="agreement_once")]

    def __str__(self):
        return f"{self.user} {self.notice}"


def agree(person, notice: PrivacyNotice) -> None:
    """Safe to repeat: the first time stands."""
    Agreement.objects.get_or_create(user=person, notice=notice)


def ensure_notice(**kwargs) -> None:
    """A new database begins with a notice that is true of this program (post_migrate)."""
    if not PrivacyNotice.objects.exists():
        PrivacyNotice.objects.create(version="第1版", text=FIRST_NOTICE)
