"""Search tokens: what a phrase finds is what the text shows (DEPENDENCIES.md, search)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.text.bigrams import highlight, index_tokens, normalize, parse_query, passages


def finds(phrase, tokens):
    """A phrase search over positions, as both databases do it."""
    wanted = phrase.tokens
    for start in range(len(tokens) - len(wanted) + 1):
        here = tokens[start : start + len(wanted)]
        last = here[-1].startswith(wanted[-1]) if phrase.prefix else here[-1] == wanted[-1]
        if last and here[:-1] == list(wanted[:-1]):
            return True
    return False


def test_tokens_of_a_mixed_text():
    assert index_tokens("社区党建App，\uff32\uff23\uff25\uff30") == ["社区", "区党", "党建", "建", "app", "rcep"]


def test_traditional_full_width_and_capitals_are_the_same():
    assert normalize("黨建\uff21\uff30\uff30") == normalize("党建App") == "党建app"


def test_query_syntax():
    query = parse_query("“邻里 守望” -停车 夜市 \uff32\uff23\uff25\uff30")
    assert [phrase.tokens for phrase in query.phrases] == [("邻里", "里", "守望"), ("夜市",), ("rcep",)]
    assert [phrase.text for phrase in query.excluded] == ["停车"]
    assert query.warnings == ()


def test_queries_that_cannot_find_say_why():
    assert "排除" in parse_query("-停车").warnings[0]
    assert "没有可以搜索的文字" in parse_query("！？").warnings[0]
    assert "过长" in parse_query("邻" * 300).warnings[0]
    assert "过多" in parse_query(" ".join(f"w{number}" for number in range(20))).warnings[0]
    assert parse_query("") == ((), (), ())


def test_an_unclosed_quote_still_searches():
    assert [phrase.text for phrase in parse_query("“邻里守望").phrases] == ["邻里守望"]


def test_highlight_marks_the_text_as_written():
    assert highlight("新黨建\uff21\uff30\uff30上线，建党", "党建app") == [
        ("新", False),
        ("黨建\uff21\uff30\uff30", True),
        ("上线，建党", False),
    ]
    assert highlight("RCEPs 与 RCEP", "rcep") == [("RCEPs 与 ", False), ("RCEP", True)]


def test_passages_are_cut_at_punctuation():
    text = "第一句没有词。" + "社区党员为邻里服务，" * 3 + "居民称赞。" + "别的事情很多，" * 30 + "夜市也有邻里服务。"
    found = passages(text, "邻里", limit=2)
    assert len(found) == 2
    for pieces in found:
        shown = "".join(piece for piece, _ in pieces)
        assert shown in text
        assert shown[-1] in "，。"
        assert any(hit for _, hit in pieces)
    assert "".join(piece for piece, _ in found[0]).startswith(("第一句", "社区"))


TEXT = st.text(alphabet="党建引领社區服务ab1，。 “”\uff21", max_size=40)


@given(TEXT, st.integers(0, 40), st.integers(1, 6))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_stretch_of_chinese_is_found_and_highlighted(text, start, length):
    part = "".join(mark for mark in text[start : start + length] if "\u4e00" <= mark <= "\u9fff")
    if not part or part not in text:
        return
    (phrase,) = parse_query(part).phrases
    assert finds(phrase, index_tokens(text))
    pieces = highlight(text, part)
    assert "".join(piece for piece, _ in pieces) == text
    assert any(hit for _, hit in pieces)


@given(TEXT, TEXT)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_index_finds_nothing_that_highlighting_does_not(text, query):
    for phrase in parse_query(query).phrases:
        if finds(phrase, index_tokens(text)):
            assert any(hit for _, hit in highlight(text, "“" + phrase.text + "”"))
