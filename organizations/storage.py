"""Where files are kept: those that only a view may hand out, and the site's own."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage, Storage, storages
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """The site's own files, compressed, under names that change with their content."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """A file's address. Worked out once for each process: a page asks for a dozen."""
        if name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]


class PrivateStorage(FileSystemStorage):
    """Outside every folder that a web server serves: its files have no address."""

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address: a view decides who gets it.")


def private_storage() -> Storage:
    """A function, so that migrations name no path."""
    return storages["private"]
