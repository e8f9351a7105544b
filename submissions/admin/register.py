"""代录来稿: bring files in, see what was read, put it right, register it (RULES.md section 1, last row).

Two pages. Everything typed is kept with the parcel at each press of a button, before anything else is tried.
"""

import json
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.models import Article, Journal, Picture, Section
from journal.pictures import Unreadable, derivative
from members.models import Unit, User

from .. import registering, workflow
from ..filling import words_of
from ..forms import TypedField, ticked
from ..models import Call, Declaration, Submission
from ..parcels import Parcel
from . import review

CHANNELS = [(value, label) for value, label in Submission.Channel.choices if value != Submission.Channel.WEB]
PREVIEW_WIDTH = 480
_PREFIX = "admin:submissions_submission_"


def _line(label: str, **attrs):
    return TypedField(label=label, widget=forms.TextInput(attrs=attrs))


class UploadForm(forms.Form):
    """How it came, and when. The files are read from the request: there may be many."""

    channel = forms.ChoiceField(label="怎样送来的", choices=CHANNELS, error_messages={"required": "请选怎样送来的。"})
    received_on = forms.DateField(
        label="收到日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请写收到日期。", "invalid": "收到日期写得不对。请写成 2026-11-05 这样。"},
    )
    call = forms.ModelChoiceField(
        Call.objects.all(), label="应哪次征稿", error_messages={"required": "请选应哪次征稿。"}
    )
    pasted = TypedField(label="或者粘贴正文", widget=forms.Textarea(attrs={"rows": 6}))

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("收到日期还没有到。请改成今天或以前的日期。")
        return day


class GroupForm(forms.Form):
    """One manuscript of a parcel: the contributor's fields, whose it is, what was declared."""

    include = forms.BooleanField(label="登记这一篇", required=False)
    title = _line("标题")
    subtitle = _line("副标题")
    body = TypedField(label="正文", widget=forms.Textarea(attrs={"rows": 10}))
    byline = _line("署名")
    affiliation = _line("单位、职务")
    author_note = _line("作者说明")
    section = forms.TypedChoiceField(label="栏目", coerce=int, empty_value=None, required=False)
    origin = forms.ChoiceField(
        label="来稿性质",
        choices=((Article.Origin.ORIGINAL, "原创"), (Article.Origin.RECOMMENDED, "推荐")),
        required=False,
    )
    source_name = _line("原载报刊或网站")
    source_url = _line("原文网址")
    source_issue = _line("原载日期或期号")
    who = _line("来稿人", placeholder="姓名、手机号或单位", autocomplete="off")
    unit = _line("报送单位", list="units", placeholder="不写，就按来稿人的单位", autocomplete="off")
    new_name = _line("姓名", autocomplete="off")
    new_contact = _line("手机号或邮箱", autocomplete="off")
    new_unit = _line("单位", list="units", autocomplete="off")
    how = _line("怎样声明的", placeholder="例如：来信末页签名，11月3日电话")

    def __init__(self, data=None, *, group: dict, key: str, sections):
        super().__init__(data, prefix=key, initial=group)
        self.fields["section"].choices = sections

    @property
    def typed(self) -> dict:
        """What was typed; a field that would not parse keeps its last value."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value != "" or name != "origin"}


def urls(model_admin) -> list:
    def page(view, methods):
        def guarded(request, *args, **kwargs):
            if not registering.may_register(request.user):
                raise PermissionDenied("您的身份不代录来稿。请交给编辑或编辑部主任登记。")
            return view(model_admin, request, *args, **kwargs)

        return model_admin.admin_site.admin_view(methods(guarded))

    both = require_http_methods(["GET", "HEAD", "POST"])
    name = "submissions_submission_"
    return [
        path("register/", page(open_view, both), name=f"{name}register"),
        path("register/<uuid:pk>/", page(parcel_view, both), name=f"{name}parcel"),
        path("register/<uuid:pk>/<str:sha256>/", page(picture_view, require_safe), name=f"{name}parcel_picture"),
        path("<uuid:pk>/declare/", page(declare_view, require_POST), name=f"{name}declare"),
        path("<uuid:pk>/section/", page(section_view, require_POST), name=f"{name}section"),
    ]


def open_view(model_admin, request):
    """Step one: how it came, and the files."""
    form = UploadForm(request.POST or None, initial=_first_values())
    token = _uuid(request.POST.get("token", "")) or uuid.uuid4()
    problem = ""
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            parcel = registering.open_parcel(
                token,
                request.user,
                channel=chosen["channel"],
                received_on=chosen["received_on"],
                call=chosen["call"],
                uploads=_uploads(request),
                scans=[registering.Upload(file.name, file) for file in request.FILES.getlist("scans")],
                pasted=chosen["pasted"],
            )
        except workflow.Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(f"{_PREFIX}parcel", parcel.pk)
    waiting = Parcel.objects.filter(state=Parcel.State.OPEN).select_related("editor").order_by("-at")[:20]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "代录来稿",
        "opts": model_admin.opts,
        "form": form,
        "token": token,
        "problem": problem,
        "waiting": waiting,
        "most": registering.MAX_FILES,
        "has_call": Call.objects.exists(),
    }
    return TemplateResponse(request, "admin/submissions/register.html", context, status=422 if problem else 200)


def _first_values() -> dict:
    return {"received_on": timezone.localdate(), "call": registering.call_for()}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _uploads(request) -> list[registering.Upload]:
    """Files and folders as chosen; the page's script tells the folders, which browsers leave out of the names."""
    uploads = [registering.Upload(file.name, file) for file in request.FILES.getlist("files")]
    folder = request.FILES.getlist("folder")
    try:
        paths = json.loads(request.POST.get("paths", "[]"))
    except ValueError:
        paths = []
    told = isinstance(paths, list) and len(paths) == len(folder) and all(isinstance(one, str) for one in paths)
    names = paths if told else [file.name for file in folder]
    return uploads + [registering.Upload(name, file) for name, file in zip(names, folder, strict=True)]


