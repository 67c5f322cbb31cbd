from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from local import credentials
from local.errors import LocalError
from local.files import write_private


def test_made_once_readable_by_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    old = os.umask(0)
    try:
        first = credentials.load_or_create(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert credentials.load_or_create(path) == first


def test_all_secrets_are_long_and_different(tmp_path: Path) -> None:
    made = credentials.Credentials.generate()
    words = [made.postgres_superuser, made.postgres_owner, made.postgres_api]
    words += [made.postgres_system, made.s3_secret_key, made.sts_signing_key, made.secret_key]
    assert len(set(words)) == len(words)
    assert all(len(word) >= 40 for word in words)
    assert len(base64.b64decode(made.secret_key)) == 32


def test_the_first_key_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    made = credentials.load_or_create(path).with_first_key("project", "rm_key")
    credentials.save(path, made)
    assert credentials.load_or_create(path).api_key == "rm_key"


def test_a_file_that_lacks_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"postgres_owner": "x"}))
    with pytest.raises(LocalError, match=r"secrets\.json lacks"):
        credentials.load_or_create(path)


def test_writing_never_opens_the_file_to_others(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
