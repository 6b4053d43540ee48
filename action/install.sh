#!/bin/sh
# Puts plmctl into a folder of its own, and that folder on the path of the steps that follow.
# -I: nothing of the folder that is checked is ever imported.
set -eu
home=$RUNNER_TEMP/plmctl
if ! python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "::error title=plmctl::Python 3.11 or newer is needed: run actions/setup-python before this action"
    exit 2
fi
python3 -I -m venv "$home/venv"
"$home/venv/bin/python" -I -m pip install --quiet --disable-pip-version-check -- \
    "${PLMCTL_SOURCE:-$GITHUB_ACTION_PATH/..}"
# Not the folder of the environment: its python would stand before that of the other steps.
mkdir -p "$home/bin"
ln -sf ../venv/bin/plmctl "$home/bin/plmctl"
echo "$home/bin" >>"$GITHUB_PATH"
