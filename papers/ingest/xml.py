"""XML from strangers, as a tree of local names. Pure.

Built on the standard library's expat: no document type is accepted, so that there are no entities to
expand (billion laughs) and none to fetch (external entities), and no third library is needed.
Namespaces are dropped: the same elements come with and without prefixes, and some saved records have
lost their declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

_DEEPEST = 100
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|(\d{1,8}));")
_MENDABLE = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_BAD_CHAR_REF],
}
_ENDED = {
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
LOST = "\ufffd"  # stands where bytes were no characters


class BadXml(ValueError):
    """What came is no XML that we take; the message goes on from "it is "."""


def parse_xml(data: bytes) -> Element:
    """The document's root; names without prefix. Raises BadXml.

    Bytes that are no UTF-8 and characters that XML forbids become U+FFFD, so that one broken record
    does not take its whole page with it; see `has_lost_letters`.
    """
    if _HTML.match(data[:2_000]):
        raise BadXml("a page of HTML instead of XML")
    try:
        return _parse(data)
    except expat.ExpatError as error:
        if error.code not in _MENDABLE:
            raise _named(error) from None
    try:
        return _parse(_mended(data), "utf-8")
    except expat.ExpatError as error:
        raise _named(error) from None


def has_lost_letters(element: Element) -> bool:
    """Whether the element holds the mark of bytes that were no characters."""
    return any(LOST in text for text in element.itertext())


def text_of(element: Element | None, name: str = "") -> str:
    """All text within the element, or within its child of that name; empty when there is none."""
    found = element.find(name) if name and element is not None else element
    return "".join(found.itertext()) if found is not None else ""


def texts_of(element: Element, name: str) -> Iterator[str]:
    return (text_of(child) for child in element.findall(name))


def source_of(element: Element) -> str:
    """The element as XML again, for a record that is rejected."""
    return tostring(element, encoding="unicode").strip()


def _parse(data: bytes, encoding: str | None = None) -> Element:
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise BadXml(f"XML nested more than {_DEEPEST} elements deep")
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(data, True)
    except (LookupError, ValueError) as error:
        if isinstance(error, BadXml):
            raise
        # A declared encoding that Python does not know, or that is no text at all.
        raise BadXml("XML in an encoding that is not known") from None
    return builder.close()


def _refuse_document_type(*_: object) -> NoReturn:
    raise BadXml("XML with a document type, which could hold entities")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _mended(data: bytes) -> bytes:
    text = _NOT_XML.sub(LOST, data.decode("utf-8", errors="replace"))
    return _REFERENCE.sub(_mended_reference, text).encode()


def _mended_reference(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    is_character = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF and not _NOT_XML.match(chr(number))
    return match[0] if is_character else LOST


def _named(error: expat.ExpatError) -> BadXml:
    if error.code in _ENDED:
        return BadXml("XML that breaks off" if error.lineno > 1 or error.offset else "empty")
    return BadXml(f"no whole XML: {expat.ErrorString(error.code)} in line {error.lineno}")
