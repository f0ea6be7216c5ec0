"""Identifiers as people paste them. Pure."""

from __future__ import annotations

import pytest

from papers.identifiers import normalised, parse_identifier

S2 = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" 2512.00042v3 ", ("arxiv", "2512.00042")),
        ("https://huggingface.co/papers/2512.00042", ("arxiv", "2512.00042")),
        ("10.48550/arXiv.2512.00042", ("arxiv", "2512.00042")),
        ("https://doi.org/10.1000/LAMP", ("doi", "10.1000/lamp")),
        ("https://aclanthology.org/2020.acl-main.1/", ("acl", "2020.acl-main.1")),
        ("aclanthology.org/P19-1001.pdf", ("acl", "P19-1001")),
        ("https://openreview.net/forum?id=Ab_-9&noteId=x", ("openreview", "Ab_-9")),
        ("https://openreview.net/pdf?id=Ab_-9", ("openreview", "Ab_-9")),
        (f"https://www.semanticscholar.org/paper/On-Lamplight/{S2}", ("s2", S2)),
        ("https://hf.co/papers/not-an-arxiv-id", ("hf", "not-an-arxiv-id")),
        ("https://elsewhere.example.org/2512.00042", None),
        ("lamplight", None),
        ("", None),
    ],
)
def test_an_identifier_is_known_by_what_it_looks_like(text: str, found: tuple[str, str] | None) -> None:
    assert parse_identifier(text) == found


@pytest.mark.parametrize(
    ("scheme", "text", "value"),
    [
        ("arxiv", "https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("arxiv", "lamplight", ""),
        ("doi", "doi:10.1000/LAMP.", "10.1000/lamp"),
        ("doi", "lamp", ""),
        ("acl", "https://aclanthology.org/P19-1001/", "P19-1001"),
        ("acl", " P19-1001 ", "P19-1001"),
        ("openreview", "two words", ""),
        ("hf", "https://elsewhere.example.org/x", ""),
        ("s2", "x" * 301, ""),
    ],
)
def test_an_identifier_is_kept_as_its_scheme_writes_it(scheme: str, text: str, value: str) -> None:
    assert normalised(scheme, text) == value
