"""What a reader of a Word file left out, moved or could not decide, counted on the way and told in plain Chinese."""

from collections import Counter
from dataclasses import dataclass, field

_QUOTES = 3  # of each kind are shown
_QUOTE_LENGTH = 20
_CHECK = "请对照原件核对"


@dataclass
class Told:
    """quotes: kind → the passages met; counts: kind → how many. A kind is one of the words in `_SENTENCES`."""

    quotes: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, words: str = "") -> None:
        self.counts[kind] += 1
        shown = " ".join(words.split())
        if shown and len(self.quotes.setdefault(kind, [])) < _QUOTES:
            self.quotes[kind].append(shown)

    def prolong(self, kind: str, words: str) -> None:
        """More words of the passage added last."""
        quotes = self.quotes.get(kind, [])
        if quotes and self.counts[kind] == len(quotes) and len(quotes[-1]) <= _QUOTE_LENGTH:
            quotes[-1] += words.strip()

    def remarks(self) -> tuple[str, ...]:
        """One sentence or two a kind, tracked changes first."""
        told = (self._changes(), *(self._sentence(kind, form) for kind, form in _SENTENCES.items()))
        return tuple(one for one in told if one)

    def _changes(self) -> str:
        parts = [
            f"{label} {self.counts[kind]} 处{self._shown(kind)}"
            for kind, label in (("inserted", "插入"), ("deleted", "删除"))
            if self.counts[kind]
        ]
        if not parts:
            return ""
        return (
            f"文件里留有修订标记：{'，'.join(parts)}。已按“接受全部修订”读入：插入的收进来，删除的不收。"
            f"{_CHECK}；如有不该接受的，请在 Word 里处理后重新上传。"
        )

    def _sentence(self, kind: str, form: str) -> str:
        return form.format(n=self.counts[kind], quotes=self._shown(kind), check=_CHECK) if self.counts[kind] else ""

    def _shown(self, kind: str) -> str:
        """（“…”“…”等）, or nothing where there are no words to show."""
        quotes = self.quotes.get(kind, [])
        if not quotes:
            return ""
        more = "等" if self.counts[kind] > len(quotes) else ""
        return f"（{''.join(f'“{shortened(one)}”' for one in quotes)}{more}）"


def shortened(words: str) -> str:
    """The beginning of a passage, its quotation marks made single ones (GB/T 15834-2011, 4.8.3.2)."""
    words = words.replace("“", "‘").replace("”", "’")
    return words if len(words) <= _QUOTE_LENGTH else words[:_QUOTE_LENGTH] + "……"


# In the order they are told: what bears on the words first, then pictures, then what was defused.
_SENTENCES = {
    "comment": "文件里有 {n} 条批注{quotes}，没有收进正文。请看看有没有要照改的。",
    "hidden": "有 {n} 处隐藏文字{quotes}没有收。如需保留，请在 Word 里取消“隐藏”后重新上传。",
    "struck": "有 {n} 处文字画了删除线{quotes}，仍照原样收进来。不要的请删去。",
    "note": "有 {n} 条脚注或尾注，已移到文末“注释”下，文中用〔1〕〔2〕标出位置。",
    "box": "有 {n} 个文本框{quotes}，里面的文字放在所在段落之后。请核对位置。",
    "header": "页眉、页脚里的文字{quotes}没有收。如是正文，请移到正文里。",
    "merged": "有 {n} 个表格含合并的单元格，合并的内容放在第一格，其余留空。{check}。",
    "nested": "有 {n} 个表格里还套着表格，里层的文字已并入所在的单元格。{check}。",
    "ruby": "有 {n} 处注音{quotes}没有收，只收了文字。",
    "symbol": "有 {n} 个特殊符号或公式认不出来，用“〓”占位。请对照原件补上。",
    "formula": "有 {n} 处公式{quotes}只收了文字和数字，排列可能走样。{check}。",
    "linked": "有 {n} 张图片没有存进文件，只留了地址，没有读取。请把图片另行上传。",
    "missing": "有 {n} 张图片在文件里已找不到。请把图片另行上传。",
    "vector": "有 {n} 个图形{quotes}不是照片（如 WMF、EMF、SVG），没有收。如要刊用，请另存为 JPEG 后上传。",
    "cropped": "照片{quotes}在 Word 里裁剪过，收到的是没有裁剪的原图。",
    "surplus": "图片太多，最后 {n} 张没有收。请分开上传。",
    "noted_picture": "脚注里的 {n} 张图片没有收。如要刊用，请另行上传。",
    "chart": "有 {n} 个图表或示意图（SmartArt）没有收。如要刊用，请另存为图片后上传。",
    "object": "有 {n} 个嵌入的对象（如 Excel 表格）没有收。请把内容直接写进正文。",
    "chunk": "文件里嵌着另一份文档，没有收。请把它的内容粘贴到正文里。",
    "macro": "文件带有宏，没有运行，也没有收。",
    "template": "文件指定了网上的模板{quotes}，没有打开。",
    "outside": "文件里有 {n} 处会自动取外部内容的链接或域{quotes}，没有执行，只收了看得见的文字。",
}
