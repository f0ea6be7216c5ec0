from __future__ import annotations

import gzip
import json
import re
import time
from typing import Any

import pytest

from papers import mathematics
from papers.formulas import DEEPEST, LONGEST, formula, to_mathml
from papers.mathematics import reachable, render_abstract, render_math
from tests.shared_data import shared

ALPHA = '<math display="inline" alttext="\\alpha"><mrow><mi>α</mi></mrow></math>'


@pytest.mark.parametrize("text", [r"$\alpha$", r"$ \alpha $", r"\(\alpha\)"])
def test_a_formula_becomes_mathml_with_its_tex_as_the_text_alternative(text: str) -> None:
    assert render_math(text) == ALPHA


@pytest.mark.parametrize("text", [r"$$\alpha$$", r"\[\alpha\]", r"\begin{equation}\alpha\end{equation}"])
def test_a_display_formula_is_a_block(text: str) -> None:
    assert render_math(text) == ALPHA.replace("inline", "block")


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.",
        "From $100K to $1M a year",
        "US$10, which is (in US$) little",
        "$21B notional",
        r"\$5 and \$6".replace("\\", ""),
        "A lone $ sign",
        "$$",
        "$$$$",
    ],
)
def test_money_is_no_formula(text: str) -> None:
    assert render_math(text) == text


def test_adjacent_formulas_are_two() -> None:
    assert render_math("$a$$b$").count("<math") == 2


def test_an_escaped_dollar_is_a_dollar() -> None:
    assert render_math(r"\$5, \$x\$ and $x$") == "$5, $x$ and " + formula("x")


@pytest.mark.parametrize("text", ["B1422$+$231", r"$\sigma$8", "$ z = 0.5$", "H$_2$O", "$C(X) $"])
def test_spellings_that_abstracts_have_are_formulas(text: str) -> None:
    assert "<math" in render_math(text)


def test_text_around_formulas_is_escaped() -> None:
    assert render_math("<b>$x$ & 'q'") == f"&lt;b&gt;{formula('x')} &amp; &#x27;q&#x27;"


@pytest.mark.parametrize(
    ("tex", "harmless"),
    [
        (r"\text{<script>alert(1)</script>}", "&lt;script&gt;"),
        (r"\text{</math><img src=x onerror=alert(1)>}", "&lt;img"),
        (r"\mbox{<svg onload=alert(1)>}", "&lt;svg"),
        (r"\href{javascript:alert(1)}{x}", 'class="tex"'),
        (r"\style{color:red}{x}", 'class="tex"'),
        (r"\class{button}{x}", 'class="tex"'),
        (r"\text{&#60;script&#62;}", 'class="tex"'),
        (r"\unicode{x3C}", 'class="tex"'),
    ],
)
def test_hostile_tex_is_harmless(tex: str, harmless: str) -> None:
    html = render_math(f"${tex}$")
    assert harmless in html
    tags = re.findall(r"<(/?[a-z]+)", html)
    assert {"script", "img", "svg", "a"}.isdisjoint(tags)
    assert not re.search(r"\s(?:href|style|on[a-z]+)=", re.sub(r'"[^"]*"', '""', html))


@pytest.mark.parametrize(
    "tex",
    [
        r"\vp x",
        r"\mbox{if $x",
        r"x_{",
        r"\frac{1}",
        r"a & b",
        r"\def\a{\a\a}\a",
        r"\newcommand{\b}{\b\b}\b",
        "x" * (LONGEST + 1),
        "{" * (DEEPEST + 1) + "x" + "}" * (DEEPEST + 1),
        r"\sqrt" * 300 + "x",
        "x^" * 300 + "x",
    ],
)
def test_a_formula_that_cannot_be_shown_stays_readable_tex(tex: str) -> None:
    assert to_mathml(tex) == ""
    assert str(formula(tex)).startswith('<code class="tex">')
    assert "<mi>" not in formula(tex)


def test_a_length_cannot_widen_the_page() -> None:
    assert "999" not in re.sub(r'alttext="[^"]*"', "", formula(r"\hspace{999em}x"))
    assert 'width="0.167em"' in formula(r"a\,b")


def test_styled_letters_are_unicode_letters() -> None:
    assert "<mi>ℝ</mi>" in formula(r"\mathbb{R}")
    assert "<mi>𝐱</mi><mi>𝐲</mi>" in formula(r"\mathbf{xy}")
    assert "ℋ" in formula(r"{\cal H}")
    assert 'mathvariant="normal"' in formula(r"\mathrm{SU}")


