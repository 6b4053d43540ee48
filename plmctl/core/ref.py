"""Where Git keeps names of commits and of tag objects."""

BRANCHES = "refs/heads/"
REMOTES = "refs/remotes/"
TAGS = "refs/tags/"
