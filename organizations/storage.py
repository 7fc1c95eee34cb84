"""Where files are kept: those that only a view may hand out, and the site's own."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from whitenoise.storage import CompressedManifestStaticFilesStorage

SITE_CSS = "css/site.css"
IMPORT = re.compile(r'@import "([\w.]+)";')


class StaticStorage(CompressedManifestStaticFilesStorage):
    """The site's own files, compressed, under names that change with their content."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        """Puts the stylesheets that `site.css` imports into it, so that a phone asks for one file."""
        if SITE_CSS in paths and not dry_run:
            imports = IMPORT.findall(_text(*paths[SITE_CSS]))
            whole = "\n".join(_text(*paths[f"css/{name}"]) for name in imports)
            self.delete(SITE_CSS)
            self._save(SITE_CSS, ContentFile(whole.encode()))
            # From here on its content is what lies in this storage, and no longer the source.
            paths = {**paths, SITE_CSS: (self, SITE_CSS)}
        yield from super().post_process(paths, dry_run, **options)

    def url(self, name: str, force: bool = False) -> str:
        """A file's address. Worked out once for each process: a page asks for a dozen."""
        if name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return file.read().decode()


class PrivateStorage(FileSystemStorage):
    """Outside every folder that a web server serves: its files have no address."""

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address: a view decides who gets it.")


def private_storage() -> Storage:
    """A function, so that migrations name no path."""
    return storages["private"]
