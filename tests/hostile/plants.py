"""What a stranger's repository can plant into its `.git`, and the plain command of Git that each starts by.

Each starts a program of its own, a canary, which leaves a file of its name.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands import data
from tests.commands.builder import SETTINGS, released_shop
from tests.git.builder import Folder

GREET = "prompts/greet.md"
HOOKS = ("reference-transaction", "post-index-change", "pre-commit", "post-checkout", "post-merge")
EXT = '[protocol "ext"]\n\tallow = always\n'
ADDRESS = "protocol=https\nhost=stranger.invalid\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Settings and files of a `.git`, and a command of plain Git that runs the program they name.

    CANARY is that program, CANARIES the folder of all of them, GIT/ the folder of Git, OTHER a repository.
    """

    settings: str
    git: str
    stdin: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def _filter(attribute: str, how: str, path: str) -> Plant:
    """A program that is asked about the content of a path."""
    settings = f'[filter "{attribute}"]\n\t{how} = CANARY\n'
    return Plant(settings=settings, git=f"hash-object --path={path} --stdin", stdin="x\n")


def _remote(url: str, more: str = "") -> Plant:
    return Plant(settings=f'{EXT}[remote "evil"]\n\turl = {url}\n{more}', git="fetch evil")


PLANTS: Mapping[str, Plant] = {
    "fsmonitor": Plant(settings="[core]\n\tfsmonitor = CANARY\n", git="status"),
    "hooks": Plant(settings="[core]\n\thooksPath = CANARIES/hooks.d\n", git="update-ref refs/tags/x HEAD"),
    "hooks-of-git": Plant(
        settings="",
        git="update-ref refs/tags/x HEAD",
        files={"hooks/reference-transaction": "#!/bin/sh\nexec CANARY\n"},
    ),
    "clean": _filter("clean", "clean", "clean.txt"),
    "clean-of-manifests": _filter("manifest", "clean", "prompts/bye.yaml"),
    "process": _filter("process", "process", "process.txt"),
    "smudge": Plant(
        settings='[filter "smudge"]\n\tsmudge = CANARY\n', git="checkout-index --force smudge.txt"
    ),
    "textconv": Plant(
        settings='[diff "text"]\n\ttextconv = CANARY\n', git="cat-file --textconv HEAD:text.txt"
    ),
    "diff-command": Plant(settings='[diff "command"]\n\tcommand = CANARY\n', git="diff HEAD -- command.txt"),
    "diff-external": Plant(settings="[diff]\n\texternal = CANARY\n", git="diff HEAD -- plain.txt"),
    "difftool": Plant(
        settings='[difftool "evil"]\n\tcmd = CANARY\n', git="difftool -y --tool=evil HEAD -- plain.txt"
    ),
    "merge-driver": Plant(
        settings='[merge "merge"]\n\tdriver = CANARY\n', git="merge-tree --write-tree HEAD side"
    ),
    "attributes-file": Plant(
        settings='[core]\n\tattributesFile = GIT/evil.attributes\n[filter "file"]\n\tclean = CANARY\n',
        git="hash-object --path=any.cfg --stdin",
        files={"evil.attributes": "*.cfg filter=file\n*.json filter=file\n"},
    ),
    "attributes-of-git": Plant(
        settings='[filter "info"]\n\tclean = CANARY\n',
        git="hash-object --path=any.md --stdin",
        files={"info/attributes": "*.md filter=info\n"},
    ),
    "alias": Plant(settings="[alias]\n\tevil = !CANARY\n\tcat-file = !CANARY\n", git="evil"),
    "include": Plant(
        settings="[include]\n\tpath = evil.inc\n",
        git="included",
        files={"evil.inc": "[alias]\n\tincluded = !CANARY\n"},
    ),
    "include-if": Plant(
        settings='[includeIf "onbranch:main"]\n\tpath = evil-if.inc\n',
        git="status",
        files={"evil-if.inc": "[core]\n\tfsmonitor = CANARY\n"},
    ),
    "worktree-settings": Plant(
        settings="[extensions]\n\tworktreeConfig = true\n",
        git="status",
        files={"config.worktree": "[core]\n\tfsmonitor = CANARY\n"},
    ),
    "pager": Plant(settings="[core]\n\tpager = CANARY\n", git="grep -O Greet"),
    "editor": Plant(settings="[core]\n\teditor = CANARY\n", git="commit --allow-empty"),
    "sequence-editor": Plant(settings="[sequence]\n\teditor = CANARY\n", git="rebase -i --autostash HEAD~1"),
    "browser": Plant(
        settings='[browser "evil"]\n\tcmd = CANARY\n', git="web--browse --browser=evil http://127.0.0.1/"
    ),
    "archive": Plant(settings='[tar "evil"]\n\tcommand = CANARY\n', git="archive --format=evil HEAD"),
    "ssh": Plant(settings="[core]\n\tsshCommand = CANARY\n", git="ls-remote ssh://127.0.0.1/r.git"),
    "proxy": Plant(settings="[core]\n\tgitProxy = CANARY\n", git="ls-remote git://127.0.0.1/r.git"),
    "credential": Plant(settings="[credential]\n\thelper = CANARY\n", git="credential fill", stdin=ADDRESS),
    "credential-of-host": Plant(
        settings='[credential "https://stranger.invalid"]\n\thelper = !CANARY\n',
        git="credential fill",
        stdin=ADDRESS,
    ),
    "ask-pass": Plant(settings="[core]\n\taskPass = CANARY\n", git="credential fill", stdin=ADDRESS),
    "gpg": Plant(settings="[log]\n\tshowSignature = true\n[gpg]\n\tprogram = CANARY\n", git="log -1"),
    "gpg-ssh": Plant(
        settings="[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = key::ssh-ed25519 AAAA\n"
        '[gpg "ssh"]\n\tprogram = CANARY\n',
        git="tag -s -m x signed",
    ),
    "gpg-ssh-key": Plant(
        settings='[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tdefaultKeyCommand = CANARY\n',
        git="tag -s -m x signed",
    ),
    "gpg-x509": Plant(
        settings='[gpg]\n\tformat = x509\n[gpg "x509"]\n\tprogram = CANARY\n', git="tag -s -m x signed"
    ),
    "commit-sign": Plant(
        settings="[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = CANARY\n", git="commit --allow-empty -m x"
    ),
    "trailer": Plant(
        settings='[trailer "evil"]\n\tcommand = CANARY\n',
        git="interpret-trailers --trailer evil=1",
        stdin="x\n",
    ),
    "trailer-cmd": Plant(
        settings='[trailer "evil"]\n\tcmd = CANARY\n',
        git="interpret-trailers --trailer evil=1",
        stdin="x\n",
    ),
    "ext": _remote("ext::CANARY"),
    "instead-of": Plant(
        settings=f'{EXT}[url "ext::CANARY "]\n\tinsteadOf = https://stranger.invalid/\n',
        git="ls-remote https://stranger.invalid/x",
    ),
    "push-instead-of": Plant(
        settings=f'{EXT}[url "ext::CANARY "]\n\tpushInsteadOf = https://stranger.invalid/\n',
        git="push https://stranger.invalid/x HEAD",
    ),
    "receive-pack": Plant(
        settings='[remote "evil"]\n\turl = OTHER\n\treceivepack = CANARY\n', git="push evil HEAD:x"
    ),
    "upload-pack": _remote("OTHER", "\tuploadpack = CANARY\n"),
    "promisor": Plant(
        settings=f"[extensions]\n\tpartialClone = far\n{EXT}"
        '[remote "far"]\n\turl = ext::CANARY\n\tpromisor = true\n',
        git=f"cat-file -e {'12' * 20}",
    ),
    "alternates": Plant(
        settings="[core]\n\talternateRefsCommand = CANARY\n",
        git="fetch OTHER",
        files={"objects/info/alternates": "OTHER/.git/objects\n"},
    ),
    "submodule": Plant(settings="", git="status"),
    "submodule-update": Plant(
        settings='[submodule "x"]\n\tactive = true\n\tupdate = !CANARY\n\turl = OTHER\n',
        git="submodule update --force",
    ),
    "bare-repository": Plant(settings="", git="-C bait status"),
}

