"""Recognise unsupported formats, and say what to export instead."""

from __future__ import annotations

import re
from pathlib import Path

# Those that look like a format that is read, or like nothing.
_SURE = (
    (r"(?:<\?xml[^>]*>\s*)?<rdf:RDF\b", "RDF, as Zotero writes it: export the collection as RIS, BibTeX or CSL JSON"),
    (r"(?:<\?xml[^>]*>\s*)?<records>\s*<rec\b", "XML of EBSCO: export the results there as RIS"),
    (r"<\d{1,6}>[^\S\n]*\n\s*(?:Unique Identifier|Accession Number|Authors?|Title|UI  ?-|VN  ?-)", "text of Ovid: export the results there as RIS, with abstracts"),
    (r"Record #\d+ of \d+[^\S\n]*\n\s*(?:ID|AN|PROVIDER): ", "text of the Cochrane Library: export the results there as RIS, with abstracts"),
    (r"_{20,}\s+(?:Document|Record|Report) ", "text of ProQuest: export the results there as RIS, with abstracts"),
    (r"Scopus[^\S\n]*\nEXPORT DATE", "plain text of Scopus: export the results there as CSV, RIS or BibTeX, with abstracts"),
    (r"%[^\n]*\bbiblatex auxiliary file|(?:%.*\n|\\newcommand.*\n|\\providecommand.*\n|\s){0,60}\\begin\{thebibliography\}", "a list of references of LaTeX (.bbl), which has no abstracts: add its .bib file"),
    (r"(?=(?:.*\n){0,60}?\"?ABSTRACT\"?,)(?:(?:.*\n){0,5}?)\"?TITLE\"?,.*\n(?:\"?[A-Z][A-Z ()/-]{2,40}\"?,.*\n){2}", "a CSV of Embase with a field in each row: export it with a record in each row, or as RIS"),
)  # fmt: skip
# Those that the name or the contents of a file may still make a format that is read.
_LIKELY = (
    (r"<!doctype html|<html|<head|<body", "an HTML page: copy its text from the browser into a .txt file"),
    (r"\{\\rtf", "an RTF document: save it as plain text"),
    (r"\\documentclass|\\begin\{document", "LaTeX: put title and abstract into a JSONL or CSV record"),
    (r"1[.:] .*(?:\n.*){2,60}?\n(?:Author information:|PMID: \d)", "PubMed's text for readers: save the search as PubMed format instead (.nbib)"),
    (r"(?:[A-Z]{2} {2}(?:- )?.{0,200}\n){3}", "the export of a database: export it as RIS or BibTeX, with abstracts"),
    (r"<\?xml|<\w+[^>]{0,500}xmlns", "XML of no format that is known: export titles and abstracts as RIS, JSONL or CSV"),
)  # fmt: skip
_SURE_PATTERNS = tuple((re.compile(rf"\A(?:{pattern})"), kind) for pattern, kind in _SURE)
_LIKELY_PATTERNS = tuple((re.compile(rf"\A(?:{pattern})", re.I), kind) for pattern, kind in _LIKELY)
_ARCHIVE = "an archive: unpack it and add the files in it"
_IMAGE = "an image: put the titles and abstracts that it shows into a JSONL or CSV file"
_BINARY = "a binary file: export titles and abstracts as JSONL or CSV"
_ENDNOTE = "a library of EndNote: export it there as XML or RIS"
_SIGNATURES = (
    (b"%PDF", 0, "a PDF: copy its title and abstract into a JSONL or CSV record"),
    (b"PK\x03\x04", 0, "a zip archive or an office document: unpack it, or save it as CSV or plain text"),
    (b"PK\x05\x06", 0, "an empty zip archive: there is nothing to add"),
    (b"ustar", 257, _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", 0, _ARCHIVE),
    (b"7z\xbc\xaf", 0, _ARCHIVE),
    (b"Rar!", 0, _ARCHIVE),
    (b"\x89PNG", 0, _IMAGE),
    (b"\xff\xd8\xff", 0, _IMAGE),
    (b"GIF8", 0, _IMAGE),
    (b"II*\x00", 0, _IMAGE),
    (b"MM\x00*", 0, _IMAGE),
    (b"WEBP", 8, _IMAGE),
    (b"\xd0\xcf\x11\xe0", 0, "an old office document: save it as CSV or plain text"),
    (b"SQLite format", 0, "a database: export titles and abstracts as JSONL or CSV"),
    (b"PAR1", 0, "a Parquet table: export titles and abstracts as JSONL or CSV"),
)


def foreign(head: str, *, is_known: bool) -> str:
    """Return what a text is whose format is not read, and what to export instead; "" for any other.

    `is_known` is whether its beginning is that of a format that is read.
    """
    begin = head.lstrip("\ufeff \t\r\n").replace("\r\n", "\n")
    patterns = _SURE_PATTERNS if is_known else (*_SURE_PATTERNS, *_LIKELY_PATTERNS)
    return next((kind for pattern, kind in patterns if pattern.match(begin)), "")


def signed(block: bytes) -> str:
    """Return what a file is that begins with the signature of a binary format, and what to do instead; "" for any other.

    `block` is its beginning, 261 bytes or more.
    """
    return next((kind for signature, at, kind in _SIGNATURES if block[at:].startswith(signature)), "")


def binary(path: Path) -> str:
    """Return what a file of bytes without a known signature is: only the name tells the libraries of programs."""
    return _ENDNOTE if path.suffix.lower() in (".enl", ".enlx") else _BINARY
