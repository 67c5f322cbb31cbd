"""A session policy names one source and one prefix."""

from api.services.policies import for_task
from schema.job import SourceRef, Target


def test_wildcards_in_a_key_match_single_characters_only() -> None:
    policy = for_task(
        SourceRef(bucket="in", key="a*b?c$d.mp4", etag=None, size=1),
        Target(bucket="out", prefix="job/1/"),
    )
    read, write = policy["Statement"]
    assert read["Resource"] == ["arn:aws:s3:::in/a?b?c?d.mp4"]
    assert read["Action"] == ["s3:GetObject"]
    assert write["Resource"] == ["arn:aws:s3:::out/job/1/*"]
    assert "s3:DeleteObject" not in write["Action"]
