"""Reasons offered for keeping a passage that a warning marks; a person may always write another."""

_GENERAL = ("原文、原名就是这样", "引用原话，照录")
_REGISTER = ("写的是当时的姓名、职务", "同名的另一个人", "名录还没有更新")
_BY_CODE = {
    "title.long": ("上级文件或会议的全称，不能压缩",),
    "length.over": ("内容完整，请编辑酌定删节", "编辑部约稿，事先说好篇幅"),
    "picture.caption": ("照片内容文中已有交代",),
    "picture.photographer": ("单位资料照片，查不到拍摄人",),
    "picture.category": ("不属于这五类，请编辑归类",),
    "picture.format": ("没有 JPEG 原图",),
    "picture.resolution": ("没有更大的原图",),
    "privacy.mobile": ("公开的办公电话", "本人同意刊登"),
    "privacy.identity": ("不是身份证号",),
    "privacy.card": ("不是银行卡号", "公开的捐款账号"),
    "heading.order": ("序号有意这样编",),
    "duplicate.text": ("修改稿，代替以前那一篇", "转载，出处已经写明", "同一项工作另写的一篇"),
    "duplicate.partial": ("上级文件、会议的统一表述", "引用的都注明了出处", "同一项工作的材料，各有侧重"),
    "term.preferred": (*_GENERAL, "这里是另一个意思"),
    "register.unit": ("当时的名称就是这样", "另一个单位", "名录还没有更新"),
    "register.order": ("按活动、会议公布的顺序", "按文中事情的先后", "名录还没有更新"),
}
# Of codes that begin with the line they stand in (title.term) the last part tells.
_BY_ENDING = {"term": _BY_CODE["term.preferred"], "register": _REGISTER}
_BY_BEGINNING = {"register": _REGISTER}


def ready_reasons(code: str) -> tuple[str, ...]:
    beginning, _, ending = code.partition(".")
    return _BY_CODE.get(code) or _BY_ENDING.get(ending) or _BY_BEGINNING.get(beginning, _GENERAL)
