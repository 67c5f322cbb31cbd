#!/bin/sh
# Writes requirements/*.txt anew from pyproject.toml: newest versions, with hashes, for every
# platform, without the name of any index. Read the diff before you commit it.
set -eu
cd "$(dirname "$0")/.."
python=$(sh scripts/find-python.sh)

compile() { # compile OUTPUT INPUT ...
	output=requirements/$1
	shift
	"$python" scripts/bootstrap.py uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links \
		${LOCK_FLAGS:---upgrade} --output-file "$output" "$@"
}

compile dev.txt pyproject.toml --extra api --extra runner --extra whisper --extra local --extra dev
# The images get the versions that the tests ran with.
compile api.txt pyproject.toml --extra api --constraint requirements/dev.txt
compile runner.txt pyproject.toml --extra runner --constraint requirements/dev.txt
compile runner-whisper.txt pyproject.toml --extra runner --extra whisper --constraint requirements/dev.txt
compile trial.txt pyproject.toml --extra api --extra local --constraint requirements/dev.txt
compile node.txt requirements/node.in
compile samples.txt requirements/samples.in --no-deps
compile uv.txt requirements/uv.in
