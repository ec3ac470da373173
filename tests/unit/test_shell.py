"""The phone app as files: the list a phone keeps is complete, honest, small, and changes with every byte."""

import gzip
import hashlib
import json
import posixpath
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from inspect_app.web import assets, auth, shell

UNTIL_THE_LIST = 90 * 1024
WHOLE = 150 * 1024
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def client() -> FlaskClient:
    """Only the shell: it needs no database and knows nobody."""
    app = Flask(__name__, static_folder=None, template_folder=str(assets.STATIC.parent / "templates"))
    app.register_blueprint(shell.bp)
    return app.test_client()


def told(client: FlaskClient) -> dict[str, Any]:
    """What stands in front of the service worker."""
    line = client.get("/sw.js").get_data(as_text=True).split("\n", 1)[0]
    found = re.fullmatch(r"self\.SHELL = (\{.*\});", line)
    assert found
    said: dict[str, Any] = json.loads(found[1])
    return said


def travelling(client: FlaskClient, urls: list[str]) -> dict[str, int]:
    """How long the bodies are that a phone is sent."""
    return {url: len(client.get(url, headers=GZIP).data) for url in urls}


def kept(client: FlaskClient) -> dict[str, str]:
    """Every file of the phone as the service worker keeps it: path → text."""
    said = told(client)
    files = {url.split("/", 3)[3]: client.get(url).get_data(as_text=True) for url, _ in said["files"][1:]}
    for pack, _ in said["packs"]:
        files |= {path: text for path, _, text in client.get(pack).get_json(force=True)}
    return files


def test_every_file_is_served_with_the_hash_of_the_list(client: FlaskClient) -> None:
    said = told(client)

    assert said["files"][0][0] == "/field/"
    for url, sha256 in [*said["files"], *said["packs"]]:
        assert hashlib.sha256(client.get(url).data).hexdigest() == sha256, url


def test_what_is_kept_is_what_is_served_under_the_same_address(client: FlaskClient) -> None:
    for path, text in kept(client).items():
        assert client.get(shell.asset_url(path)).get_data(as_text=True) == text, path


def test_every_import_of_a_kept_module_is_kept_too(client: FlaskClient) -> None:
    here = kept(client)
    every_import = re.compile(r"""(?:from\s*|import\s*\(?\s*|new URL\()["'](\.[^"']+\.js)["']""")

    for path, text in here.items():
        for each in every_import.findall(text) if path.endswith(".js") else []:
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), each))
            assert wanted in here, f"{path} wants {wanted}"


def test_the_office_stays_off_the_phone(client: FlaskClient) -> None:
    here = kept(client)

    assert not [path for path in here if path.startswith(("js/desk/", "css/desk")) or path.endswith((".ts", ".md"))]
    assert {"js/main.js", "js/device/photo-worker.js", "vendor/idb/index.js", "css/phone.css"} <= set(here)


def test_the_list_of_visits_stands_after_ninety_kilobytes(client: FlaskClient) -> None:
    said = told(client)
    urls = ["/sw.js", "/app.webmanifest", said["packs"][0][0], *(url for url, _ in said["files"])]
    sizes = travelling(client, urls)

    assert sum(sizes.values()) <= UNTIL_THE_LIST, sorted(sizes.items(), key=lambda each: -each[1])[:10]


def test_everything_a_phone_keeps_fits_in_one_hundred_and_fifty(client: FlaskClient) -> None:
    said = told(client)
    urls = ["/sw.js", "/app.webmanifest", *(url for url, _ in [*said["packs"], *said["files"]])]
    sizes = travelling(client, urls)

    assert sum(sizes.values()) <= WHOLE, sorted(sizes.items(), key=lambda each: -each[1])[:10]


def test_each_file_travels_once_and_what_the_list_of_visits_opens_comes_after_it(client: FlaskClient) -> None:
    said = told(client)
    first = {url.split("/", 3)[3] for url, _ in said["files"][1:]}
    following, rest = ({path for path, _, _ in client.get(url).get_json(force=True)} for url, _ in said["packs"])

    assert {"js/screens/work.js", "js/sync/exchange.js", "js/sync/entering.js"} <= following
    assert {"js/screens/checklist.js", "js/screens/sign.js", "js/store/export.js", "js/core/locked_file.js"} <= rest
    assert not first & following
    assert not (first | following) & rest


def test_a_comment_is_taken_out_and_its_lines_stay() -> None:
    source = (
        b"// one\n/**\n * two\n */\nconst a = 1; // stays\n  /* x */\nconst b = /** @type {any} */ (a);\n"
        b'/** @type {any} */ (b).c = "// no comment";\n'
    )

    assert assets.without_comments(source) == (
        b"\n\n\n\nconst a = 1; // stays\n\nconst b = /** @type {any} */ (a);\n"
        b'/** @type {any} */ (b).c = "// no comment";\n'
    )


def test_no_script_has_text_over_several_lines_that_could_look_like_a_comment() -> None:
    for file in [each for each in assets.STATIC.rglob("*.js") if "vendor" not in each.parts]:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            assert line.count("`") % 2 == 0, f"{file.name}:{number}: a template literal over several lines"


def test_the_first_screen_is_asked_for_at_once_and_nothing_else_is(client: FlaskClient) -> None:
    page = client.get("/field/").get_data(as_text=True)
    preloaded = re.findall(r'rel="modulepreload" href="[^"]*/js/([^"]+)"', page)

    assert {"main.js", "screens/sign_in.js", "sync/session.js", "store/database.js"} <= set(preloaded)
    assert "sync/field.js" not in preloaded
    assert "sync/runner.js" not in preloaded


def test_the_page_says_nothing_of_anybody_and_has_no_script_of_its_own(client: FlaskClient) -> None:
    page = client.get("/field/").get_data(as_text=True)

    assert re.findall(r"<script[^>]*>", page) == [f'<script type="module" src="{shell.asset_url("js/main.js")}">']
    assert "style=" not in page
    assert "Set-Cookie" not in client.get("/field/").headers


def test_what_has_a_build_in_its_address_never_changes(client: FlaskClient) -> None:
    response = client.get(shell.asset_url("js/main.js"))

    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content_type == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("address", ["/field/", "/sw.js", "/app.webmanifest"])
def test_what_has_none_is_asked_for_each_time(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_packed_and_plain_are_the_same_and_caches_can_tell(client: FlaskClient) -> None:
    address = shell.asset_url("js/core/fold.js")
    plain = client.get(address)
    packed = client.get(address, headers=GZIP)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(packed.data) < len(plain.data)


def test_the_manifest_names_icons_that_are_there(client: FlaskClient) -> None:
    manifest = json.loads(client.get("/app.webmanifest").data)

    assert manifest["start_url"] == "/field/"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200, icon["src"]


def test_one_changed_byte_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = set()
    for text in ("1", "2"):
        (tmp_path / "one.js").write_text(text, encoding="utf-8")
        monkeypatch.setattr(assets, "STATIC", tmp_path)
        builds.add(assets.files.__wrapped__().build)

    assert len(builds) == 2


def test_an_asset_that_is_not_there_stops_the_template() -> None:
    with pytest.raises(KeyError):
        shell.asset_url("css/nothing.css")


def test_every_address_of_the_shell_is_open_to_anyone() -> None:
    views = (shell.field, shell.service_worker, shell.manifest, shell.static_file)

    assert [auth.allowed_of(view) for view in views] == [None, None, None, None]