def parcel_view(model_admin, request, pk):
    """Step two: what was read, put right by hand; each button saves what is typed before it does its own."""
    parcel = get_object_or_404(Parcel.objects.select_related("call", "editor"), pk=pk)
    if request.method != "POST":
        return _page(model_admin, request, parcel)
    act, _, key = request.POST.get("act", "save").partition("=")
    if act == "read":
        registering.read_on(parcel)
        return _back(parcel)
    typed = _typed(request, parcel)
    try:
        parcel = registering.save(parcel, typed, _number(request))
        anchor = ACTS.get(act, _save)(request, parcel, key)
    except registering.Moved as refusal:
        messages.error(request, str(refusal))
        latest = Parcel.objects.select_related("call", "editor").get(pk=pk)
        for group in latest.groups:
            if not group["submission"]:
                group |= typed.get(group["key"], {})
        return _page(model_admin, request, latest, status=409)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        anchor = ""
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"number": parcel.number})
    return _back(parcel, anchor)


def _back(parcel: Parcel, anchor: str | None = ""):
    response = redirect(f"{_PREFIX}parcel", parcel.pk)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response


def _number(request) -> int:
    number = request.POST.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1


def _typed(request, parcel: Parcel) -> dict[str, dict]:
    """What the page holds of each manuscript, whom it names looked up where the words changed."""
    sections = _sections()
    typed: dict[str, dict] = {}
    for number, group in enumerate(parcel.groups):
        prefix = f"g{number}"
        if request.POST.get(f"{prefix}-key") != group["key"] or group["submission"]:
            continue
        values = GroupForm(request.POST, group=group, key=prefix, sections=sections).typed
        values["declared"] = [
            kind for kind in request.POST.getlist(f"{prefix}-declared") if kind in Declaration.Kind.values
        ]
        values["pictures"] = _typed_pictures(request, prefix, group)
        _take_person(values, group, request.POST.get(f"{prefix}-person", ""))
        typed[group["key"]] = values
    return typed


def _take_person(values: dict, group: dict, chosen: str) -> None:
    """A newly ticked person counts; else new words are looked up; else the one there is stays."""
    who = values.get("who", "").strip()
    pk = int(chosen) if chosen.isascii() and chosen.isdigit() else None
    if pk in group["candidates"]:
        values |= {"person": pk, "candidates": []}
    elif who != group["who"].strip() or (who and not group["person"] and not group["candidates"]):
        registering.find_person(values, who)


