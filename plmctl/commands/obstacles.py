"""What stops a release: all of it at once, and nothing is written (release.md, step 2)."""

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase

from plmctl.commands.changelog_file import changelog_path, changelog_problems
from plmctl.commands.destination import Destination
from plmctl.commands.locked import locked_release
from plmctl.commands.outset import Outset
from plmctl.commands.pulling import pull
from plmctl.commands.retirement import retirement_problems
from plmctl.commands.tree import tree_of
from plmctl.commands.trust import tag_problems
from plmctl.core.few import few
from plmctl.core.finding import Bump, IntegrityError, Level, Rule
from plmctl.core.lock import FILE_NAME
from plmctl.core.phrase import one_line
from plmctl.core.plan import Plan
from plmctl.core.ports import Repo
from plmctl.core.ref import BRANCHES
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.settings import Settings
from plmctl.core.whole import including

_SIGNED = {"registry": ("registry",), "all": ("registry", "artifact")}

BUMP_TOO_SMALL = Rule(
    code="REG003",
    name="bump-too-small",
    level=Level.ERROR,
    meaning="A release asks for a smaller bump than its changes demand: whoever reads the version is misled."
    "\n\n"
    "Leave `--bump` out, or raise what the changes demand: it never lowers it.",
)


def obstacles(repo: Repo, start: Outset) -> Iterator[Problem]:
    """What stops any release here and now."""
    yield from _signing_problems(repo, start.registry)
    yield from _tags_alone_problems(repo, start)
    yield from _place_problems(repo, start)
    yield from preparing_obstacles(repo, start)
    yield from identity_problems(repo)


def preparing_obstacles(repo: Repo, start: Outset) -> Iterator[Problem]:
    """What stops the plan of a release that is to be made after a merge."""
    yield from _branch_problems(repo, start)
    yield from _tag_problems(repo, start)
    tree = repo.commit_tree(start.commit)
    yield from changelog_problems(tree, start.registry.settings)
    yield from retirement_problems(start.registry, tree)
    yield from _dirty(repo, start)


def identity_problems(repo: Repo) -> Iterator[Problem]:
    """That Git cannot write a commit or a tag here."""
    if not repo.has_identity():
        yield Problem(
            message="Git does not know who you are",
            hint="run 'git config --global user.name NAME' and 'git config --global user.email ADDRESS'",
        )


def plan_obstacles(
    made: Plan, taken: frozenset[str], raised: Mapping[str, Bump], to: Destination | None = None
) -> Iterator[Problem]:
    """What stops the release that is planned."""
    refused = tuple(_hotfix_problems(made))
    yield from refused
    if not made.is_empty and not refused:
        yield from _taken_names(made, taken, to)
    yield from _bump_problems(made, raised)
    yield from _unaccepted(made)


def _taken_names(made: Plan, taken: frozenset[str], to: Destination | None) -> Iterator[Problem]:
    for name in (*(planned.tag for planned in made.planned), made.tag):
        if name in taken:
            yield Problem(
                message=f"the tag {name} exists already",
                hint="run 'git fetch --tags' and look at it with 'git show'",
            )
        elif to is not None and to.tag(name) is not None:
            yield Problem(
                message=f"{to.name} has the tag {name} already", hint=f"run 'git fetch --tags {to.name}'"
            )


def _hotfix_problems(made: Plan) -> Iterator[Problem]:
    """The breaking changes on a line of releases whose numbers for them are another line's."""
    broken = [(p.artifact, p.elsewhere) for p in made.planned if p.elsewhere == p.version]
    if made.elsewhere == made.version and not broken:
        broken = [("the registry", made.elsewhere)]
    for artifact, version in broken:
        yield Problem(
            message=f"{artifact} needs {version}, which another branch has released: nothing may break here",
            hint="release it there, or take back what breaks: a hotfix line has patches only",
            exit_code=1,
        )


def _unaccepted(made: Plan) -> Iterator[Problem]:
    """The breaking changes that nobody has accepted since the version that each artifact has."""
    judged = (*(judgement for planned in made.planned for judgement in planned.judgements), *made.removals)
    for judgement in judged:
        if judgement.is_unaccepted:
            said = f"{judgement.code} {judgement.rule.name}: {one_line(judgement.message)}"
            yield Problem(
                message=f"{judgement.change.artifact}: nobody has accepted {said}",
                hint=f"if it is meant, run: {judgement.accepting()}",
                exit_code=1,
            )


def signs(repo: Repo, registry: Registry) -> Collection[str]:
    """Which tags of a release are signed: `registry`, which covers the others by their ids; `artifact`."""
    asked = registry.settings.sign or ("registry" if repo.signing_configured() else "none")
    return _SIGNED.get(asked, ())


def _signing_problems(repo: Repo, registry: Registry) -> Iterator[Problem]:
    signed = ["commits"] if registry.settings.is_committed and repo.signs_commits() else []
    signed += ["tags"] if signs(repo, registry) else []
    if not signed:
        return
    signing = repo.signing()
    if signing.problem is not None:
        what = " and ".join(signed)
        yield Problem(message=f"{what} are to be signed here: {signing.problem}", hint=signing.hint)


def _tags_alone_problems(repo: Repo, start: Outset) -> Iterator[Problem]:
    """What stops a release that commits nothing: its tags go to a remote, upon a commit that it has."""
    settings = start.registry.settings
    if settings.is_committed:
        return
    if start.is_half_known:
        yield Problem(
            message=f"release.commit is false in {settings.path}: a release is tags at {start.remote} alone",
            hint="run 'plmctl release --push'",
            exit_code=2,
        )
    elif start.to is not None and not (start.to.tip and repo.descends(start.to.tip, start.commit)):
        there = start.to.branch.removeprefix(BRANCHES)
        catching_up = pull(repo, start.commit, f"--tags {start.to.name} {there}")
        yield Problem(
            message=f"HEAD is not on {there} of {start.to.name}, and a release here commits nothing",
            hint=f"merge it there first, then run '{catching_up}'",
            exit_code=1,
        )


