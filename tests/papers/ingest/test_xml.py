"""XML from strangers: what is refused, and what is mended."""

from __future__ import annotations

import time

import pytest

from papers.ingest.xml import BadXml, has_lost_letters, parse_xml, source_of, text_of

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>"""
FOREIGN = b"""<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>"""


@pytest.mark.parametrize("data", [LAUGHS, FOREIGN, b'<!DOCTYPE a SYSTEM "http://x.example/a.dtd"><a/>'])
def test_document_types_are_refused_before_any_entity_is_read(data: bytes) -> None:
    with pytest.raises(BadXml, match="document type"):
        parse_xml(data)


def test_names_lose_their_prefixes_declared_or_not() -> None:
    root = parse_xml(b'<a:feed xmlns:a="urn:x"><b:title c:kind="t">T<i>i</i></b:title></a:feed>')
    assert (root.tag, root[0].tag, root[0].attrib) == ("feed", "title", {"kind": "t"})
    assert text_of(root, "title") == "Ti"
    assert text_of(root, "nothing") == ""
    assert source_of(root[0]) == '<title kind="t">T<i>i</i></title>'


@pytest.mark.parametrize("data", [b"<!doctype html><p>Busy", b"\n <html>", b"<!-- x --><!DOCTYPE HTML PUBLIC>"])
def test_page_of_html_is_named(data: bytes) -> None:
    with pytest.raises(BadXml, match="a page of HTML"):
        parse_xml(data)


@pytest.mark.parametrize("data", [b"<a><b>cut", b"<a><b", b'<?xml version="1.0"?>\n'])
def test_broken_off_document_is_named(data: bytes) -> None:
    with pytest.raises(BadXml, match="breaks off"):
        parse_xml(data)


def test_nothing_at_all_is_named() -> None:
    with pytest.raises(BadXml, match="empty"):
        parse_xml(b"")


@pytest.mark.parametrize("data", [b"Rate exceeded.", b"<a></b>", b'<?xml version="1.0" encoding="klingon"?><a/>'])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(BadXml):
        parse_xml(data)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(BadXml, match="nested"):
        parse_xml(b"<a>" * 100_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_honoured(encoding: str) -> None:
    root = parse_xml(f'<?xml version="1.0" encoding="{encoding}"?><a>Ré</a>'.encode(encoding))
    assert root.text == "Ré"
    assert not has_lost_letters(root)


@pytest.mark.parametrize("bad", [b"R\xe9n", b"R\x0bn", b"R&#11;n", b"R&#xDFFF;n"])
def test_what_is_no_character_costs_only_the_element_that_holds_it(bad: bytes) -> None:
    root = parse_xml(b'<?xml version="1.0" encoding="utf-8"?><a><b>' + bad + b"</b><b>fine &#233;</b></a>")
    assert [has_lost_letters(child) for child in root] == [True, False]
    assert root[0].text == "R\ufffdn"
    assert root[1].text == "fine é"


def test_megabytes_in_one_element_are_read_at_once() -> None:
    started = time.monotonic()
    assert len(text_of(parse_xml(b"<a>" + b"x &amp; y " * 1_000_000 + b"</a>"))) == 6_000_000
    assert time.monotonic() - started < 5
