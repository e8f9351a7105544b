"""Fonts, sizes, indents and spacing of title, text and headings (GB/T 9704-2012, 5.2.2, 5.2.3, 7.3.1, 7.3.3)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from submissions.checks.findings import ADVICE, WARNING

from .fits import (
    ADVISED,
    CHINESE,
    LEVEL_FACES,
    TEXT_SIZE,
    TITLE_SIZE,
    centred,
    head_all,
    head_runs,
    indented,
    line_points,
    no_gaps,
    spaced,
    tail_runs,
    typed_indent,
    wrong_font,
    wrong_size,
)
from .fonts import FANGSONG, KAITI, XIAOBIAOSONG, Face, size_label
from .items import FormatItem, quoted
from .looks import RunLook
from .structure import Paragraph, Role

LEVEL_NAMES = ("一级标题“一、”", "二级标题“（一）”", "三级标题“1.”", "四级标题“（1）”")
UNSTATED = "未指定字体"


def text_items(found: list[Paragraph], pitch: float) -> Iterator[FormatItem]:
    """pitch: the section's line grid in points, 0 without one."""
    yield from _title_items([one for one in found if one.role is Role.TITLE])
    yield from _front_items([one for one in found if one.role is Role.FRONT])
    running = [one for one in found if one.role in (Role.BODY, Role.HEADING, Role.SALUTATION)]
    if not any(one.role is Role.BODY for one in running):
        yield FormatItem("body", "正文", "没有正文段落", "3号仿宋", "7.3.3")
    yield from _body_items(running)
    for level in range(1, 5):
        headings = [one for one in found if one.role is Role.HEADING and one.level == level]
        if headings:
            yield _font_item(headings, f"level_{level}", LEVEL_NAMES[level - 1], LEVEL_FACES[level - 1], head=True)
    yield from _bold_items([one for one in found if one.role in (Role.TITLE, Role.HEADING)])
    flowing = [one for one in running if one.flows]
    yield _indent_item(flowing)
    yield from _typed_indent_items(flowing)
    yield from _spacing_items(flowing, pitch)


def _title_items(titles: list[Paragraph]) -> Iterator[FormatItem]:
    if not titles:
        message = "没有找到标题：文件第一行应是标题，单独成段，末尾不用句号。请补上标题。"
        yield FormatItem("title", "标题", "没有找到", "2号小标宋，居中", "7.3.1", WARNING, message, in_words=True)
        return
    yield _judged(
        ("title_font", "标题字体", "小标宋", "7.3.1"),
        titles,
        lambda one: not wrong_font(head_all(one), XIAOBIAOSONG),
        _fonts_found(head_all(one) for one in titles),
        "请选中标题，字体设为方正小标宋简体。",
    )
    yield _judged(
        ("title_size", "标题字号", "2号（22 磅）", "7.3.1"),
        titles,
        lambda one: not wrong_size(head_all(one), TITLE_SIZE),
        _sizes_found(head_all(one) for one in titles),
        "请选中标题，字号设为二号。",
    )
    yield _judged(
        ("title_centred", "标题位置", "居中", "7.3.1"),
        titles,
        centred,
        "居中" if all(map(centred, titles)) else "没有居中，或带有缩进",
        "请把标题设为居中，缩进设为 0。",
    )


def _front_items(lines: list[Paragraph]) -> Iterator[FormatItem]:
    if lines:
        yield _judged(
            ("front", "副标题、署名", "3号楷体，居中", ""),
            lines,
            lambda one: (
                centred(one) and not wrong_font(head_all(one), KAITI) and not wrong_size(head_all(one), TEXT_SIZE)
            ),
            _fonts_found(head_all(one) for one in lines),
            "标准没有规定副标题和署名，机关多用三号楷体居中，可照此设置。",
            ADVICE,
        )


def _body_items(running: list[Paragraph]) -> Iterator[FormatItem]:
    with_text = [one for one in running if any(text.strip() for text, _ in tail_runs(one))]
    if with_text:
        yield _font_item(with_text, "body_font", "正文字体", FANGSONG, head=False)
    if running:
        yield _judged(
            ("text_size", "正文和标题层次字号", "3号（16 磅）", "5.2.2"),
            running,
            lambda one: not wrong_size(head_all(one), TEXT_SIZE),
            _sizes_found(head_all(one) for one in running),
            "请选中正文，字号设为三号。",
        )


