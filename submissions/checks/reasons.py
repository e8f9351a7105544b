"""Reasons offered for keeping a passage that a warning marks; a person may always write another."""

_GENERAL = ("原文、原名就是这样", "引用原话，照录")
_BY_CODE = {
    "title.long": ("上级文件或会议的全称，不能压缩",),
    "length.over": ("内容完整，请编辑酌定删节", "编辑部约稿，事先说好篇幅"),
    "picture.caption": ("照片内容文中已有交代",),
    "picture.format": ("没有 JPEG 原图",),
    "picture.resolution": ("没有更大的原图",),
    "privacy.mobile": ("公开的办公电话", "本人同意刊登"),
    "privacy.identity": ("不是身份证号",),
    "privacy.card": ("不是银行卡号", "公开的捐款账号"),
    "heading.order": ("序号有意这样编",),
}


def ready_reasons(code: str) -> tuple[str, ...]:
    return _BY_CODE.get(code, _GENERAL)
