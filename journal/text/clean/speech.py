"""领导讲话: texts that no machine changes without a person's yes (RULES.md 11)."""

import re

_KINDS = "讲话|致辞|致词|发言|开幕词|闭幕词|贺词|献词|报告"
_TITLE = re.compile(
    rf"在.{{2,60}}(?:上|时|中|期间)的?(?:重要|主旨|总结|动员|表态|即席)?(?:{_KINDS})|(?:讲话|致辞|致词|发言|开幕词|闭幕词|讲话稿|发言稿)$"
)
_TRAILER = re.compile(r"[（(](?:摘要|节选|全文|提纲|根据录音整理|摘编)[）)]$|(?:摘登|摘编|摘要|选登|节选)$")
_ABOUT = re.compile("学习|贯彻|落实|传达|精神|体会|解读|领会|座谈")
_LISTENERS = "同志|朋友|代表|委员|同学|女士|先生|来宾|领导|嘉宾|同仁|老师|乡亲|战友"
_SALUTATION = re.compile(
    rf"(?:(?:尊敬的|亲爱的|各位)[^。；？]{{0,40}}(?:{_LISTENERS})|[^，。；？：:“]{{0,24}}(?:{_LISTENERS})们)"
    rf"(?:[，、 \u3000]?[^，。；？：:、]{{0,16}}(?:{_LISTENERS})们?)*[：:！!]"
)
_HEAD_LINES = 8  # title, subtitle, occasion, date, name, salutation
_LONGEST_TITLE = 100


def is_speech(text: str, title: str = "") -> bool:
    """Whether a text is a speech: its title says so (在……会上的讲话, not 学习……讲话精神), or it greets who listens (同志们：).

    text may begin with its title.
    """
    lines = [line.strip(" \u3000\u00a0\ufeff\t\r#*") for line in text[:4000].split("\n")]
    head = [line for line in lines if line][:_HEAD_LINES]
    titles = [title, *(line for line in head[:3] if len(line) <= _LONGEST_TITLE)]
    return any(map(_is_title_of_speech, titles)) or any(map(_SALUTATION.match, head))


def _is_title_of_speech(title: str) -> bool:
    words = _TRAILER.sub("", title.strip())
    if not words or re.search("[。；！？]", words):
        return False
    spoken = _TITLE.search(words)
    return spoken is not None and not _ABOUT.search(words[: spoken.start()] + words[spoken.end() :])
