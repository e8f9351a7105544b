"""Signing in, step by step: login name and password, then the code where the account has a second factor.

Two pages ask for it: the sign-in page, and the page that keeps a text whose session has ended.
"""

from django import forms
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone

from . import attempts, audit, mail, second_factor
from .forms import SignInForm, name_what_is_missing
from .models import Event, User

NEW_ADDRESS = "从新地址登录"


class CodeForm(forms.Form):
    """The second step. Takes the six digits of the app or a recovery code."""

    otp = forms.CharField(
        label="验证码",
        max_length=20,
        help_text="手机验证器里现在显示的 6 位数字；手机不在身边，填一个 8 位恢复码。",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "class": "number"}
        ),
    )

    def __init__(self, request, data=None, *, person: User, **kwargs):
        super().__init__(data, **kwargs)
        self.person = person
        name_what_is_missing(self)

    def clean_otp(self):
        try:
            second_factor.check(self.person, self.cleaned_data["otp"])
        except second_factor.CodeRefused as refusal:
            raise ValidationError(str(refusal)) from None
        return self.cleaned_data["otp"]

    def get_user(self) -> User:
        return self.person


def next_form(request, data=None):
    """The form of the present step; bound where `data` holds an answer to it."""
    if person := second_factor.pending(request):
        return CodeForm(request, data if data and "otp" in data else None, person=person)
    return SignInForm(request, data if data and "password" in data else None)


def enter(request, form) -> bool:
    """Take a valid form. True: signed in, in a session with a new key; False: the code is still owed."""
    person = form.get_user()
    is_second = isinstance(form, CodeForm)
    if not is_second and second_factor.is_set_up(person):
        second_factor.hold(request, person)
        return False
    second_factor.drop(request)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    if is_second:
        second_factor.note_passed(request)
    _tell_of_new_address(request, person)
    Event.objects.record(person, "登录", person)
    return True


def _tell_of_new_address(request, person: User) -> None:
    """A member of the office signs in from where this account never did: told to the trail, and to the person."""
    address = audit.current_address()
    signed_in_before = Event.objects.filter(actor=person, verb="登录")
    if not person.is_staff or not address or attempts.is_familiar(person.login_name, address):
        return
    if not signed_in_before.exists():
        return
    Event.objects.record(person, NEW_ADDRESS, person)
    if mail.goes_to(person):
        context = {"person": person, "address": address, "at": timezone.now()}
        mail.send_beside(
            person, "账号从新地址登录", render_to_string("members/new_address_mail.txt", context, request=request)
        )