# The bare repository is in the tree itself, with a configuration of its own, and so is the submodule.
BAIT = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = {canary}\n"
ATTRIBUTES = """\
clean.txt filter=clean
process.txt filter=process
smudge.txt filter=smudge
text.txt diff=text
command.txt diff=command
merge.txt merge=merge
*.yaml filter=manifest diff=text merge=merge
*.lock filter=process diff=command
"""
MODULES = '[submodule "x"]\n\tpath = vendor/x\n\turl = ext::sh\n'
SIGNED = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A stranger's repository without its plants, the canaries, and where they sing."""

    folder: Folder
    canaries: Path
    sung: Path

    @property
    def heard(self) -> set[str]:
        """The canaries that sang."""
        return {path.name for path in self.sung.iterdir()}

    def hush(self) -> None:
        """Forget which sang."""
        for path in self.sung.iterdir():
            path.unlink()


def ground(place: Path) -> Ground:
    """A registry with releases, data, and all that plants need in a tree; one file of it is edited."""
    folder = released_shop(place / "registry")
    made = Ground(folder=folder, canaries=place / "canaries", sung=place / "sung")
    made.sung.mkdir()
    for name in PLANTS:
        _canary(made, name, name)
    for hook in HOOKS:
        _canary(made, f"hooks.d/{hook}", "hooks")
    words = ("clean", "process", "smudge", "text", "command", "plain", "merge")
    bait = {"bait/HEAD": "ref: refs/heads/main\n", "bait/objects/k": "", "bait/refs/k": ""}
    bait["bait/config"] = BAIT.format(canary=made.canaries / "bare-repository")
    texts = {f"{word}.txt": f"{word}\n" for word in words}
    folder.commit({**data.FILES, **texts, **bait, "plmctl.yaml": SETTINGS}, "begin to be evil")
    folder.git("checkout", "-q", "-b", "side")
    folder.commit({"merge.txt": "side\n"}, "side")
    folder.git("checkout", "-q", "main")
    inner = folder.at(folder.path / "vendor/x")
    inner.path.mkdir(parents=True)
    inner.git("init", "-q")
    inner.commit({"x.yaml": GREET})
    inner.git("config", "core.fsmonitor", str(made.canaries / "submodule"))
    folder.commit(
        {
            "merge.txt": "main\n",
            ".gitattributes": ATTRIBUTES,
            ".gitmodules": MODULES,
            GREET: "Greet {{name}} now.\n",
        },
        "evil",
    )
    _sign(folder)
    for word in words:
        folder.write(f"{word}.txt", "edited\n")
    folder.write("prompts/bye.yaml", (folder.path / "prompts/bye.yaml").read_text().replace("Say", "Do say"))
    return made