def test_a_long_formula_may_scroll() -> None:
    assert 'class="is-long"' in formula("+".join("abcdefghijklmnop"))
    assert "is-long" not in formula("a+b")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"\emph{x} {\it y} {\em z}", "<em>x</em> <em>y</em> <em>z</em>"),
        (r"\textbf{x} {\bf y}", "<strong>x</strong> <strong>y</strong>"),
        (r"\texttt{a b} \url{https://x.org/~a}", "<code>a b</code> <code>https://x.org/~a</code>"),
        (r"5\% R\&D a\_b", "5% R&amp;D a_b"),
        ("Fig.~1, ~5 ms, 2~3, x.org/~ada", "Fig.\u00a01, ~5 ms, 2~3, x.org/~ada"),
        ("a--b a---b --help -----", "a–b a—b --help -----"),
        ("``so'' 5''", "“so” 5&#x27;&#x27;"),
        (r"{\alpha}-synuclein, 5 {\mu}m, \ldots", "α-synuclein, 5 μm, …"),
        (r"M\"uller, \'{e}, {\o}", "Müller, é, ø"),
        (r"\cite{key}", "[key]"),
        (r"\unknown{x} {1, 2} a } b", r"\unknown{x} {1, 2} a } b"),
        (r"{\em never closed", r"{\em never closed"),
        (r"\emph{<b>}", "<em>&lt;b&gt;</em>"),
    ],
)
def test_text_commands_read_as_what_they_mean(text: str, html: str) -> None:
    assert render_math(text) == html


def test_emphasis_may_hold_a_formula() -> None:
    assert render_math(r"\emph{the $x$ thing}") == f"<em>the {formula('x')} thing</em>"


def test_an_empty_line_parts_paragraphs_and_a_formula_never_spans_two() -> None:
    assert render_abstract("One\nline $a\n\n  b$ two\n \nthree") == "<p>One\nline $a</p><p>b$ two</p><p>three</p>"
    assert render_abstract(" \n ") == ""


class _CountingText(str):
    """A text that counts how many characters are looked at in search of a closing mark."""

    looked_at = 0

    def find(self, wanted: str, start: Any = 0, end: Any = None) -> int:
        found = super().find(wanted, start, end)
        stop = found if found >= 0 else min(len(self), end)
        type(self).looked_at += stop - start
        return found


@pytest.mark.parametrize("opening", ["\\(", "\\[", "$x ", "$", "$$", "\\begin{align}", "\\$ $", "\\\\("])
def test_hostile_openings_cost_work_in_proportion_to_their_number(opening: str) -> None:
    work = []
    for times in (10_000, 20_000):
        _CountingText.looked_at = 0
        text = _CountingText(opening * times)
        position = 0
        while match := mathematics._OPENING.search(text, position):
            found = mathematics.find_formula(text, match.start())
            position = found.end if found else match.end()
        work.append(_CountingText.looked_at)
    # Twice the input, hardly more than twice the looks; four times would be quadratic.
    assert work[1] <= 3 * work[0] + mathematics._REACH


@pytest.mark.parametrize(
    "unit", ["$", "[", "(", "\\(", "{", "}", "\\emph{", "~", "-", "\\", "$\\$", "\\' ", "`", "\n ", "$x^", "\\text{"]
)
@pytest.mark.parametrize("length", [99_000, 1_000_000])
def test_a_megabyte_of_hostile_text_is_quick(unit: str, length: int) -> None:
    text = unit * (length // len(unit))
    start = time.process_time()
    render_abstract(text)
    assert time.process_time() - start < 5


def test_real_abstracts_leak_no_macros_and_nearly_all_formulas_render(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def watched(tex: str, *, block: bool = False) -> Any:
        html = formula(tex, block=block)
        seen.append(html.startswith("<math"))
        if seen[-1]:
            # All that is printed, which is neither tags nor the text alternative.
            printed = re.sub(r"<[^>]*>", " ", html)
            assert not re.search(r"\\[A-Za-z]", printed), tex
        return html

    monkeypatch.setattr(mathematics, "formula", watched)
    with gzip.open(shared("corpus/arxiv.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for _, line in zip(range(3_000), lines, strict=False):
            paper = json.loads(line)
            render_math(paper["title"])
            render_abstract(paper["abstract"])
    assert len(seen) > 3_000
    assert sum(seen) / len(seen) > 0.975


def test_even_a_broken_converter_passes_the_sanitiser(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '<math><script>alert(1)</script><mi onclick="x" style="x">y</mi><mtext><img src="x"></mtext></math>'
    monkeypatch.setattr("papers.formulas.tostring", lambda *args, **kwargs: hostile)
    assert to_mathml("x + y") == "<math><mi>y</mi><mtext></mtext></math>"


@pytest.mark.parametrize("tex", [r"$$a > b$$", f"${'+'.join('abcdefghijklmnop')}$"])
def test_a_formula_that_may_scroll_is_reached_by_tab_where_it_is_read(tex: str) -> None:
    assert '<math tabindex="0" display=' in reachable(render_abstract(tex))
    assert "tabindex" not in render_abstract(tex)


def test_a_formula_that_fits_is_no_stop_for_tab() -> None:
    assert "tabindex" not in reachable(render_abstract('$a_b = \\text{display="block"}$'))
    assert reachable('<p>&lt;math display="block"&gt;</p>') == '<p>&lt;math display="block"&gt;</p>'
