#!/bin/sh
# Checks the manifests of what is checked out.
set -eu
set --
while IFS= read -r wanted; do
    if [ -n "$wanted" ]; then set -- "$@" --report "$wanted"; fi
done <<END
${PLMCTL_REPORTS:-}
END
exec plmctl validate --format github "$@"
