import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages


def test_a_private_file_has_no_address():
    name = storages["private"].save("evidence/a.pdf", ContentFile(b"%PDF"))

    with pytest.raises(ValueError, match="no address"):
        storages["private"].url(name)
