from __future__ import annotations

import re
import time

import pytest

from papers.formulas import formula
from papers.markdown import LONGEST, render_markdown

_PLAIN = {"p", "a", "code", "pre", "math", "mrow", "mtext", "mi", "mo", "mn"}


def test_markdown_and_tex_share_a_sentence() -> None:
    html = render_markdown(r"*So* $a_1*b_2*c$ and \(x\), **not** `$x$`.")
    tex = formula("a_1*b_2*c")
    assert html == (f"<p><em>So</em> {tex} and {formula('x')}, <strong>not</strong> <code>$x$</code>.</p>\n")


def test_a_display_formula_may_have_lines_of_its_own() -> None:
    assert render_markdown("$$\nx^2\n$$") == f"<p>{formula('x^2', block=True)}</p>\n"


@pytest.mark.parametrize("source", ["    $x$", "```\n$x$\n```", "```py\n$x$\n```"])
def test_code_holds_no_formula(source: str) -> None:
    assert render_markdown(source).strip() in ("<pre><code>$x$\n</code></pre>", "<pre><code>$x$</code></pre>")


def test_money_stays_money_and_an_escape_escapes() -> None:
    assert render_markdown(r"$5 and $6, \$x\$") == "<p>$5 and $6, $x$</p>\n"


def test_headings_stand_below_those_of_the_page() -> None:
    html = render_markdown("# A\n\n## B\n\n### C\n\n#### D")
    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h5", "h6"]


def test_a_link_is_marked_as_a_readers() -> None:
    assert render_markdown("[x](https://x.org 'T')") == (
        '<p><a href="https://x.org" title="T" rel="nofollow ugc noopener">x</a></p>\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](\tjavascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/relative)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](javascript:alert(1))",
    ],
)
def test_only_http_and_mail_links_are_links(source: str) -> None:
    assert "<a" not in render_markdown(source)


@pytest.mark.parametrize("address", ["https://x.org", "http://x.org", "mailto:a@b.org"])
def test_those_are_links(address: str) -> None:
    assert f'href="{address}"' in render_markdown(f"<{address}>" if "@" not in address else f"[x]({address})")


def test_an_image_is_a_link_to_it() -> None:
    assert render_markdown('![a "b <c>](https://x.org/i.png)') == (
        '<p><a href="https://x.org/i.png" rel="nofollow ugc noopener">a "b &lt;c&gt;</a></p>\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<img src=x onerror=alert(1)>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
        r"$\href{javascript:alert(1)}{x}$",
        '[x](https://x.org "onmouseover=alert(1)")',
        '![x](https://x.org/"onerror="alert(1))',
        "```html\n<script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
    ],
)
def test_nothing_hostile_survives(source: str) -> None:
    html = render_markdown(source)
    assert set(re.findall(r"<(/?\w+)", html)) <= _PLAIN | {f"/{name}" for name in _PLAIN}
    bare = re.sub(r'"[^"]*"', '""', html)
    assert re.findall(r"<[^>]*\s(?:on\w+|style|src)=", bare) == []


@pytest.mark.parametrize(
    "unit",
    ["[", "![[", "\\(", "$", "$x", "*", "**a *b ", ">", "`", "_a_ ", "[a](", "<", "- ", "&", "[a][b]", "$\\text{"],
)
def test_a_megabyte_of_hostile_markdown_is_quick(unit: str) -> None:
    source = unit * (1_000_000 // len(unit))
    start = time.process_time()
    render_markdown(source)
    assert time.process_time() - start < 5


def test_what_lies_beyond_the_cap_is_left_out() -> None:
    assert "end" not in render_markdown("a " * (LONGEST // 2) + "end")