def _typed_pictures(request, prefix: str, group: dict) -> list[dict]:
    pictures = []
    for place, picture in enumerate(group["pictures"]):
        name = f"{prefix}-photo{place}"
        said = {"caption": request.POST.get(f"{name}-caption", picture["caption"]).strip()}
        if not picture.get("refused"):
            said["use"] = request.POST.get(f"{name}-use", picture["use"])
        pictures.append(picture | said)
    return pictures


def _save(request, parcel, key):
    if request.headers.get("X-Requested-With") != "fetch":
        messages.success(request, "已保存。")
    return ""


def _regroup(request, parcel, key):
    grouping = request.POST.get("grouping", "")
    if grouping in Parcel.Grouping.values and grouping != parcel.grouping:
        registering.regroup(parcel, grouping, parcel.number)
        messages.success(request, f"已改成“{Parcel.Grouping(grouping).label}”。原来写的还留着，换回去就在。")
    return ""


def _composite(request, parcel, key):
    registering.split(parcel, key, "composite", parcel.number)
    messages.success(request, "已作为组合稿：一起审，录用后每篇各成一文。")


def _separate(request, parcel, key):
    registering.split(parcel, key, "separate", parcel.number)
    messages.success(request, "已分开，每篇单独登记。")


def _rejoin(request, parcel, key):
    registering.rejoin(parcel, key, parcel.number)
    messages.success(request, "已合回一篇。")


def _person(request, parcel, key):
    """Open an account for the sender of one manuscript; a known number proposes the person there is."""
    group = next((group for group in parcel.groups if group["key"] == key), None)
    if group is None:
        raise workflow.Refused("这一篇已经换了分法，请看最新的页面。")
    said = {}
    try:
        person = registering.new_contributor(
            request.user, name=group["new_name"], contact=group["new_contact"], unit_name=group["new_unit"]
        )
    except registering.PersonExists as known:
        messages.warning(request, str(known))
        said = {"person": None, "candidates": [known.person.pk]}
    else:
        messages.success(
            request, f"已登记{person.name}（{person.unit}）。还没有密码：本人要上网时，在“账号”里重设一个告诉他。"
        )
        said = {"person": person.pk, "candidates": [], "who": person.name}
        said |= dict.fromkeys(("new_name", "new_contact", "new_unit"), "")
    registering.save(parcel, {key: said}, parcel.number)
    return f"g{parcel.groups.index(group)}"


def _fill(request, parcel, key):
    """One sender, column and declaration for every manuscript that has none yet."""
    shared = {}
    if who := request.POST.get("all-who", "").strip():
        registering.find_person(shared, who)
        if not shared["person"] and not shared["candidates"]:
            raise workflow.Refused(f"名单里没有找到“{who}”。请换姓名、手机号或单位再找，或在某一篇里新登记一个人。")
    section = request.POST.get("all-section", "")
    if section.isdigit() and any(section == str(pk) for pk, _ in _sections()):
        shared["section"] = int(section)
    if declared := [one for one in request.POST.getlist("all-declared") if one in Declaration.Kind.values]:
        shared |= {"declared": declared, "how": request.POST.get("all-how", "").strip()}
    filled = {}
    for group in parcel.groups:
        own = {name: value for name, value in shared.items() if not group[name]}
        if "person" in shared and group["person"]:
            own = {name: value for name, value in own.items() if name not in ("who", "person", "candidates")}
        filled[group["key"]] = own
    registering.save(parcel, filled, parcel.number)
    messages.success(request, "已填到还空着的各篇，填过的没有动。")


def _register(request, parcel, key):
    report = registering.carry_out(parcel, request.user)
    if report.registered:
        messages.success(request, f"已登记 {report.registered} 篇，收稿号和回执在下面。")
    if report.refused:
        messages.error(request, f"还有 {report.refused} 篇没有登记，原因写在各篇上面。写的都还在，改好再按“登记”。")
    if not report.registered and not report.refused:
        messages.info(request, "没有要登记的：没有勾选，或者刚才已经登记过。")


def _drop(request, parcel, key):
    registering.drop(parcel, request.user)
    messages.success(request, "其余的不登记了。")


ACTS = {
    "save": _save,
    "regroup": _regroup,
    "composite": _composite,
    "separate": _separate,
    "rejoin": _rejoin,
    "person": _person,
    "fill": _fill,
    "register": _register,
    "drop": _drop,
}


def _sections() -> list[tuple]:
    return [("", "还没有定"), *Section.objects.active().values_list("pk", "name")]


