"""Keys: what is refused, what counts as media, which names survive."""

from uuid import uuid4

import pytest

from api.domain import keys
from api.errors import InvalidKey

GOOD = [
    "video1.mp4",
    "sub/folder/x.mkv",
    "-rf %d ü.mp4",
    "a b/c?d#e&f=g+h.mp4",
    "日本語/映画.mov",
    "...mp4",
    "a..b/c.mp4",
    "x" * 1024,
]
BAD = [
    "",
    "../x.mp4",
    "a/../b.mp4",
    "a/./b.mp4",
    "/x.mp4",
    "a//b.mp4",
    "a\nb.mp4",
    "a\x00.mp4",
    "x" * 1025,
]


@pytest.mark.parametrize("key", GOOD)
def test_good_keys_are_taken_as_they_are(key: str) -> None:
    assert keys.check(key) == key


@pytest.mark.parametrize("key", BAD)
def test_bad_keys_are_refused(key: str) -> None:
    with pytest.raises(InvalidKey):
        keys.check(key)


def test_length_is_counted_in_bytes() -> None:
    with pytest.raises(InvalidKey):
        keys.check("ü" * 513)


@pytest.mark.parametrize(
    ("key", "media"),
    [
        ("a.mp4", True),
        ("a.MKV", True),
        ("deep/er/A.FlAc", True),
        ("a.txt", False),
        ("mp4", False),
        (".mp4", False),
        ("a.mp4.part", False),
        ("a\n.mp4", False),
        ("a//b.mp4", False),
        ("/a.mp4", False),
        ("./a.mp4", False),
        ("a/../b.mp4", False),
        ("...a/.b/..mp4", True),
    ],
)
def test_media_by_extension_in_any_case(key: str, media: bool) -> None:
    assert keys.is_media(key) is media


def test_all_fourteen_types_are_known() -> None:
    assert len(keys.VIDEO) == 8
    assert len(keys.AUDIO) == 6


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("-rf %d ü.mp4", "-rf %d ü.mp4"),
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\Users\\me\\clip.mov", "clip.mov"),
        ("a\nb\x00.mp4", "ab.mp4"),
        ("u\u0308.mp4", "ü.mp4"),
    ],
)
def test_upload_names(name: str, kept: str) -> None:
    assert keys.upload_name(name) == kept


@pytest.mark.parametrize("name", ["", "..", "/", "\n", "a/.."])
def test_names_of_which_nothing_is_left(name: str) -> None:
    with pytest.raises(InvalidKey):
        keys.upload_name(name)


def test_long_names_keep_their_type() -> None:
    short = keys.upload_name("ü" * 400 + ".mp4")
    assert short.endswith("ü.mp4")
    assert len(short.encode()) <= 200


@pytest.mark.parametrize(
    ("key", "title"), [("a/b/c.mp4", "c"), ("plain", "plain"), ("x.y.mov", "x.y")]
)
def test_titles(key: str, title: str) -> None:
    assert keys.title(key) == title


@pytest.mark.parametrize(("text", "folder"), [("", ""), ("/", ""), ("a", "a/"), ("/a/b/", "a/b/")])
def test_folders_end_with_a_slash(text: str, folder: str) -> None:
    assert keys.folder(text) == folder


def test_the_upload_behind_a_key() -> None:
    upload = uuid4()
    assert keys.upload_id(f"p/uploads/{upload.hex}/a.mp4", "p/") == upload
    for key in (
        f"uploads/{upload.hex}/a.mp4",
        "p/uploads/short/a.mp4",
        f"p/x/uploads/{upload.hex}/a",
    ):
        assert keys.upload_id(key, "p/") is None


def test_below_a_folder_for_outputs_is_room_for_their_names() -> None:
    longest = "ü" * (keys.MAX_FOLDER_BYTES // 2)
    assert keys.output_folder(f"{longest[:-1]}/") == f"{longest[:-1]}/"
    assert keys.output_folder(longest) == f"{longest}/"
    with pytest.raises(InvalidKey):
        keys.output_folder(f"{longest}x", field="input.outputKey")
