"""Encodings, compression, and files that are no text."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.files import ONE, lines, papers_in, refusal, write

from assistant.core.errors import SourceError
from assistant.library.readers import read
from assistant.library.readers.files.textfile import open_text


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["papers.jsonl", "papers.csv"])
def test_unicode_with_a_byte_order_mark_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    row = json.dumps({**ONE, "title": "Poincaré"}, ensure_ascii=False)
    text = row if name.endswith("jsonl") else "title,abstract\nPoincaré,We count.\n"
    assert papers_in(write(tmp_path / name, text.encode(encoding)))[0].title == "Poincaré"


@pytest.mark.parametrize("name", ["papers.jsonl.gz", "papers.gz", "papers.jsonl"])
def test_gzip_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert len(papers_in(write(tmp_path / name, gzip.compress(json.dumps(ONE).encode())))) == 1


PLAIN = "plain text\n" * 3
SENTENCES = {
    "Windows-1252": (
        "cp1252",
        [
            "Weißes Licht halbierte die Aktivität um 50 % ± 3 %. Es blieb „hell“.",
            "Nous étudions la forme des rivières françaises. C’est établi – là où le courant s’érode.",
            "Los niños de la región mostraron una disminución.",
            "AU  - Lefèvre, Hélène",
            "AU  - Peña, Ana",
            "We found 3–5 owls.",
        ],
    ),
    "Windows-1250": ("cp1250", ["Żółte światło zmniejszyło liczbę żab o połowę; źródło było małe."]),
    "Windows-1251": ("cp1251", ["Желтый свет уменьшил число лягушек вдвое."]),
    "KOI8-R": ("koi8_r", ["Желтый свет уменьшил число лягушек вдвое."]),
    "Windows-1253": ("cp1253", ["Το κίτρινο φως μείωσε τον αριθμό."]),
    "Windows-1254": ("cp1254", ["Sarı ışık kurbağaların sayısını yarıya indirdi, şehirde güçlü."]),
    "Shift JIS": ("shift_jis", ["黄色い光はコウモリの数を半分に減らした。"]),
    "GB18030": ("gb18030", ["路灯对蝙蝠的影响。黄色的光使蝙蝠的数量减少了一半。"]),
    "EUC-KR": ("euc_kr", ["노란 빛은 박쥐의 수를 절반으로 줄였다."]),
}


@pytest.mark.parametrize(
    ("name", "codec", "sentence"),
    [(name, codec, text) for name, (codec, texts) in SENTENCES.items() for text in texts],
)
def test_text_in_another_encoding_is_read(tmp_path: Path, name: str, codec: str, sentence: str) -> None:
    with open_text(write(tmp_path / "a.txt", (PLAIN + sentence + "\n").encode(codec))) as text:
        assert text.file.read() == text.head == PLAIN + sentence + "\n"
        assert text.encoding == name


def test_an_encoding_is_no_guess_where_the_bytes_are_text_in_no_other(tmp_path: Path) -> None:
    guessed = {}
    for name, (codec, sentences) in SENTENCES.items():
        with open_text(write(tmp_path / "a.txt", sentences[0].encode(codec))) as text:
            guessed[name] = text.guessed
    assert [name for name in guessed if not guessed[name]] == [
        "Windows-1250",
        "Windows-1251",
        "KOI8-R",
        "Shift JIS",
        "GB18030",
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=200))
def test_valid_utf8_is_never_read_as_anything_else(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.txt", f"x{text}")
        with open_text(path) as opened:
            assert (opened.file.read(), opened.encoding, opened.guessed) == (f"x{text}", "utf-8", False)


def test_damaged_utf8_is_refused_with_the_byte_and_not_guessed(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "a.txt", b"a" * 2_000_000 + "Müller ".encode() + b"\xe9 b"))
    assert message.endswith(
        "is damaged UTF-8 text: byte 2000008 (0xe9) is no part of it. Export or save it again, as UTF-8."
    )


def test_damaged_utf16_with_a_mark_is_refused_with_the_byte(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "a.txt", "abc".encode("utf-16") + b"\x00"))
    assert "damaged UTF-16 text: byte 8 (0x00)" in message


def test_no_paper_comes_from_a_file_that_is_damaged_at_its_end(jsonl: Path) -> None:
    write(jsonl, json.dumps(ONE).encode() + '\n{"title": "é'.encode() + b'\xe9"}')
    with pytest.raises(SourceError):
        next(read(jsonl))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_of_english_without_a_mark_is_read(jsonl: Path, codec: str) -> None:
    with open_text(write(jsonl, json.dumps(ONE).encode(codec))) as text:
        assert (json.load(text.file), text.guessed) == (ONE, False)


def test_the_beginning_is_65536_characters_long(tmp_path: Path) -> None:
    with open_text(write(tmp_path / "a.txt", "é" * 70_000)) as text:
        assert text.head == "é" * 65_536
        assert len(text.file.read()) == 70_000


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1252"])
def test_line_ends_stay_as_they_are(tmp_path: Path, codec: str) -> None:
    with open_text(write(tmp_path / "a.txt", "é a\r\nb\rc\n".encode(codec))) as text:
        assert list(text.file) == ["é a\r\n", "b\r", "c\n"]


@pytest.mark.parametrize("kept", [12, 40])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, kept: int) -> None:
    packed = gzip.compress(json.dumps(ONE).encode())[:kept]
    assert "damaged" in refusal(write(tmp_path / "papers.jsonl.gz", packed))


# Files that cannot be read at all


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.jsonl")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "regular file" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n", gzip.compress(b"")])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "empty" in refusal(write(tmp_path / "papers.txt", content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image"),
        (b"SQLite format 3\x00", "database"),
        (b"title,abstract\n\x00\x01", "binary"),
        (b"<!DOCTYPE html><html>", "HTML"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: bytes, name: str) -> None:
    assert name in refusal(write(tmp_path / "papers.jsonl", content))


def test_a_zero_byte_far_into_the_file_is_binary(jsonl: Path) -> None:
    assert "binary" in refusal(write(jsonl, b" " * 3_000_000 + b"\x00"))


def test_an_archive_inside_gzip_is_named(tmp_path: Path) -> None:
    inner = lines(tmp_path / "papers.jsonl", ONE)
    with tarfile.open(tmp_path / "papers.tar.gz", "w:gz") as archive:
        archive.add(inner, "papers.jsonl")
    assert "archive" in refusal(tmp_path / "papers.tar.gz")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_read_permission_is_refused(jsonl: Path) -> None:
    lines(jsonl, ONE).chmod(0)
    assert "chmod" in refusal(jsonl)


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "loop" in refusal(tmp_path / "loop")


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "[]"), ("a.csv", "title,abstract\n"), ("a.txt", "12\n")]
)
def test_a_file_without_any_paper_is_refused(tmp_path: Path, name: str, content: str) -> None:
    assert "no paper" in refusal(write(tmp_path / name, content))


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = write(tmp_path / "bomb.jsonl.gz", gzip.compress(b"{}\n" * 30_000_000, 6))
    with pytest.raises(SourceError, match="unpacks to more than 200 times its size"), open_text(bomb):
        pass
    # The same as a plain file is only large.
    monkeypatch.setattr("assistant.library.readers.files.textfile._LONGEST_LINE", 1000)
    long = write(tmp_path / "long.jsonl", b'{"title": "' + b"x" * 2000 + b'"}')
    with pytest.raises(SourceError, match="has a line of more than 1,000 characters"), open_text(long):
        pass


@pytest.mark.parametrize(
    ("packed", "ending"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")]
)
def test_compressed_files_are_read_by_what_they_hold(tmp_path: Path, packed: Any, ending: str) -> None:
    content = packed(json.dumps(ONE).encode())
    for name in (f"papers.jsonl.{ending}", "papers.jsonl", "papers"):
        assert len(papers_in(write(tmp_path / name, content))) == 1
    with (
        pytest.raises(SourceError, match="is a damaged compressed file"),
        open_text(write(tmp_path / "cut", content[:-9])),
    ):
        pass


def zstandard() -> Any:
    """Return the module for Zstandard, or skip the test where there is none."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return pytest.importorskip(name)


