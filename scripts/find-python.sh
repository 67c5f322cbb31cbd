#!/bin/sh
# Prints the first Python that is new enough; else any Python, whose bootstrap says what is wrong.
# $PYTHON, when set, is taken as it is.
if [ -n "${PYTHON:-}" ]; then
	echo "$PYTHON"
	exit 0
fi
for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
	if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		command -v "$name"
		exit 0
	fi
done
for name in python3 python; do
	if command -v "$name"; then
		exit 0
	fi
done
echo "There is no Python here. Install Python 3.11 or newer (Debian: apt install python3)." >&2
exit 1
