"""What readers write, as HTML: CommonMark with TeX, and nothing that could do harm. Pure."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from papers.formulas import ATTRIBUTES, ELEMENTS, formula
from papers.mathematics import find_formula

LONGEST = 20_000

_SCHEMES = {"http", "https", "mailto"}
# A page has its own first and second headings, and a comment stands below both.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}
_CLEANER = nh3.Cleaner(
    tags=ELEMENTS
    | {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
    | {"h3", "h4", "h5", "h6", "table", "tbody", "td", "th", "thead", "tr"},
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES | {"a": {"href", "title"}, "ol": {"start"}},
    allowed_classes={"math": {"is-long"}, "code": {"tex"}},
    link_rel="nofollow ugc noopener",
    url_schemes=_SCHEMES,
    url_relative="deny",
)


def render_markdown(source: str) -> str:
    """Return sanitised HTML of the first 20,000 characters."""
    html: str = _parser().render(source[:LONGEST])
    return _CLEANER.clean(html)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    # Before the rule that takes `\(` for an escaped bracket.
    parser.inline.ruler.before("escape", "formula", _formula_rule)
    parser.add_render_rule("formula", _write_formula)
    parser.add_render_rule("fence", _write_fence)
    parser.add_render_rule("image", _write_image)
    parser.add_render_rule("heading_open", _write_heading)
    parser.add_render_rule("heading_close", _write_heading)
    parser.validateLink = _is_harmless  # type: ignore[method-assign]
    return parser


def _formula_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    found = find_formula(state.src, state.pos)
    if found is None or found.end > state.posMax:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.meta = found.tex, {"block": found.is_block}
    state.pos = found.end
    return True


def _write_formula(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return formula(tokens[index].content, block=tokens[index].meta["block"])


def _write_fence(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """As any block of code: the language after the fence would become a class."""
    return renderer.code_block(tokens, index, options, env)


def _write_image(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """A link: an image would be loaded from another host, and tell it who reads."""
    text = renderer.renderInlineAsText(tokens[index].children, options, env) or "image"
    link = Token("link_open", "a", 1, attrs={"href": tokens[index].attrGet("src") or ""})
    return renderer.renderToken([link], 0, options, env) + _escaped(text) + "</a>"


def _write_heading(renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    tokens[index].tag = _HEADINGS.get(tokens[index].tag, "h6")
    return renderer.renderToken(tokens, index, options, env)


def _is_harmless(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
