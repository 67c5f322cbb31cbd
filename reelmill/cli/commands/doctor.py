"""`reelmill doctor`: runs the checks and shows what they found."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Final, NoReturn

from reelmill import connection
from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.options import Flags
from reelmill.cli.output import Output
from reelmill.cli.run import run_alone
from reelmill.doctor import api, papers, setup
from reelmill.doctor.bucket import Bucket
from reelmill.doctor.findings import Finding, Findings, Status
from reelmill.doctor.store import StoreDoctor
from reelmill.errors import ConfigurationError
from reelmill.wire import trusted

_MARKS: Final = {Status.OK: "ok", Status.WARNING: "warning", Status.FAILURE: "FAILURE"}
_WIDTH: Final = 96
_INDENT: Final = 9


def main(flags: Flags, s3: Path | None) -> NoReturn:
    """All checks; the store's where its keys are known."""

    async def story(output: Output) -> int:
        findings = Findings()
        try:
            found = connection.find(flags.url, flags.key, profile=flags.profile)
        except ConfigurationError as error:
            cure = error.hint or "Or look at the store alone, with --s3."
            findings.fail("API", f"{error.message} [{error.code}]", cure)
        else:
            await api.check(found, findings)
        await _store(s3, findings)
        _show(output, findings)
        return exits.FAILED if findings.failed else exits.OK

    run_alone(flags, story)


def show_paper(flags: Flags, name: str, s3: Path | None) -> NoReturn:
    """A document, with the names of the buckets and the role that are set."""

    async def story(output: Output) -> int:
        known = setup.read(s3, os.environ)
        documents = {
            "iam": lambda: papers.iam(known),
            "cors": papers.cors,
            "lifecycle": papers.lifecycle,
        }
        output.line(json.dumps(documents[name](), indent=2))
        return exits.OK

    run_alone(flags, story)


async def _store(s3: Path | None, findings: Findings) -> None:
    known = setup.read(s3, os.environ)
    if known.keys is None:
        where = f"not in {s3}" if s3 else "not set"
        seen = f"not looked at: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are {where}"
        cure = "Put them there, a NAME=value a line." if s3 else "Name the API's settings with --s3"
        findings.warn("store", seen, cure if s3 else f"{cure}, or set them here.")
        return
    bucket = Bucket(known, known.keys, trusted())
    try:
        await StoreDoctor(bucket, known, findings).run()
    finally:
        await bucket.close()


def _show(output: Output, findings: Findings) -> None:
    if output.as_json:
        output.document({"checks": [_document(each) for each in findings.found]})
        return
    for each in findings.found:
        line = f"{_MARKS[each.status]:<{_INDENT}}{each.check}: {each.seen}"
        output.line(_wrapped(line))
        if each.cure and each.status is not Status.OK:
            output.line(_wrapped(" " * _INDENT + "-> " + each.cure))
    counts = dict.fromkeys(Status, 0)
    for each in findings.found:
        counts[each.status] += 1
    output.say(
        f"{counts[Status.OK]} ok, {fmt.several(counts[Status.WARNING], 'warning')}, "
        f"{fmt.several(counts[Status.FAILURE], 'failure')}."
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(
        fmt.safe(text), _WIDTH, subsequent_indent=" " * _INDENT, break_long_words=False
    )


def _document(finding: Finding) -> dict[str, str | None]:
    return {
        "check": finding.check,
        "status": finding.status.value,
        "seen": finding.seen,
        "cure": finding.cure,
    }
