"""What the interface offers: as an OpenAPI document, and as a page made from it, so that both say the same."""

from functools import lru_cache

from django.http import JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from journal.views.access import reader_page

_PATHS = "/api/v1/"
_TYPES = {"string": "文字", "integer": "整数", "boolean": "是否", "array": "列表", "object": "对象", "number": "数"}


@lru_cache(maxsize=1)
def schema() -> dict:
    """OpenAPI 3.0.3. Every operation tells its refusals too."""
    found = SchemaGenerator(urlconf="journal.api.addresses").get_schema(request=None, public=True)
    for component in found["components"]["schemas"].values():
        component.pop("description", None)  # docstrings are for who works on the code
    found["components"]["schemas"]["Error"] = _ERROR
    for operation in _operations(found):
        for parameter in operation.get("parameters", ()):
            parameter.setdefault("description", "编号")
        for code, words in _REFUSALS.items():
            if code != "410" or operation["operationId"] in ("get_article", "get_issue"):
                operation["responses"][code] = _refusal(words)
    return found


_REFUSALS = {
    "400": "参数不对，哪一个、该怎么写都有说明",
    "403": "限内部阅读，没有登录或没有权限",
    "404": "没有，或者还没有刊发",
    "405": "只能读取",
    "410": "已撤下，附原因；请删去副本",
    "429": "请求太多，过 Retry-After 秒再试",
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "给程序看的代号"},
                "message": {"type": "string", "description": "给人看的说明：什么事、为什么、怎么办"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "哪个参数，错在哪里",
                },
            },
        }
    },
}


def _refusal(words: str) -> dict:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": words, "content": content}


def _operations(found: dict):
    return [operation for methods in found["paths"].values() for operation in methods.values()]


@reader_page(parameters=())
def openapi(request):
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


@reader_page(parameters=())
def page(request):
    context = {
        "groups": _groups(schema()),
        "refusals": _REFUSALS.items(),
        "base": request.build_absolute_uri(_PATHS),
    }
    return render(request, "journal/api.html", context)


def _groups(found: dict) -> list[dict]:
    """Operations under their headings, each with its parameters and the fields of its answer."""
    groups = {tag["name"]: {"name": tag["description"], "operations": []} for tag in found["tags"]}
    for address, methods in found["paths"].items():
        for operation in methods.values():
            groups[operation["tags"][0]]["operations"].append(
                {
                    "id": operation["operationId"],
                    "address": address,
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "parameters": [_parameter(one) for one in operation.get("parameters", ())],
                    "fields": _fields(found, _answer(operation)),
                }
            )
    return list(groups.values())


def _answer(operation: dict) -> dict:
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def _parameter(one: dict) -> dict:
    choices = one["schema"].get("enum", ())
    return {
        "name": one["name"],
        "kind": _TYPES[one["schema"].get("type", "string")],
        "words": one.get("description", "").split("\n")[0],
        "choices": choices,
        "required": one.get("required", False),
    }


def _resolved(found: dict, part: dict) -> dict:
    """What a reference leads to; a nullable or described one stands in allOf."""
    while "$ref" in part or "allOf" in part:
        part = found["components"]["schemas"][part["$ref"].split("/")[-1]] if "$ref" in part else part["allOf"][0]
    return part


def _fields(found: dict, part: dict, before: str = "", depth: int = 0) -> list[dict]:
    """One line a field, those inside another under its name: issue.year, bylines[].name."""
    part = _resolved(found, part)
    while part.get("type") == "array":
        before, part = f"{before.rstrip('.')}[].", _resolved(found, part["items"])
    lines = []
    for name, field in part.get("properties", {}).items():
        inner = _resolved(found, field)
        words = field.get("description", "") or ("" if inner.get("properties") else inner.get("description", ""))
        lines.append({"name": f"{before}{name}", "kind": _kind(inner), "words": words.split("\n")[0], "depth": depth})
        # What an article line holds is told once a page would be enough: two levels, and the lists of results.
        if depth < 1:
            lines += _fields(found, field, f"{before}{name}.", depth + (name != "results"))
    return lines


def _kind(inner: dict) -> str:
    return {"date-time": "时间", "uri": "网址"}.get(inner.get("format", ""), _TYPES.get(inner.get("type", ""), "文字"))
