"""Accounts: sign in, apply for one, keep the own contact up to date."""

import re

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from . import attempts, invitations
from .models import PHONE, Event, Unit, User, normal_login_name, validate_login_name
from .passwords import HELP as PASSWORD_HELP
from .privacy import PrivacyNotice, agree
from .roles import Role

WRONG = "登录名或密码不对。请检查手机号或邮箱有没有写错、大小写键有没有打开；忘了密码，请点“忘了密码”。"
LOCKED = "这个登录名连续输错 5 次密码，先停 15 分钟。请过一会儿再试；忘了密码，请点“忘了密码”。"
_TELEPHONE = re.compile(r"\+?\d[\d\-() ]{5,}\d")
_PASSWORD_FAULTS = {
    "password_too_plain": "这个密码太短或太简单。请按上面说的要求换一个。",
    "password_too_common": "这个密码用的人太多，容易被猜到。请换一个。",
    "password_too_similar": "密码和姓名、登录名太像，容易被猜到。请换一个。",
}


def check_password(password: str, person: User) -> None:
    """Raises ValidationError with each fault said once, in Chinese: Django's catalogue leaves some in English."""
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        faults = [_PASSWORD_FAULTS.get(fault.code, "".join(fault.messages)) for fault in error.error_list]
        raise ValidationError(list(dict.fromkeys(faults))) from None


def name_what_is_missing(form: forms.Form) -> None:
    """An empty field is told by its name, with what to do."""
    for field in form.fields.values():
        field.error_messages["required"] = f"还没有写{field.label}。请写上。"


class SignInForm(AuthenticationForm):
    """Any spelling of the phone number or address; nothing said tells whether the account exists."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, name.max_length = "手机号或邮箱", None
        name.widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "maxlength": 200})
        password.label = "密码"
        name_what_is_missing(self)

    def clean(self):
        login_name = normal_login_name(self.cleaned_data.get("username") or "")
        if login_name and not attempts.may_sign_in(login_name):
            raise ValidationError(LOCKED, code="locked")
        try:
            cleaned = super().clean()
        except ValidationError as error:
            if error.code == "waiting":
                attempts.signed_in(login_name)
            raise
        attempts.signed_in(login_name)
        return cleaned

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        # Said only to who knows the password.
        if not user.approved_at and not user.is_superuser:
            raise ValidationError(
                "账号还在等编辑部批准，批准后就能登录。等了超过两个工作日，请给编辑部打电话。", code="waiting"
            )


class PersonForm(forms.Form):
    """Who somebody is and how they sign in: what an application and an invitation both ask, and no more."""

    name = forms.CharField(label="姓名", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    login_name = forms.CharField(
        label="手机号或邮箱",
        max_length=100,
        help_text="以后用它登录，编辑部也用它联系您。",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agreed = forms.BooleanField(error_messages={"required": "还没有同意个人信息处理说明。请看过以后打勾。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)
        self.notice = PrivacyNotice.objects.current()
        if self.notice is None:
            del self.fields["agreed"]
        else:
            self.fields["agreed"].label = f"我看过并同意《个人信息处理说明》（{self.notice}）"
            self.fields["agreed"].error_messages["required"] = "还没有同意个人信息处理说明。请看过以后打勾。"

    def clean_login_name(self):
        login_name = normal_login_name(self.cleaned_data["login_name"])
        validate_login_name(login_name)
        return login_name

    def clean(self):
        cleaned = super().clean()
        if password := cleaned.get("password"):
            person = User(login_name=cleaned.get("login_name", ""), name=cleaned.get("name", ""))
            try:
                check_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def _create(self, **fields) -> User | None:
        """The new account, inside the caller's transaction; None where the login name has one already."""
        data = self.cleaned_data
        login_name = data["login_name"]
        # Hashed for a taken name as well: the answer takes as long.
        hashed = make_password(data["password"])
        if User.objects.filter(login_name__iexact=login_name).exists():
            return None
        is_phone = PHONE.fullmatch(login_name)
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    login_name,
                    name=data["name"],
                    phone=login_name if is_phone else "",
                    email="" if is_phone else login_name,
                    roles=[Role.CONTRIBUTOR],
                    **fields,
                )
        except IntegrityError:
            return None  # sent twice at once
        user.password = hashed
        user.save(update_fields=["password"])
        if self.notice:
            agree(user, self.notice)
        return user