def _page(model_admin, request, parcel: Parcel, status=200):
    """The proposals, or the report once they are registered."""
    ids = {group["person"] for group in parcel.groups} | {one for g in parcel.groups for one in g["candidates"]}
    people = User.objects.select_related("unit").in_bulk(ids - {None})
    done = [group["submission"] for group in parcel.groups if group["submission"]]
    rows = Submission.objects.select_related("contributor").prefetch_related("letters", "declarations")
    submissions = {str(one.pk): one for one in rows.filter(pk__in=done)}
    sections = _sections()
    office = Journal.objects.current().office
    groups = []
    for number, group in enumerate(parcel.groups):
        person = people.get(group["person"])
        submission = submissions.get(group["submission"])
        groups.append(
            {
                "number": number,
                "group": group,
                "form": GroupForm(group=group, key=f"g{number}", sections=sections),
                "person": person,
                "candidates": [people[pk] for pk in group["candidates"] if pk in people],
                "submission": submission,
                "letter": submission.letters.all()[0] if submission else None,
                "missing": _missing(submission) if submission else [],
                "ask": registering.asking_for_originals(group, person.name if person else "", office),
                "words": words_of(group["body"]),
                "is_open": len(parcel.groups) == 1 or bool(group["refused"]) or number == 0,
                "files": [parcel.files[one]["name"] for one in group["texts"]],
                "papers": [one["name"] for one in parcel.files if one["sha256"] in group["papers"]],
                "declarations": [
                    (kind, kind.label, parcel.call.wording(kind), kind in group["declared"])
                    for kind in Declaration.Kind
                ],
                "targets": [
                    (other["key"], f"给第 {place} 篇")
                    for place, other in enumerate(parcel.groups, 1)
                    if other is not group and not other["submission"]
                ],
            }
        )
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "代录来稿",
        "opts": model_admin.opts,
        "parcel": parcel,
        "channel": dict(CHANNELS).get(parcel.channel, parcel.channel),
        "groups": groups,
        "is_open": parcel.state == Parcel.State.OPEN,
        "left": sum(not group["submission"] for group in parcel.groups),
        "groupings": Parcel.Grouping.choices if len(parcel.files) > 1 else [],
        "read": sum(file["state"] == "read" for file in parcel.files),
        "several": len(parcel.groups) > 1,
        "units": Unit.objects.filter(is_active=True, merged_into=None),
        "sections": sections,
        "kinds": [(kind, kind.label) for kind in Declaration.Kind],
    }
    return TemplateResponse(request, "admin/submissions/register_parcel.html", context, status=status)


def _missing(submission: Submission) -> list[str]:
    given = {one.kind for one in submission.declarations.all()}
    return [kind.label for kind in Declaration.Kind if kind not in given]


def picture_view(model_admin, request, pk, sha256):
    """A photograph of a parcel, small and without metadata, for those who register."""
    parcel = get_object_or_404(Parcel, pk=pk)
    pictures = [one for group in parcel.groups for one in group["pictures"] if not one.get("refused")]
    if not any(one["sha256"] == sha256 for one in pictures):
        raise Http404
    picture = Picture(sha256=sha256)
    picture.file.name = registering.blob_path(sha256)
    try:
        small = derivative(picture, PREVIEW_WIDTH)
    except Unreadable:
        raise Http404 from None
    response = FileResponse(small.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def declare_view(model_admin, request, pk):
    """Write down declarations the sender made later."""
    submission = review.fetch(request, pk)
    try:
        missing = workflow.declare(submission, request.user, ticked(request.POST), how=request.POST.get("how", ""))
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        left = "、".join(kind.label for kind in missing)
        messages.success(request, f"已补记。还缺：{left}。" if missing else "已补记，三项声明齐了。")
    return redirect(f"{_PREFIX}change", submission.pk)


def section_view(model_admin, request, pk):
    """Give a manuscript registered without a column its column."""
    submission = review.fetch(request, pk)
    chosen = request.POST.get("section", "")
    section = Section.objects.active().filter(pk=chosen).first() if chosen.isascii() and chosen.isdigit() else None
    if section is None:
        messages.error(request, "还没有选栏目。请选一个，再按“定栏目”。")
    else:
        try:
            workflow.choose_section(submission, request.user, section)
        except workflow.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已定到“{section}”。")
    return redirect(f"{_PREFIX}change", submission.pk)
