"""Text made readable: wrapped lines, accents, entities, characters that a database or a reader can't have."""

from __future__ import annotations

import pytest

from papers.ingest.text import single_line, tidy_name, tidy_title, unwrap, web_address


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        (r"A. Example\'on", "A. Exampleón"),
        (r"Bro\v{n}a \'Alv", "Broňa Álv"),
        (r"G\"ahl \"{O}st \"A", "Gähl Öst Ä"),
        (r"\c{S}eno\u{g}u \c C", "Şenoğu Ç"),
        (r"Ren{\'e} M{\'{e}}h{\'{\i}}", "René Méhí"),
        (r"Macr\`i F\^{\i}x \~nan", "Macrì Fîx ñan"),
        (r"{\O}st \o rst \O{}y", "Øst ørst Øy"),
        (r"Wei{\ss} {\L}uk \l od {\AA}s", "Weiß Łuk łod Ås"),
        (r"\H{o}d \k{a}c \r{u}m Z\.zz \={u}n", "őd ąc ům Zżz ūn"),
        ("Krasno\\u\u0131 Kra\\u\\i", "Krasnoĭ Kraĭ"),
        (r"\'{{e}} {\'{{e}}} \'{\ae}", "é é ǽ"),
        (r"Nguy\~{\^e}n Nguy{\~{\^e}}n Tr\'{\^{a}}n \`{\u{a}} \h{o}", "Nguyễn Nguyễn Trấn ằ ỏ"),
        (r"\v{\i} \^{\j} \t{oo} {\ss} \ae{} \.I \d{s} \b{t} \DJ", "ǐ ĵ o͡o ß æ İ ṣ ṯ Đ"),
        ("Jos\\é \\\\Alder Birch\\textsuperscript \\", "José Alder Birch"),
        ("M.~Example", "M. Example"),
        (r"{\bf A. Bold}", "A. Bold"),
        ("Bud'ko O`Neil", "Bud'ko O`Neil"),
        ("Fran&ccedil;ois &#352;m", "François Šm"),
        ("  Two\n  Lines ", "Two Lines"),
    ],
)
def test_name_is_read_as_its_owner_writes_it(printed: str, name: str) -> None:
    assert tidy_name(printed) == name


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("A title\n  over two lines", "A title over two lines"),
        (r"Schr\"odinger's $\'e \"o$ \& Co", r"Schrödinger's $\'e \"o$ & Co"),
        (r"On \(\v{x}\) and \'Etale", r"On \(\v{x}\) and Étale"),
        (r"An odd $ and an \'accent", "An odd $ and an áccent"),
        (r"Cost \$5 and \'e", r"Cost \$5 and é"),
        (r"\textit{SARAS} \tau \times \cite{a} {TeX}", r"\textit{SARAS} \tau \times \cite{a} {TeX}"),
        ("x &lt; y &amp; 3 &#177; 1, R&D; AT&T", "x < y & 3 ± 1, R&D; AT&T"),
        (r"One\\ two\ three", "One two three"),
        ("e\u0301tale", "étale"),
    ],
)
def test_title_is_one_line_with_its_mathematics_untouched(printed: str, title: str) -> None:
    assert tidy_title(printed) == title


def test_very_long_title_is_left_to_be_rejected_without_decoding() -> None:
    assert tidy_title("$$ \\( " * 10_000) == ("$$ \\( " * 10_000).strip()


@pytest.mark.parametrize(
    ("wrapped", "text"),
    [
        ("  One line\nand its end.\n", "One line and its end."),
        ("First.\n  Second part\nof it.", "First.\n\nSecond part of it."),
        ("We prove that\n  $x$ is small.\nDone.", "We prove that $x$ is small. Done."),
        ("One.\n\nTwo.\r\n\r\nThree.", "One.\n\nTwo.\n\nThree."),
        ("A sentence.\n  All lines\n  are indented.\n  Here.", "A sentence. All lines are indented. Here."),
        (
            "Some lines.\n  Are indented\nat\n  random\n  here. And\n  so on.",
            "Some lines. Are indented at random here. And so on.",
        ),
        ("An unwrapped paragraph. " * 5 + "End.\n  Another.", "An unwrapped paragraph. " * 5 + "End.\n\nAnother."),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_abstract_keeps_paragraphs_and_loses_wraps(wrapped: str, text: str) -> None:
    assert unwrap(wrapped) == text


def test_abstract_keeps_its_tex() -> None:
    assert unwrap(r"Poincar\'e said $\alpha < 1$ &amp; left") == r"Poincar\'e said $\alpha < 1$ &amp; left"


def test_characters_that_cannot_be_stored_or_would_deceive_are_dropped() -> None:
    assert single_line("a\x00b\x07c\ud800d\u202ee\ufefff") == "abcdef"
    assert single_line("tab\tline\u2028end") == "tab line end"


@pytest.mark.parametrize(
    "address",
    ["https://github.com/a/b", "http://x.example.org:8080/p?q=1#f", "https://exämple.org/ü", " https://trimmed.org "],
)
def test_web_address_is_kept(address: str) -> None:
    assert web_address(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "",
        None,
        7,
        "github.com/a/b",
        "ftp://x.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@x.org/",
        "http://localhost/x",
        "https://x.org/a b",
        "https://x.org/\nb",
        "https://x.org:99999/",
        "https://x.org/<script>",
        "https://x.org/" + "a" * 500,
    ],
)
def test_what_is_no_plain_web_address_is_dropped(address: object) -> None:
    assert web_address(address) == ""
