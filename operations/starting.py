"""What a site in earnest refuses to start with, once the database can be asked."""

import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from members.models import User
from submissions.demo.people import ACCOUNTS, PASSWORD

log = logging.getLogger(__name__)


def refuse_demonstration() -> None:
    """Raise ImproperlyConfigured where PRODUCTION=1 and a demonstration's account still has the password everybody knows.

    A database that is away is no reason to refuse: it may come back, and /readyz tells.
    """
    if not settings.PRODUCTION:
        return
    try:
        open_to_all = demonstration_accounts()
    except DatabaseError as error:
        log.warning("demonstration accounts not looked for: %s", type(error).__name__)
        return
    if open_to_all:
        raise ImproperlyConfigured(
            f"正式运行（PRODUCTION=1）的数据库里有演示账号：{'、'.join(open_to_all)}。"
            "演示密码人人知道，请换一个没有装演示数据的数据库，或先改掉这些密码、停用账号。"
        )


def demonstration_accounts() -> list[str]:
    """Login names of the demonstration that can still sign in with its password."""
    names = [account.login_name for account in ACCOUNTS]
    active = User.objects.filter(login_name__in=names, is_active=True).order_by("login_name")
    return [user.login_name for user in active if user.check_password(PASSWORD)]
