import re

from django.core.exceptions import ValidationError

LEAST = 8
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
HELP = "密码至少 8 个字符，并且至少含小写字母、大写字母、数字、符号中的三种。"


class LengthAndClassesValidator:
    """At least 8 characters in three of four classes (RULES.md section 10, accounts).

    One rule with one sentence: Django's own rule of length speaks English in zh-hans.
    """

    def validate(self, password, user=None):
        classes = sum(bool(re.search(pattern, password)) for pattern in CLASSES)
        if len(password) < LEAST or classes < 3:
            raise ValidationError(HELP, code="password_too_plain")

    def get_help_text(self):
        return HELP
