#!/bin/sh
# Installs one lock file into a virtual environment: wheels only, each checked against its hash.
#
#   install.sh TARGET LOCK
#
# A private index and its certificates come as build secrets (`--secret id=pip,src=pip.conf`,
# `--secret id=ca,src=ca.pem`), so nothing of them stays in a layer.
set -eu
target=$1 lock=$2
if [ -f /run/secrets/pip ]; then export PIP_CONFIG_FILE=/run/secrets/pip; fi
if [ -f /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

# pip stands in an environment of its own: none of it goes into the image.
[ -x /opt/pip/bin/pip ] || python3 -m venv /opt/pip
[ -x "$target/bin/python" ] || python3 -m venv --without-pip "$target"
# Bytecode is written later, without the times of this build.
/opt/pip/bin/pip --python "$target/bin/python" install --quiet --no-compile \
	--only-binary :all: --require-hashes --requirement "$lock"
