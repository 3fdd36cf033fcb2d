"""Build archives for tests, byte by byte if a library refuses to build them."""

import io
import stat
import tarfile
import zipfile

import pytest

import learncnn.grader.i18n.texts as texts


@pytest.fixture(autouse=True)
def _english():
    texts.use_language("en")


def zip_bytes(files, links=(), compression=zipfile.ZIP_DEFLATED):
    """Return a zip of (name, content) pairs or of a dict; names may repeat."""
    pairs = files.items() if isinstance(files, dict) else files
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def tar_bytes(files, mode="w:gz", kinds=None):
    """Return a tar of a dict; `kinds` maps further names to types of entries."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in (kinds or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return out.getvalue()
