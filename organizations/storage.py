"""Where files are kept that only a view may hand out."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Outside every folder that a web server serves. A function, so that migrations name no path."""
    return storages["private"]
