"""Folders of data that are hard to hash as DVC does, drawn by chance, each hard case by its name."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

PLAIN = ("a", "b", "data", "faq", "part-00000", "train", "README", "x")
SCRIPTS = ("ответы", "问答", "質問", "الأسئلة", "שאלות", "प्रश्न", "คำถาม", "ερωτήσεις", "câu hỏi", "질문")
COMPOSED = ("é", "Å", "ñandú", "ệ", "が", "한글", "Ω")
ABOVE_FFFF = ("😀", "👩\u200d🔬", "🇩🇪", "\U0001d49c", "𠀀", "𐍈")
# U+E000 to U+FFFF sort above the surrogates of UTF-16, and below what these stand for.
BELOW_FFFF = ("\uff71", "\ue000", "\ufb01")
# They sort around the slash that follows a folder named `a`.
AROUND_SLASH = (
    "a.txt",
    "a-b",
    "a b",
    "a!",
    "a0",
    "a'(1)",
    "a%20",
    "a,b;c",
    "a&b",
    "a=b",
    "a[1]",
    "a{2}",
    "~a",
    "#a",
)
EXTENSIONS = ("", ".json", ".txt", ".tmp", ".log", ".parquet")
CONTENTS = (b"", b"1", b"hello\n", b"x\r\ny\r\n", b"\0\1\2", b"\xff\xfe", "ünïcödé\n".encode())
LARGER_THAN_A_PIECE = (1 << 20) + 1

# What a .dvcignore may say beside names of the tree.
PATTERNS = (
    "# a comment", "", "   ", "*.tmp", "*.log", "!*.json", "/a", "a/", "/data/", "**/x", "x/**",
    "a/**/b", "\\#a", "!x", "\\!x", "[ab]", "[!a-m]*", "?", "a?b", "*.t[mx]*", "  *.tmp  ",
    "data/*.json", "/*", "!/a", "a\\ b", "[[:alpha:]]", "*/", "**/", "**", "!**/README", "*/b",
    "\\*.txt", "[^x]*.txt", ".*", "!.hidden", "foo/./bar", "//", "a//", "/",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One folder while it is drawn: `top` is above the data, and `seen` counts the hard cases."""

    top: Path
    random: Random
    seen: Counter[str]

    @property
    def data(self) -> Path:
        """Where the data is."""
        return self.top / "data"

    def file(self, folder: Path, name: str) -> None:
        """A file, unless something has that name."""
        path = folder / name
        if not os.path.lexists(path):
            path.write_bytes(self.random.choice(CONTENTS) * self.random.choice((1, 1, 3)))

    def folder(self) -> Path:
        """A folder of the data, or the data itself."""
        folders = [path for path in self.data.rglob("*") if path.is_dir() and not path.is_symlink()]
        return self.random.choice([self.data, *sorted(folders)])

    def below(self, folder: Path, name: str) -> Path:
        """A folder in a folder: by that name, or a like one where that is something else."""
        while os.path.lexists(folder / name) and (
            (folder / name).is_symlink() or not (folder / name).is_dir()
        ):
            name += "_"
        (folder / name).mkdir(exist_ok=True)
        return folder / name

    def name(self, names: Sequence[str]) -> str:
        return self.random.choice(names) + self.random.choice(EXTENSIONS)


def _named(names: Sequence[str]) -> Callable[[Drawing], None]:
    def draw(drawing: Drawing) -> None:
        folder = drawing.folder()
        for _ in range(drawing.random.randint(1, 3)):
            drawing.file(folder, drawing.name(names))
        drawing.file(drawing.below(folder, drawing.random.choice(names)), drawing.name(names))

    return draw


def _two_forms(drawing: Drawing) -> None:
    """One name in NFC and in NFD: two files here."""
    folder, name = drawing.folder(), drawing.random.choice(COMPOSED)
    for form in ("NFC", "NFD"):
        drawing.file(folder, unicodedata.normalize(form, name))


def _hidden(drawing: Drawing) -> None:
    folder = drawing.folder()
    drawing.file(folder, "." + drawing.name(("hidden", "env", "DS_Store", "gitignore", "dvcignored")))
    drawing.file(drawing.below(folder, ".config"), "x")


def _empty_file(drawing: Drawing) -> None:
    (drawing.folder() / f"empty{drawing.random.randint(0, 9)}").touch()


def _empty_folder(drawing: Drawing) -> None:
    drawing.below(drawing.below(drawing.folder(), "nothing"), "here")


def _deep(drawing: Drawing) -> None:
    deep = drawing.folder()
    for _ in range(25):
        deep = drawing.below(deep, drawing.random.choice("ab"))
    drawing.file(deep, "bottom.txt")


