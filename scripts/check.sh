#!/bin/sh
# All static checks. Runs every one, so that one run shows all that is wrong.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=

step() { # step TITLE COMMAND ...
	title=$1
	shift
	if output=$("$@" 2>&1); then
		echo "ok      $title"
	else
		echo "FAILED  $title"
		printf '%s\n' "$output" | head -n 100 | sed 's/^/        /'
		failed="$failed $title;"
	fi
}

step "format" $bin/ruff format --check --quiet .
step "lint" $bin/ruff check --quiet .
step "types" $bin/mypy
step "types of scripts" env MYPYPATH=scripts $bin/mypy scripts/bootstrap.py scripts/web.py scripts/reference.py scripts/chart.py deploy/image/slim.py deploy/image/sbom.py
step "floors" $bin/lint-imports
step "lock files name no index" $bin/python scripts/check_locks.py
step "exported GraphQL schema" $bin/python -m api.graphql.export --check
step "exported JSON schemas" $bin/python -m schema.export --check
step "reference pages" $bin/python scripts/reference.py --check
step "values of the chart" $bin/python scripts/chart.py --check
step "shell scripts parse" sh -c 'for f in scripts/*.sh deploy/image/*.sh; do sh -n "$f" || exit 1; done; bash -n .ci/run'
step "web app" $bin/python scripts/web.py check

if [ -n "$failed" ]; then
	echo "make check: not good:$failed" >&2
	exit 1
fi
echo "make check: all good"
