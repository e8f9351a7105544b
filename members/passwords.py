import re

from django.core.exceptions import ValidationError

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
HELP = "密码至少 8 个字符，并且至少含小写字母、大写字母、数字、符号中的三种。"


class ThreeClassesValidator:
    """At least three of four character classes (RULES.md section 10, accounts)."""

    def validate(self, password, user=None):
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(HELP, code="password_too_plain")

    def get_help_text(self):
        return HELP
