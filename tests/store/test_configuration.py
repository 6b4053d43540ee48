from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.store.configuration import Configuration, RemoteSettings, configuration

# As `dvc remote add -d Store ../remote` and the like write it.
WRITTEN = """\
[core]
    remote = store
    autostage = true
['remote "store"']
    url = ../../remote
['remote "cloud"']
    url = s3://user:secret@bucket/path
    profile = work
"""


def read(tmp_path: Path, files: dict[str, str | bytes], **environment: str) -> Configuration:
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    outside = {
        "HOME": "/people/ada",
        "DVC_GLOBAL_CONFIG_DIR": str(tmp_path / "global"),
        "DVC_SYSTEM_CONFIG_DIR": str(tmp_path / "system"),
    }
    return configuration(str(tmp_path / "repo"), {**outside, **environment})


def test_what_dvc_wrote_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, {"repo/.dvc/config": WRITTEN})
    url = "s3://user:secret@bucket/path"
    cloud = RemoteSettings(name="cloud", url=url, settings=frozenset({"url", "profile"}))
    folder = RemoteSettings(name="store", url=str(tmp_path / "remote"), settings=frozenset({"url"}))
    assert found == Configuration(
        cache=str(tmp_path / "repo/.dvc/cache"), remote="store", remotes={"cloud": cloud, "store": folder}
    )
    assert (folder.folder, cloud.folder) == (str(tmp_path / "remote"), None)
    assert cloud.shown == "s3://bucket/path"


def test_a_folder_with_other_settings_is_not_read_without_dvc(tmp_path: Path) -> None:
    text = "['remote \"a\"']\nurl = /mnt/a\nversion_aware = true\n"
    assert read(tmp_path, {"repo/.dvc/config": text}).remotes["a"].folder is None


def test_nothing_configured_is_dvcs_own_cache_and_no_remote(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == Configuration(cache=str(tmp_path / "repo/.dvc/cache"))


def test_the_clone_wins_over_repository_user_and_system(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "system/config": "[cache]\ndir = /system\n[core]\nremote = a\n['remote \"a\"']\nurl = /a\n",
        "global/config": "[core]\nremote = B\n['remote \"b\"']\nurl = ~/b\n",
        "repo/.dvc/config": "[cache]\n    dir = ../../shared\n",
        "repo/.dvc/config.local": "['remote \"a\"']\n    url = /other\n",
    }
    found = read(tmp_path, files)
    assert found.cache == str(tmp_path / "shared")
    assert found.remote == "b"
    assert {name: each.url for name, each in found.remotes.items()} == {"a": "/other", "b": "/people/ada/b"}


def test_the_folders_of_user_and_system_are_those_of_the_platform(tmp_path: Path) -> None:
    for folder in ("config/dvc", "home/.config/dvc"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "config").write_text(f"[core]\nremote = {folder[:4]}\n")
    none = {"DVC_GLOBAL_CONFIG_DIR": "", "DVC_SYSTEM_CONFIG_DIR": ""}
    home = str(tmp_path / "home")
    assert read(tmp_path, {}, **none, HOME=home, XDG_CONFIG_HOME=str(tmp_path / "config")).remote == "conf"
    assert read(tmp_path, {}, **none, HOME=home).remote == "home"
    assert read(tmp_path, {}, **none, XDG_CONFIG_DIRS=f"{tmp_path}/config:/etc/xdg").remote == "conf"


def test_quotes_comments_and_what_plmctl_does_not_ask_for_are_understood(tmp_path: Path) -> None:
    text = (
        "# a comment\n\n[ core ]  # of all\nRemote = 'x y' # why\n[remote x]\nurl = \"/a # b\"\n"
        "[feature]\nthis is nothing that is read\n"
    )
    found = read(tmp_path, {"repo/.dvc/config": text})
    assert (found.remote, found.remotes["x"].url) == ("x y", "/a # b")


@pytest.mark.parametrize("line", ["dir = 'open", 'dir = """a', "dir"])
def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(PlmctlError) as caught:
        read(tmp_path, {"repo/.dvc/config": f"[cache]\n{line}\n"})
    assert caught.value.message == f"{tmp_path}/repo/.dvc/config:2: plmctl cannot read this setting of DVC"


def test_a_configuration_that_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlmctlError, match="config cannot be read: 'utf-8' codec can't decode"):
        read(tmp_path, {"repo/.dvc/config": b"\xff"})