def planted(made: Ground, place: Path, *names: str) -> Folder:
    """A copy of it with these plants."""
    folder = made.folder.at(Path(shutil.copytree(made.folder.path, place / "planted", symlinks=True)))
    with (folder.path / ".git/config").open("a", encoding="utf-8") as file:
        file.write("[core]\n\trepositoryformatversion = 1\n")
        for name in names:
            file.write(_filled(PLANTS[name].settings, name, made, folder))
            for path, text in PLANTS[name].files.items():
                written = folder.write(f".git/{path}", _filled(text, name, made, folder))
                written.chmod(0o755 if path.startswith("hooks/") else 0o644)
    return folder


def sing(name: str, made: Ground, folder: Folder) -> None:
    """Run the command of plain Git that a plant waits for, whatever comes of it."""
    words = _filled(PLANTS[name].git, name, made, folder).split()
    subprocess.run(
        ["git", *words],
        cwd=folder.path,
        env=os.environ,
        input=PLANTS[name].stdin.encode(),
        capture_output=True,
        timeout=30,
        check=False,
    )


def _filled(text: str, name: str, made: Ground, folder: Folder) -> str:
    """A text with its words; the longer one first."""
    text = text.replace("CANARIES", str(made.canaries)).replace("CANARY", str(made.canaries / name))
    return text.replace("OTHER", str(made.folder.path)).replace("GIT/", f"{folder.path}/.git/")


def _canary(made: Ground, path: str, name: str) -> None:
    program = made.canaries / path
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\n: > "{made.sung}/{name}"\nexit 1\n', encoding="utf-8")
    program.chmod(0o755)


def _sign(folder: Folder) -> None:
    """The newest commit says that somebody signed it."""
    commit = folder.git("cat-file", "commit", "HEAD").encode()
    signed = commit.replace(b"\n\n", b"\n" + SIGNED, 1) + b"\n"
    folder.git("update-ref", "HEAD", folder.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed))
