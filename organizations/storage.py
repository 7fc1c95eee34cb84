"""Where files are kept that only a view may hand out."""

from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateStorage(FileSystemStorage):
    """Outside every folder that a web server serves: its files have no address."""

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address: a view decides who gets it.")


def private_storage() -> Storage:
    """A function, so that migrations name no path."""
    return storages["private"]