def _place_problems(repo: Repo, start: Outset) -> Iterator[Problem]:
    settings, branch = start.registry.settings, start.branch
    allowed = settings.branches
    if branch is not None and not any(fnmatchcase(branch, pattern) for pattern in allowed):
        # A new repository may have another first branch: Git's own default is master.
        is_there = BRANCHES + allowed[0] in repo.branch_tips()
        there = "switch" if is_there else "branch -m"
        yield Problem(
            message=f"releases are made on {', '.join(allowed)}, this is {branch}",
            hint=f"run 'git {there} {allowed[0]}', or name it in release.branches of {settings.path}",
            exit_code=1,
        )


def _branch_problems(repo: Repo, start: Outset) -> Iterator[Problem]:
    branch = start.branch
    under_way = repo.under_way()
    if under_way is not None:
        yield Problem(
            message=f"a merge or rebase is under way ({under_way})", hint="finish or abort it first"
        )
    if branch is None:
        yield Problem(
            message="HEAD is detached: no branch is checked out",
            hint=f"run 'git switch {start.registry.settings.branches[0]}'",
        )
        return
    if start.to is not None:
        yield from _behind(repo, start, start.to)
        return
    upstream = repo.upstream(branch)
    if upstream is not None and upstream[1] not in start.ancestors:
        hint = f"run '{pull(repo, start.commit, '--tags')}' first"
        yield Problem(message=f"{branch} is behind {upstream[0]}", hint=hint, exit_code=1)


def _behind(repo: Repo, start: Outset, to: Destination) -> Iterator[Problem]:
    if to.tip is not None and to.tip not in start.ancestors:
        there = to.branch.removeprefix(BRANCHES)
        yield Problem(
            message=f"{start.branch} is behind {there} of {to.name}, which is {to.tip}",
            hint=f"run '{pull(repo, start.commit, f'--tags {to.name} {there}')}' first",
            exit_code=1,
        )


def _tag_problems(repo: Repo, start: Outset) -> Iterator[Problem]:
    past = start.past
    yield from tag_problems(repo, past)
    if past.foreign and not past.releases:
        names = ", ".join(past.foreign[:3])
        yield Problem(
            message=f"tags that are not plmctl's have the names of registry releases: {names}",
            hint=f"set release.tag in {start.registry.settings.path}, to 'registry-v{{version}}' for example",
            exit_code=1,
        )
    yield from _lock_problems(repo, start)


def _lock_problems(repo: Repo, start: Outset) -> Iterator[Problem]:
    path = start.registry.settings.at(FILE_NAME)
    try:
        release = locked_release(repo.commit_tree(start.commit), path, start.memo)
    except IntegrityError as error:
        yield Problem(message=error.message, hint=error.hint, exit_code=error.exit_code)
        return
    if release is None or release in start.past.by_name:
        return
    if release in start.past.taken:
        yield Problem(
            message=f"{path} is the lock of {release}, and that tag is no release of this registry",
            hint=f"compare it with 'git ls-remote --tags', and delete it with 'git tag -d {release}'",
        )
    elif start.to is not None and start.to.tag(release) is not None:
        yield Problem(
            message=f"{path} is the lock of {release}, which {start.to.name} has, and that tag is not here",
            hint=f"run 'git fetch --tags {start.to.name}'",
        )
    elif start.is_half_known:
        yield Problem(
            message=f"{path} is the lock of {release}, and that tag is not here",
            hint="run 'git fetch --tags'; if nobody finished that release, 'plmctl release --push' does",
        )


def _bump_problems(made: Plan, raised: Mapping[str, Bump]) -> Iterator[Problem]:
    planned = {p.artifact: p for p in made.planned}
    for artifact, bump in sorted(raised.items()):
        if artifact not in planned:
            yield Problem(
                message=f"--bump {artifact}: it is not in this release", hint="leave it out", exit_code=2
            )
        elif bump < planned[artifact].bump:
            needed, rule = planned[artifact].bump.label, BUMP_TOO_SMALL
            yield Problem(
                message=f"{rule.code} {rule.name}: {artifact} needs {needed}, --bump says {bump.label}",
                hint=f"a bump may be raised, never lowered: leave it out, or write {artifact}={needed}",
                exit_code=1,
            )


def _dirty(repo: Repo, start: Outset) -> Iterator[Problem]:
    settings = start.registry.settings
    work = tree_of(repo, None, memo=start.memo)
    sides = (repo.commit_tree(start.commit), repo.index(), work)
    kept, known = changelog_path(settings), start.registry.files.keys()
    watched = {settings.path, settings.at(FILE_NAME), *((kept,) if kept is not None else ()), *known}
    for manifest in including(start.registry):
        watched.update(path for path, _ in manifest.summary.hashes)
    there = {path for side in sides for path in side.paths()} - watched
    watched.update(path for path in there if _is_watched(path, settings))
    one, *others = (side.identities(watched) for side in sides)
    dirty = sorted({path for each in others for path, _ in one.items() - each.items()})
    if dirty:
        yield Problem(
            message=f"files of the registry are not committed: {few(dirty, 3)}",
            hint="commit or stash them: a release tags what is committed",
            exit_code=1,
        )


def _is_watched(path: str, settings: Settings) -> bool:
    return settings.is_manifest(path) or settings.is_schema(path) or settings.is_acceptance(path)