class SignUpForm(PersonForm):
    """An application for an account. It waits for an editor; a name that is taken gets the same answer."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", required=False, empty_label="请选择；没有就写在下面"
    )
    unit_claimed = forms.CharField(
        label="单位不在上面",
        max_length=100,
        required=False,
        help_text="写全称，编辑部批准时登记。",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    field_order = ("name", "login_name", "unit", "unit_claimed", "password", "agreed")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(is_active=True, merged_into__isnull=True)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("unit") and not (cleaned.get("unit_claimed") or "").strip():
            self.add_error("unit_claimed", "还没有写单位。请在上面选一个，或在这里写全称。")
        return cleaned

    @transaction.atomic
    def apply(self) -> User | None:
        """The new account, waiting for approval; None where the login name has one already."""
        data = self.cleaned_data
        user = self._create(unit=data["unit"], unit_claimed=data["unit_claimed"].strip())
        if user:
            Event.objects.record(user, "申请账号", user, note=user.unit_claimed)
        return user


class JoinForm(PersonForm):
    """Who comes by a unit's invitation: a contributor of the unit at once."""

    @transaction.atomic
    def join(self, invitation: invitations.UnitInvitation) -> User | None:
        """The new account; None where the login name has one already. Raises NotOpen, and then nothing is made."""
        user = self._create(unit=invitation.unit, approved_at=timezone.now(), approved_by=invitation.created_by)
        if user:
            invitations.take_place(invitation, user)
        return user


class InvitationForm(forms.Form):
    """A new invitation of a unit. `actor` decides which units are offered."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="哪个单位", empty_label="请选择")
    uses = forms.IntegerField(
        label="给几个人用", min_value=1, max_value=invitations.MOST_USES, initial=1, help_text="每人注册一次算一个。"
    )
    days = forms.IntegerField(label="几天内有效", min_value=1, max_value=invitations.MOST_DAYS, initial=7)

    def __init__(self, actor, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)
        units = invitations.units_to_invite_for(actor)
        self.fields["unit"].queryset = units
        if len(units) == 1:
            self.fields["unit"].initial = units[0]
            self.fields["unit"].empty_label = None
        for name, most in (("uses", invitations.MOST_USES), ("days", invitations.MOST_DAYS)):
            said = f"请写 1 到 {most} 之间的整数。"
            self.fields[name].error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), said)


class ForgottenForm(forms.Form):
    login_name = forms.CharField(
        label="手机号或邮箱",
        max_length=200,
        help_text="登录用的那个。",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)

    def clean_login_name(self):
        return normal_login_name(self.cleaned_data["login_name"])


class FreshPasswordForm(forms.Form):
    """A new password, twice, for who cannot give the old one."""

    password = forms.CharField(
        label="新密码",
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, person: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        name_what_is_missing(self)

    def clean(self):
        cleaned = super().clean()
        password = cleaned.get("password")
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error("again", "两次输入的新密码不一样。请重新输入。")
        if password:
            try:
                check_password(password, self.person or User(login_name=cleaned.get("login_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class RedeemForm(FreshPasswordForm):
    """A code that an editor told, and a new password; an unknown name and a wrong code get the same answer."""

    login_name = ForgottenForm.base_fields["login_name"]
    code = forms.CharField(
        label="重设码",
        max_length=30,
        help_text="编辑部在电话里告诉您的 12 位字母和数字，横线、大小写随意。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ("login_name", "code", "password", "again")

    def clean_login_name(self):
        return normal_login_name(self.cleaned_data["login_name"])


class ContactForm(forms.ModelForm):
    """What a person may change alone; name and unit stand in bylines and ledgers, so an editor changes them.

    A new e-mail address asks for the password: links for a new password go there, and an unattended screen is not
    enough to send them elsewhere.
    """

    password = forms.CharField(
        label="您的密码",
        required=False,
        strip=False,
        help_text="改了邮箱才要填：忘了密码时，重设的链接发到这个邮箱。",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ("post", "phone", "email", "wants_reminders")
        widgets = {
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        error_messages = {"email": {"invalid": "邮箱写得不对。请写成 name@example.com 这样，没有就留空。"}}

    def clean_phone(self):
        phone = self.cleaned_data["phone"].strip()
        if phone and not _TELEPHONE.fullmatch(phone):
            raise ValidationError("电话写得不对。请写 11 位手机号，或带区号的电话，没有就留空。")
        return phone

    def clean(self):
        cleaned = super().clean()
        if "email" in self.changed_data and cleaned.get("email"):
            if not attempts.take(attempts.OWN_PASSWORD, self.instance.pk):
                self.add_error("password", "密码连续输错 5 次，先停 15 分钟。请过一会儿再改邮箱。")
            elif not self.instance.check_password(cleaned.get("password", "")):
                self.add_error("password", "改邮箱要填您现在的密码，这里没有填或者不对。请重新输入。")
            else:
                attempts.forget(attempts.OWN_PASSWORD, self.instance.pk)
        return cleaned


class NewPasswordForm(PasswordChangeForm):
    error_messages = {
        "password_mismatch": "两次输入的新密码不一样。请重新输入。",
        "password_incorrect": "现在的密码不对。请重新输入。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label, help_text in (
            ("old_password", "现在的密码", ""),
            ("new_password1", "新密码", PASSWORD_HELP),
            ("new_password2", "再输一次新密码", ""),
        ):
            self.fields[name].label, self.fields[name].help_text = label, help_text
        name_what_is_missing(self)

    def validate_password_for_user(self, user, *args, **kwargs):
        """Said at the field that tells what a password must have."""
        if password := self.cleaned_data.get("new_password1"):
            try:
                check_password(password, user)
            except ValidationError as error:
                self.add_error("new_password1", error)
