"""公文格式检查: a Word file against GB/T 9704—2012, and a corrected copy. Nothing of it is kept on the server."""

from io import BytesIO

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from submissions.checks.findings import WARNING
from submissions.checks.official_format import FormatItem, check_official_format, corrected
from submissions.intake.docx_file import MAX_FILE_BYTES
from submissions.intake.refused import FileRefused

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class WordFileForm(forms.Form):
    """One file; what is wrong with its content is told by open_docx."""

    file = forms.FileField(
        label="Word 文件（*.docx）",
        allow_empty_file=True,
        error_messages={"required": "还没有选文件。请选一个 Word 文件（*.docx）。"},
        widget=forms.FileInput(attrs={"accept": f".docx,{WORD}"}),
    )

    def clean_file(self):
        """Told by the size alone, before the bytes are read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"“{file.name}”有 {file.size // 1048576} MB，超过 {MAX_FILE_BYTES // 1048576} MB。"
                "请把照片删去另存一份再查。"
            )
        return file


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def format_check(request):
    """The form; posting answers with the table, or with the corrected file where that button was pressed."""
    if not request.user.has_perm("submissions.check_files"):
        raise PermissionDenied
    form = WordFileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "nav": "submit"}
    if form.is_valid():
        name, data = form.cleaned_data["file"].name, form.cleaned_data["file"].read()
        try:
            if request.POST.get("then") == "correct":
                return _download(corrected(data, name), name)
            context |= {"name": name, **_told(check_official_format(data, name))}
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "submissions/format_check.html", context)


def _download(data: bytes, name: str) -> FileResponse:
    stem = name.rpartition(".")[0] or name
    return FileResponse(BytesIO(data), as_attachment=True, filename=f"{stem}（已改格式）.docx", content_type=WORD)


def _told(items) -> dict:
    """The rows, what is wrong first, and how many there are of each kind."""
    rows = [
        (item, "ok" if item.ok else "warn" if item.level == WARNING else "tip", _what_to_do(item)) for item in items
    ]
    rows.sort(key=lambda row: ("warn", "tip", "ok").index(row[1]))
    levels = [level for _, level, _ in rows]
    return {
        "rows": rows,
        "fitting": levels.count("ok"),
        "wrong": levels.count("warn"),
        "advised": levels.count("tip"),
        "in_words": [item for item, _, _ in rows if not item.ok and item.in_words],
    }


def _what_to_do(item: FormatItem) -> str:
    """The message without what the columns of its row say already."""
    return item.message.removeprefix(f"{item.item}：{item.found}，应为{item.expected}。")
