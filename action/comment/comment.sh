#!/bin/sh
# Keeps the comment of a pull request with a report that its author could have written.
set -eu
if [ "$(head -c 5 "$PLMCTL_FOLDER/changed" 2>/dev/null)" = false ]; then
    export PLMCTL_CHANGED=false
fi
exec python3 -I "$GITHUB_ACTION_PATH/../keep_comment.py" github "$PLMCTL_FOLDER/diff.md" --foreign
