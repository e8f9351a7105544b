"""The field of a form that takes the scan of a signed sheet; what is no scan is refused by `signed.store_sheet`."""

from django import forms

from .. import signed


def scan_field(missing: str = "", *, label: str = "签字件扫描") -> forms.FileField:
    """`missing` is said where a scan has to come and did not; empty where it need not come."""
    return forms.FileField(
        label=label,
        required=bool(missing),
        help_text=signed.HELP,
        widget=forms.FileInput(attrs={"accept": signed.ACCEPT}),
        error_messages={"required": missing, "empty": "扫描件是空文件（0 字节）。请重新选择，或重新扫描。"},
    )
