"""What went wrong, as JSON: a code for programs, and for people the object, the reason and the next step in Chinese."""

import math

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response

from journal.views.access import InternalOnly, Withdrawn

_MESSAGES = {
    400: ("bad_request", "请求看不懂。请对照接口说明检查网址和参数。"),
    403: ("forbidden", "您没有读这一项的权限。请用有权限的账号登录本站。"),
    404: ("not_found", "没有这个地址，或者这一项还没有刊发。请检查网址里的编号。"),
    405: ("read_only", "这个接口只能读取，不能写入。请用 GET。"),
    429: ("too_many_requests", "您的地址请求太多。请过 {wait} 秒再试，或者减少请求。"),
    500: ("server_error", "服务器出错了，已经记下来。请稍后再试；还不行，请把编号 {number} 告诉编辑部。"),
}


def body(code: str, message: str, **more) -> dict:
    return {"error": {"code": code, "message": message} | more}


def answer(error: Exception, context: dict) -> Response | None:
    """What REST framework asks for each exception of a view; None for a failure of ours."""
    if isinstance(error, InternalOnly):
        return Response(body("internal_only", f"{error.what}限内部阅读。请先登录本站，再读。"), 403)
    if isinstance(error, Withdrawn):
        told = f"{error.what}已撤下：{error.reason}。请删去您那里的副本。"
        return Response(body("withdrawn", told), status.HTTP_410_GONE)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    return _of_framework(error)


def _of_framework(error: exceptions.APIException) -> Response:
    code, message = _MESSAGES.get(error.status_code, _MESSAGES[400])
    if isinstance(error, exceptions.ValidationError):
        fields = {name: " ".join(map(str, told)) for name, told in error.detail.items()}
        told = "；".join(f"{name}：{words.rstrip('。')}" for name, words in fields.items())
        return Response(body("bad_parameter", f"参数不对。{told}。", fields=fields), error.status_code)
    headers = {}
    if isinstance(error, exceptions.Throttled):
        wait = max(1, math.ceil(error.wait or 0))
        headers, message = {"Retry-After": str(wait)}, message.format(wait=wait)
    return Response(body(code, message), error.status_code, headers=headers)


def asks_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def plain(request: HttpRequest, code: int) -> JsonResponse:
    """For what fails outside of the views: an address that does not exist, a forged host, a failure of ours."""
    name, message = _MESSAGES[code]
    told = message.format(number=getattr(request, "number", ""), wait="")
    response = JsonResponse(body(name, told), status=code, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response