def _font_item(lines: list[Paragraph], code: str, item: str, face: Face, *, head: bool) -> FormatItem:
    part = head_runs if head else tail_runs
    return _judged(
        (code, item, face.label, "7.3.3"),
        lines,
        lambda one: not wrong_font(part(one), face),
        _fonts_found(part(one) for one in lines),
        f"请选中这些文字，字体设为{face.preferred}。",
    )


def _bold_items(lines: list[Paragraph]) -> Iterator[FormatItem]:
    def plain(one: Paragraph) -> bool:
        parts = head_runs(one) if one.head else head_all(one)
        return not any(look.bold and text.strip() for text, look in parts)

    if lines:
        found = "不加粗" if all(map(plain, lines)) else "有加粗"
        next_step = "标准没有要求加粗，可以去掉。"
        yield _judged(("bold", "标题加粗", "不加粗", "7.3.3"), lines, plain, found, next_step, ADVICE)


def _indent_item(flowing: list[Paragraph]) -> FormatItem:
    found = "2 字符" if all(map(indented, flowing)) else "有的段落不是 2 字符"
    next_step = "请在“段落”里把特殊格式设为首行缩进 2 字符，左缩进设为 0。"
    return _judged(("indent", "首行缩进", "每个自然段左空二字", "7.3.3"), flowing, indented, found, next_step)


def _typed_indent_items(flowing: list[Paragraph]) -> Iterator[FormatItem]:
    typed = [one for one in flowing if typed_indent(one)]
    if typed:
        yield _judged(
            ("indent_typed", "用空格缩进", "用段落的首行缩进", "7.3.3"),
            typed,
            lambda one: False,
            f"{len(typed)} 段",
            "请删去段首空格，改用首行缩进 2 字符。",
            ADVICE,
            in_words=True,
        )


def _spacing_items(flowing: list[Paragraph], pitch: float) -> Iterator[FormatItem]:
    points = Counter(line_points(one, pitch) for one in flowing)
    usual = points.most_common(1)[0][0] if points else 0.0
    found = f"固定值 {usual:g} 磅" if usual else "倍数行距或最小值"
    heading = ("spacing", "行距", "固定值 28～28.95 磅（每面 22 行）", "5.2.3")
    next_step = "请在“段落”里把行距设为固定值 28.95 磅。"
    item = _judged(heading, flowing, lambda one: spaced(one, pitch), found, next_step)
    if item.ok and any(line_points(one, pitch) > ADVISED for one in flowing):
        next_step = "29 磅以上每面只排得下 21 行；" + next_step
        item = _judged(heading, flowing, lambda one: line_points(one, pitch) <= ADVISED, found, next_step, ADVICE)
    yield item
    found = "0" if all(map(no_gaps, flowing)) else "不是 0"
    next_step = "请在“段落”里把段前、段后都设为 0。"
    yield _judged(("gaps", "段前段后间距", "0", "5.2.3"), flowing, no_gaps, found, next_step, ADVICE)


def _judged(
    heading: tuple[str, str, str, str],
    lines: list[Paragraph],
    fits: Callable[[Paragraph], bool],
    found: str,
    next_step: str,
    level: str = WARNING,
    *,
    in_words: bool = False,
) -> FormatItem:
    code, item, expected, clause = heading
    wrong = [one for one in lines if not fits(one)]
    if not wrong:
        return FormatItem(code, item, found, expected, clause)
    count = f"有 {len(wrong)} 段不合，如" if len(lines) > 1 else "见"
    message = f"{item}：{found}，应为{expected}。{count}{quoted(wrong[0].words)}。{next_step}"
    return FormatItem(code, item, found, expected, clause, level, message, wrong[0].words[:40], in_words)


def _fonts_found(lines: Iterable[Iterable[tuple[str, RunLook]]]) -> str:
    return _shares(
        Counter(look.east_asia or UNSTATED for parts in lines for text, look in parts for _ in CHINESE.findall(text))
    )


def _sizes_found(lines: Iterable[Iterable[tuple[str, RunLook]]]) -> str:
    return _shares(Counter(size_label(look.size) for parts in lines for text, look in parts for _ in text.strip()))


def _shares(counted: Counter) -> str:
    """仿宋（96%）、宋体（4%）; the three commonest."""
    total = counted.total()
    if len(counted) < 2:
        return next(iter(counted), "没有汉字")
    return "、".join(f"{name}占 {max(1, round(100 * n / total))}%" for name, n in counted.most_common(3))
