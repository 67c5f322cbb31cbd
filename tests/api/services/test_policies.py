"""A session policy names one source and one prefix."""

import pytest

from api.services.policies import for_task, for_upload
from schema.job import Target, TranscribeAccess
from schema.source import SourceRef


def test_wildcards_in_a_key_match_single_characters_only() -> None:
    policy = for_task(
        [
            SourceRef(bucket="in", key="a*b?c$d.mp4", etag=None, size=1),
            SourceRef(bucket="in", key="logo.png", etag=None, size=1),
        ],
        Target(bucket="out", prefix="job/1/"),
    )
    read, write, deny = policy["Statement"]
    assert read["Resource"] == ["arn:aws:s3:::in/a?b?c?d.mp4", "arn:aws:s3:::in/logo.png"]
    assert read["Action"] == ["s3:GetObject"]
    assert write["Resource"] == ["arn:aws:s3:::out/job/1/*"]
    assert "s3:DeleteObject" not in write["Action"]
    assert deny == {"Effect": "Deny", "Action": ["sts:*"], "Resource": ["*"]}


def test_amazon_hears_what_lies_in_the_jobs_folder_and_tells_of_its_jobs_alone() -> None:
    access = TranscribeAccess(jobs="reelmill-1-", prefix="job/transcribe/")
    source = SourceRef(bucket="in", key="a.mp4", etag=None, size=1)
    target = Target(bucket="out", prefix="job/1/")
    policy = for_task([source], target, transcribe=access)
    *_, files, start, look, deny = policy["Statement"]
    assert files["Resource"] == ["arn:aws:s3:::out/job/transcribe/*"]
    assert files["Action"] == ["s3:GetObject", "s3:PutObject"]
    assert start["Condition"] == {"StringEquals": {"transcribe:OutputBucketName": "out"}}
    assert look["Resource"] == ["arn:aws:transcribe:*:*:transcription-job/reelmill-1-*"]
    assert deny == for_task([source], target)["Statement"][-1]
    assert "transcribe" not in str(for_task([source], target))


def test_an_upload_is_one_key_and_no_reading() -> None:
    write, deny = for_upload("in", "uploads/1/a b'\"ü.mp4")["Statement"]
    assert write["Resource"] == ["arn:aws:s3:::in/uploads/1/a b'\"ü.mp4"]
    assert not [action for action in write["Action"] if "Get" in action or "Delete" in action]
    assert deny["Effect"] == "Deny"


@pytest.mark.parametrize("key", ["a*", "a?", "a$", "${aws:username}"])
def test_a_key_with_wildcards_gets_no_policy(key: str) -> None:
    with pytest.raises(ValueError, match="more than one key"):
        for_upload("in", key)
