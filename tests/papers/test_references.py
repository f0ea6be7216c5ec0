"""A paper's name as readers paste it."""

from __future__ import annotations

import pytest

from papers.references import read_reference

ARXIV, OLD, DOI = ("arxiv", "2512.00042"), ("arxiv", "math/0309136"), ("doi", "10.1000/boats.7")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2512.00042", ARXIV),
        (" arXiv: 2512.00042v3\n", ARXIV),
        ("arXiv:2512.00042v1 [cs.LG] 1 Dec 2025", ARXIV),
        ("“2512.00042”", ARXIV),
        ("https://arxiv.org/abs/2512.00042v2?utm_source=mail&x=1#page=2", ARXIV),
        ("http://export.arxiv.org/pdf/2512.00042.pdf", ARXIV),
        ("https://www.alphaxiv.org/abs/2512.00042v1", ARXIV),
        ("alphaxiv.org/overview/2512.00042?tab=notes", ARXIV),
        ("https://huggingface.co/papers/2512.00042#comments", ARXIV),
        ("https://ar5iv.labs.arxiv.org/html/2512.00042", ARXIV),
        ("https://scirate.com/arxiv/2512.00042", ARXIV),
        ("https://doi.org/10.48550/arXiv.2512.00042", ARXIV),
        ("10.48550/ARXIV.2512.00042", ARXIV),
        ("math.GT/0309136", OLD),
        ("https://arxiv.org/abs/math/0309136v2", OLD),
        ("doi: 10.1000/BOATS.7", DOI),
        ("<https://doi.org/10.1000/boats.7>", DOI),
        ("https://dx.doi.org/10.1000%2Fboats.7?utm_medium=feed", DOI),
        ("https://journal.example.org/doi/full/10.1000/boats.7", DOI),
        ("https://journal.example.org/doi/10.1000/boats.7/pdf?download=true", DOI),
        ("https://preprints.example.org/content/10.1101/2025.12.01.1v2.full", ("doi", "10.1101/2025.12.01.1")),
        (
            "10.1002/(SICI)17:15/16<1661::AID-SIM9>3.0.CO;2-2",
            ("doi", "10.1002/(sici)17:15/16<1661::aid-sim9>3.0.co;2-2"),
        ),
        ("10.1000/with/10.5", ("doi", "10.1000/with/10.5")),
    ],
)
def test_a_paper_is_read_from_what_is_pasted(text: str, found: tuple[str, str]) -> None:
    assert read_reference(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lamplight",
        "2513.00042",
        "https://elsewhere.example.org/2512.00042",
        "http://127.0.0.1:8000/admin",
        "file:///etc/passwd",
        "10.1000",
        "10.1000/" + "x" * 400,
        "x" * 10_000,
        "https://arxiv.org/list/cs.LG/new",
        "https://doi.org/10.1000/boats%00",
    ],
)
def test_what_names_no_paper_is_none(text: str) -> None:
    assert read_reference(text) is None
