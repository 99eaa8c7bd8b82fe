"""Where segments lie: a folder, or an object store that fsspec knows. Files are written whole or not at all."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from gate_service.archive.errors import ArchiveError, NotReachable

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)(::|://)")
_HALF: Final = ".half-"
"""What a file is called until it is whole; no segment is called so."""
_WHOLE_AT_ONCE: Final = frozenset({"abfs", "abfss", "adl", "az", "gcs", "gs", "memory", "oci", "oss", "s3", "s3a"})
"""Stores that show an object only once it is whole, and in which a move would be a copy."""


class Shelf(Protocol):
    """Files in folders, one level deep. Any method raises `NotReachable`."""

    @property
    def url(self) -> str:
        """Say where it is, without a password."""
        ...

    def folders(self) -> Sequence[str]:
        """Name the folders, sorted; none where nothing was ever written."""
        ...

    def files(self, folder: str) -> Sequence[str]:
        """Name the files of a folder, sorted; none where there is no such folder."""
        ...

    def read(self, folder: str, name: str) -> bytes:
        """Give a file. Raises `FileNotFoundError` where it is gone."""
        ...

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file, whole or not at all, and make sure that it stays."""
        ...

    def remove(self, folder: str, name: str) -> None:
        """Remove a file; one that is gone already does no harm."""
        ...


def open_shelf(url: str) -> Shelf:
    """Open a folder by its path or as file://PATH, or anything else that fsspec has a scheme for. Connects to nothing.

    Raises `ArchiveError` where fsspec, or what it needs for this scheme, is not installed.
    """
    scheme = _SCHEME.match(url)
    if not scheme:
        return Folder(Path(url))
    if scheme[1] == "file" and scheme[2] == "://":
        return Folder(Path(unquote(urlsplit(url).path)))
    return _remote(url)


def _remote(url: str) -> Shelf:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 an optional extra; a folder does without
    except ImportError as error:
        raise ArchiveError(
            "An archive that is no folder needs fsspec: pip install 'fulfillment-gate[archive]', and what fsspec needs "
            "for that scheme besides, such as s3fs."
        ) from error
    try:
        files, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ArchiveError(f"The archive {masked(url)} cannot be opened: {error}.") from error
    return Remote(files, root, masked(url))


def masked(url: str) -> str:
    """Give an archive's address so that it can be shown: what stands before an @ of its host may be a secret."""
    return re.sub(r"(://)[^/@]*@", r"\1***@", url).partition("?")[0]


class Folder:
    """Implements `Shelf` on a folder of this machine."""

    def __init__(self, root: Path) -> None:
        """Keep the path."""
        self._root = root

    @property
    def url(self) -> str:
        """Say where it is."""
        return str(self._root)

    def folders(self) -> Sequence[str]:
        """Name the folders; see `Shelf`."""
        return self._names(self._root, folders=True)

    def files(self, folder: str) -> Sequence[str]:
        """Name the files of a folder; see `Shelf`."""
        return self._names(self._root / folder, folders=False)

    def read(self, folder: str, name: str) -> bytes:
        """Give a file; see `Shelf`."""
        try:
            return (self._root / folder / name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _away(self.url, error) from error

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file; see `Shelf`. It is on the disk, and so is each name on its path, when this returns."""
        place = self._root / folder
        half = place / f"{_HALF}{uuid.uuid4().hex}"
        try:
            made = [each for each in (place, *place.parents) if not each.exists()]
            place.mkdir(parents=True, exist_ok=True)
            try:
                with half.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                half.replace(place / name)
            finally:
                half.unlink(missing_ok=True)
            for each in {place, self._root, *(each.parent for each in made)}:
                _sync_folder(each)
        except OSError as error:
            raise _away(self.url, error) from error

    def remove(self, folder: str, name: str) -> None:
        """Remove a file; see `Shelf`."""
        try:
            (self._root / folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise _away(self.url, error) from error

    def _names(self, place: Path, *, folders: bool) -> Sequence[str]:
        try:
            return sorted(each.name for each in place.iterdir() if each.is_dir() is folders and _is_told(each.name))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise _away(self.url, error) from error


class Remote:
    """Implements `Shelf` on a file system of fsspec."""

    def __init__(self, files: Any, root: str, url: str) -> None:  # noqa: ANN401 fsspec has no types
        """Keep the file system and the path in it."""
        self._files = files
        self._root = root.rstrip("/")
        self._url = url
        protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
        self._moves = not protocols & _WHOLE_AT_ONCE

    @property
    def url(self) -> str:
        """Say where it is."""
        return self._url

    def folders(self) -> Sequence[str]:
        """Name the folders; see `Shelf`."""
        return self._names(self._root, "directory")

    def files(self, folder: str) -> Sequence[str]:
        """Name the files of a folder; see `Shelf`."""
        return self._names(f"{self._root}/{folder}", "file")

    def read(self, folder: str, name: str) -> bytes:
        """Give a file; see `Shelf`."""
        try:
            content: bytes = self._files.cat_file(f"{self._root}/{folder}/{name}")
        except FileNotFoundError:
            raise
        except Exception as error:
            raise _away(self.url, error) from error
        return content

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file; see `Shelf`."""
        place = f"{self._root}/{folder}"
        try:
            if not self._moves:
                self._files.pipe_file(f"{place}/{name}", content)
                return
            self._files.makedirs(place, exist_ok=True)
            half = f"{place}/{_HALF}{uuid.uuid4().hex}"
            self._files.pipe_file(half, content)
            self._files.mv(half, f"{place}/{name}")
        except Exception as error:
            raise _away(self.url, error) from error

    def remove(self, folder: str, name: str) -> None:
        """Remove a file; see `Shelf`."""
        try:
            self._files.rm_file(f"{self._root}/{folder}/{name}")
        except FileNotFoundError:
            return
        except Exception as error:
            raise _away(self.url, error) from error

    def _names(self, place: str, kind: str) -> Sequence[str]:
        try:
            self._files.invalidate_cache()  # others write there too
            found = self._files.ls(place, detail=True)
        except FileNotFoundError:
            return ()
        except Exception as error:
            raise _away(self.url, error) from error
        names = [str(each["name"]).rstrip("/").rpartition("/")[2] for each in found if each["type"] == kind]
        return sorted(name for name in names if _is_told(name))


def _is_told(name: str) -> bool:
    return not name.startswith(".")


def _sync_folder(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _away(url: str, error: Exception) -> NotReachable:
    what = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return NotReachable(f"The archive {url} cannot be read or written: {what}.")