def test_zstandard_is_read_frame_after_frame_and_a_cut_file_is_refused(tmp_path: Path) -> None:
    compress = zstandard().compress
    # `zstd --rsyncable`, pzstd and `cat a.zst b.zst` write several frames.
    content = compress(json.dumps(ONE).encode() + b"\n") + compress(
        json.dumps({**ONE, "title": "Two"}).encode()
    )
    for name in ("papers.jsonl.zst", "papers.jsonl", "papers"):
        assert [paper.title for paper in papers_in(write(tmp_path / name, content))] == [ONE["title"], "Two"]
    for damaged in (content[:-9], content[:5] + b"\xff" * 20, content + b"and so on"):
        assert "is a damaged compressed file" in refusal(write(tmp_path / "cut.jsonl.zst", damaged))


def test_zeros_of_a_gigabyte_in_zstandard_are_refused(tmp_path: Path) -> None:
    module = zstandard()
    compressor = module.ZstdCompressor()
    block = bytes(1 << 24)
    packed = b"".join([*(compressor.compress(block) for _ in range(64)), compressor.flush()])
    assert "binary" in refusal(write(tmp_path / "zeros.jsonl.zst", packed))
    compressor = module.ZstdCompressor()
    block = b"{}\n" * (1 << 22)
    packed = b"".join([*(compressor.compress(block) for _ in range(90)), compressor.flush()])
    assert "unpacks to more than 200 times its size" in refusal(write(tmp_path / "bomb.jsonl.zst", packed))


def test_without_zstandard_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "backports.zstd", None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    message = refusal(write(tmp_path / "a.jsonl.zst", b"\x28\xb5\x2f\xfd and so on"))
    assert "reading it needs backports.zstd; install it with `pip install backports.zstd`" in message
