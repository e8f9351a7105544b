"""The real page and its two compilations (seeds 000, 001, 002; RULES.md 9), and no false split of a manuscript."""

import pytest
from django.conf import settings

from journal.text.blocks import from_plain
from journal.text.fingerprint import Shingled, compare, title_key
from journal.text.pieces import compose, parts_of, propose, survey
from submissions.demo.reading import TEXTS, read


@pytest.fixture(scope="module")
def seeds():
    if settings.SEEDS_DIR is None:
        pytest.skip("没有样本文件夹 SEEDS_DIR")
    return {
        number: next(settings.SEEDS_DIR.glob(f"{number}_*.txt")).read_text("utf-8") for number in ("000", "001", "002")
    }


def test_the_thirteen_speeches_of_the_compilations(seeds):
    page = {title_key(piece.title): piece for piece in propose(seeds["001"])}
    found = {number: survey(seeds[number]) for number in ("000", "002")}
    assert [len(compilation.pieces) for compilation in found.values()] == [6, 7]
    titles = right = 0
    for compilation in found.values():
        assert compilation.without_text == compilation.without_entry == ()
        for piece in compilation.pieces:
            # One title of the compilation differs from the page's by a character.
            original = page.get(title_key(piece.title)) or page[title_key(piece.title).replace("网格", "网络")]
            titles += 1
            assert f"{piece.title}（{piece.office}）" == piece.head.strip()
            assert piece.contents.startswith(piece.head.strip())
            assert set(piece.office) <= set(original.office), "the post without what was made anonymous"
            assert piece.person == ""
            share = compare(Shingled(piece.text), Shingled(original.text)).containment
            right += share >= (0.6 if any(cut.kind == "ends_early" for cut in original.cut) else 0.9)
    print(f"\n000、002：13 篇发言，认出 {titles} 篇，正文与报纸版面一致 {right} 篇")  # noqa: T201
    assert titles == right == 13


def test_the_speeches_of_the_page_and_what_its_columns_cut(seeds):
    """The page holds a lead and 13 speeches, 14 texts in all."""
    found = survey(seeds["001"])
    assert len(found.pieces) == 13
    assert found.heading
    assert found.subtitle.endswith("发言摘登")
    assert found.lead.endswith("表态发言。")
    assert all(piece.person and piece.office.endswith("书记") for piece in found.pieces)
    assert {stretch.kind for stretch in found.stretches} == {"heading", "lead", "piece"}
    told = [(number, cut) for number, piece in enumerate(found.pieces) for cut in piece.cut]
    kinds = {kind: sum(cut.kind == kind for _, cut in told) for kind in ("broken", "ends_early", "credit")}
    print(f"\n001：导语 1 篇，发言 {len(found.pieces)} 篇；分栏处断句 {kinds['broken']}，中断 1，文末署名 1")  # noqa: T201
    assert kinds == {"broken": 25, "ends_early": 1, "credit": 1}
    assert [found.pieces[number].office for number, cut in told if cut.kind == "ends_early"] == ["三亚市教育局党委书记"]
    assert found.pieces[-1].text.endswith("。")


@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_a_composite_of_a_seed_falls_into_its_parts_again(seeds, number):
    found = survey(seeds[number])
    composite = parts_of(from_plain(compose(found.pieces, found.lead)))
    assert [(part.title, part.person, part.office) for part in composite.parts] == [
        (piece.title, piece.person, piece.office) for piece in found.pieces
    ]


@pytest.mark.parametrize("name", sorted(path.stem for path in TEXTS.glob("*.txt")))
def test_no_manuscript_of_the_demonstration_is_split(name):
    number = read(name)
    assert number.pieces
    for piece in number.pieces:
        for text in (piece.body, f"{piece.title}\n{piece.fact('署名')}\n{piece.body}"):
            found = propose(text)
            assert len(found) == bool(text.strip()), piece.title
