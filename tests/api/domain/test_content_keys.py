"""Keys of encrypted ladders: one a published folder, and told to nobody by accident."""

from __future__ import annotations

from uuid import UUID

from api.domain import content_keys

SECRET = bytes(range(32))
PROJECT = UUID(int=1)


def test_each_folder_of_each_project_has_its_own() -> None:
    made = [
        content_keys.of(secret, project, prefix)
        for secret in (SECRET, bytes(32))
        for project in (PROJECT, UUID(int=2))
        for prefix in ("a/1/encode/0/1/", "a/1/encode/0/2/")
    ]
    words = {word for key in made for word in (key.id, key.key)}
    assert len(words) == 2 * len(made)
    assert all(len(bytes.fromhex(word)) == 16 for word in words)


def test_it_is_the_same_each_time() -> None:
    """Also in the next release: else what was published is lost."""
    key = content_keys.of(SECRET, PROJECT, "a/1/encode/0/1/")
    assert (key.id, key.key) == (
        "6de68f278c40bf7c8daa3e352751689f",
        "04a500fd2460d6aeef5cef7cb3b95cbb",
    )


def test_no_log_shows_it() -> None:
    key = content_keys.of(SECRET, PROJECT, "a/")
    assert key.key not in repr(key)
    assert key.id in repr(key)