def _large(drawing: Drawing) -> None:
    size = LARGER_THAN_A_PIECE - drawing.random.randint(0, 2)
    (drawing.folder() / "large.bin").write_bytes(
        drawing.random.randbytes(8) * (size // 8) + b"x" * (size % 8)
    )


def _link_to_file(drawing: Drawing) -> None:
    target = drawing.data / "target.txt"
    drawing.file(drawing.data, "target.txt")
    link = drawing.folder() / f"link{drawing.random.randint(0, 99)}"
    if not os.path.lexists(link):
        link.symlink_to(os.path.relpath(target, link.parent))


def _link_out_of_data(drawing: Drawing) -> None:
    (drawing.top / "beside.txt").write_text("beside the data")
    link = drawing.folder() / "out.txt"
    if not os.path.lexists(link):
        link.symlink_to(os.path.relpath(drawing.top / "beside.txt", link.parent))


def _link_to_folder(drawing: Drawing) -> None:
    drawing.file(drawing.below(drawing.top, "elsewhere"), "file.txt")
    link = drawing.folder() / "linked"
    if not os.path.lexists(link):
        link.symlink_to(os.path.relpath(drawing.top / "elsewhere", link.parent))


def _left_out_by_default(drawing: Drawing) -> None:
    folder = drawing.folder()
    for name in (".git", ".hg"):
        drawing.file(drawing.below(folder, name), "HEAD")
    other = drawing.below(drawing.folder(), "sub")
    if not os.path.lexists(other / ".git"):
        (other / ".git").write_text("gitdir: elsewhere")
    drawing.file(other, ".hg-not")


def _repository_inside(drawing: Drawing) -> None:
    inner = drawing.below(drawing.folder(), drawing.random.choice(("inner", "é", "a b")))
    drawing.below(inner, ".dvc")
    drawing.file(inner, "x")


def _patterns(drawing: Drawing, folder: Path) -> list[str]:
    names = [path.name for path in folder.rglob("*") if not path.name.startswith((".dvc", "#", "!"))]
    random = drawing.random
    lines = random.choices(PATTERNS, k=random.randint(1, 5))
    for name in random.choices(sorted(names) or ["x"], k=random.randint(0, 3)):
        lines.append(
            random.choice(("", "!", "/", "**/", "!/", "\\")) + name + random.choice(("", "", "/", "*", "/*"))
        )
    random.shuffle(lines)
    return [line for line in lines if "[1]" not in line and not line.rstrip().endswith("\\")]


def _ignored_above(drawing: Drawing) -> None:
    lines = [line for line in _patterns(drawing, drawing.data) if not _hits_the_data(line)]
    (drawing.top / ".dvcignore").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _negated_above(drawing: Drawing) -> None:
    """The same, with a last word that takes something back."""
    _ignored_above(drawing)
    file = drawing.top / ".dvcignore"
    back = drawing.random.choice(("!*.txt", "!data/**/a", "!b", "!/data/a", "!*"))
    file.write_text(file.read_text(encoding="utf-8") + f"*.txt\n{back}\n", encoding="utf-8")


def _ignored_inside(drawing: Drawing) -> None:
    """A file in the data, which DVC takes only where it leaves itself out."""
    folder = drawing.folder()
    # There DVC takes the folder's name for a pattern, and then finds the file in the data.
    folder = drawing.data if "[" in str(folder.relative_to(drawing.top)) else folder
    ending = drawing.random.choice((".dvcignore", "/.dvcignore", ".dvc*"))
    lines = [*_patterns(drawing, folder), ending]
    (folder / ".dvcignore").write_text("\r\n".join(lines), encoding="utf-8", newline="")


def _hits_the_data(line: str) -> bool:
    """Whether DVC would refuse to add the data at all: a pattern may leave out the whole of it."""
    plain = line.strip().lstrip("\\!")
    return plain in (
        "**",
        "/*",
        "*/",
        "**/",
        "[!a-m]*",
        "/data/",
        "*",
        "data",
        "data/",
        "/data",
        "**/data",
        "[^x]*",
    ) or (plain.startswith(("data", "/data", "**/data")) and plain.endswith(("*", "/", "data")))


HARD: dict[str, Callable[[Drawing], None]] = {
    "names in many scripts": _named(SCRIPTS),
    "NFC beside NFD": _two_forms,
    "above U+FFFF": _named(ABOVE_FFFF),
    "between the surrogates and U+FFFF": _named(BELOW_FFFF),
    "around the slash": _named(AROUND_SLASH),
    "hidden": _hidden,
    "empty file": _empty_file,
    "empty folder": _empty_folder,
    "deep": _deep,
    "larger than a piece": _large,
    "link to a file": _link_to_file,
    "link out of the data": _link_out_of_data,
    "link to a folder": _link_to_folder,
    "left out by default": _left_out_by_default,
    "a repository inside": _repository_inside,
    "ignored above": _ignored_above,
    "negated above": _negated_above,
    "ignored inside": _ignored_inside,
}


def draw(top: Path, random: Random, seen: Counter[str]) -> None:
    """Make the folder `data` below a new folder, with some plain files and some hard cases."""
    drawing = Drawing(top=top, random=random, seen=seen)
    drawing.data.mkdir(parents=True)
    for _ in range(random.randint(0, 4)):
        drawing.file(drawing.folder(), drawing.name(PLAIN))
    cases = list(HARD)
    for name in sorted(random.sample(cases, k=random.randint(3, 6)), key=cases.index):
        HARD[name](drawing)
        seen[name] += 1
