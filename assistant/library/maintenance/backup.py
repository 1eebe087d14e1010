"""Back up and restore: a library's records in one file."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing, suppress
from pathlib import Path

from assistant.core.errors import LibraryCorrupt, LibraryError, SourceError
from assistant.library.records import Records
from assistant.library.sync import LibraryFiles

# What a backup holds; the search indexes are made again from the records.
_RECORDS, _ABOUT = "records.sqlite", "backup.json"


def back_up(files: LibraryFiles, embedder: str, file: Path) -> None:
    """Write a library's records (papers, vectors, collections) into one file, as they are at one moment; the file appears whole or
    not at all. An older backup is replaced, any other file never. Raises `LibraryError` if it cannot be written."""
    if file.exists() and not is_backup(file):
        raise LibraryError(f"{file} exists and is no backup: give another name.")
    part, copy = file.with_name(file.name + ".part"), file.with_name(file.name + ".records.part")
    try:
        files.records.copy_to(copy)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(copy, _RECORDS)
            archive.writestr(_ABOUT, json.dumps({"format": 1, "embedder": embedder}))
        part.replace(file)
    except OSError as exc:
        raise LibraryError(
            f"The backup {file} cannot be written ({exc.strerror}): check the folder and the space."
        ) from exc
    finally:
        for rest in (part, copy):
            rest.unlink(missing_ok=True)


def is_backup(file: Path) -> bool:
    """Return whether a file is a backup of a library."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _ABOUT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def restore(file: Path, folder: Path, embedder: str) -> None:
    """Make a library of a backup in a folder that holds none yet; its search indexes are made when it is opened.

    The folder appears whole or not at all. Raises `SourceError` for a file that is no backup, `LibraryError` where a library is.
    """
    if not file.exists():
        raise SourceError(f"{file} does not exist: name a file that `assistant backup` wrote.")
    if folder.exists() and any(folder.iterdir()):
        raise LibraryError(f"{folder} is not empty: name a new folder with --library DIR to restore into.")
    unfinished = folder.with_name(folder.name + ".restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(_ABOUT))
            if about["format"] != 1 or about["embedder"] != embedder:
                raise LibraryError(
                    f"{file} is a backup of a library with the embedder {about['embedder']!r}: set embedding.name to it first."
                )
            with archive.open(_RECORDS) as packed, (unfinished / _RECORDS).open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
        with closing(Records(unfinished / _RECORDS)) as records:
            if records.check():
                raise LibraryCorrupt(f"The records in {file} are damaged: take another backup.")
            # The indexes are to follow: that they are empty is no loss.
            records.mark_pending(records.known())
        with suppress(OSError):
            folder.rmdir()
        os.rename(unfinished, folder)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, sqlite3.Error) as exc:
        raise SourceError(
            f"{file} is no backup that can be restored: name a file that `assistant backup` wrote."
        ) from exc
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
