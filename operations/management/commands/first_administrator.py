import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from members.models import Event, User, normal_login_name, validate_login_name
from members.roles import Role


class Command(BaseCommand):
    help = "建第一个管理员账号，密码只显示这一次。已有管理员时不做：再加人在后台“账号”里加。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("login_name", help="手机号或邮箱")
        parser.add_argument("name", help="姓名")

    def handle(self, *args, login_name: str, name: str, **options):
        login_name, password = normal_login_name(login_name), new_password()
        try:
            validate_login_name(login_name)
        except ValidationError as error:
            raise CommandRefused(error.messages[0]) from None
        with transaction.atomic():
            if User.objects.holding(Role.ADMINISTRATOR).exists():
                raise CommandRefused("已经有管理员了。再加人请在后台“账号”里加；忘了密码，请别的管理员重设。")
            if User.objects.filter(login_name=login_name).exists():
                raise CommandRefused(f"登录名 {login_name} 已有人用，请换一个。")
            user = User.objects.create_user(
                login_name, password, name=name, approved_at=timezone.now(), roles=[Role.ADMINISTRATOR]
            )
            Event.objects.record(None, "建第一个管理员", user)
        if options["as_json"]:
            self.print_json({"login_name": login_name, "name": name, "password": password})
            return
        self.stdout.write(f"管理员 {name} 已建好。登录名 {login_name}，密码 {password}")
        self.stdout.write("请现在登录，在“我的账号”里换成自己的密码。")


def new_password() -> str:
    """Fourteen characters that nobody confuses when reading them aloud; passes the site's own rules."""
    letters, digits = "abcdefghjkmnpqrstuvwxyz", "23456789"
    while True:
        password = "-".join(
            ["".join(secrets.choice(letters + letters.upper() + digits) for _ in range(4)) for _ in range(3)]
        )
        try:
            validate_password(password)
        except ValidationError:
            continue
        return password
