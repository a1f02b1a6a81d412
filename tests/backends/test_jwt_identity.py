"""Visitors known by a signed token: what counts, and every way in which one must not."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from livechat_core.errors import ConfigurationError
from livechat_core.plugins import Plugins
from livechat_core.ports import Identity, Person, Request
from livechat_core.rules import SECOND
from livechat_core.settings import Settings, from_tables
from livechat_core.testing import FakeClock

jwt = pytest.importorskip("jwt", reason="needs the extra jwt")
crypto = pytest.importorskip("cryptography", reason="needs the extra jwt")

from cryptography.hazmat.primitives import serialization  # noqa: E402 - after the check above
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: E402

pytestmark = pytest.mark.anyio

NOW = 1_700_000_000
SECRET = "a secret that is as long as the digest of SHA-256"  # noqa: S105 - of tests
OLD = "the secret before that one, of the same length or more"
CLAIMS = {
    "iss": "https://shop.example",
    "aud": "livechat:shop",
    "sub": "customer-7",
    "iat": NOW,
    "exp": NOW + 600,
    "name": "Maria",
    "email": "maria@customer.example",
    "phone_number": "+47 22 33 44 55",
    "roles": ["user", "master-tech"],
    "owner": "ana",
    "fields": {"plan": "gold", "number": 7},
}

Tables = dict[str, Any]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW * SECOND)


@pytest.fixture
def made(tmp_path: Path, clock: FakeClock) -> Callable[..., Identity]:
    def make(**table: Any) -> Identity:
        for name, secret in (("new", SECRET), ("old", OLD)):
            path = tmp_path / f"{name}.key"
            path.write_text(secret)
            path.chmod(0o600)
        keys = {"new": {"file": "new.key"}, "old": {"file": "old.key"}}
        told = {"keys": keys, "issuer": "https://shop.example", **table}
        found = Plugins(entry_points=False).identity(settings(tmp_path, told), clock)
        assert found is not None
        return found

    return make


def settings(folder: Path, table: Tables) -> Settings:
    return from_tables({"identity": table}, base=folder)


def token(
    key: Any = SECRET, kid: str | None = "new", algorithm: str = "HS256", **claims: Any
) -> str:
    told = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not ...}
    headers = {} if kid is None else {"kid": kid}
    return str(jwt.encode(told, key, algorithm=algorithm, headers=headers))


def raw(header: dict[str, Any], claims: Any = None, key: bytes = b"", sign: bool = True) -> str:  # noqa: FBT001, FBT002
    """Return a token that a library would not make."""

    def packed(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    told = CLAIMS if claims is None else claims
    start = ".".join(packed(json.dumps(part).encode()) for part in (header, told))
    mark = hmac.digest(key, start.encode(), hashlib.sha256) if sign else b""
    return f"{start}.{packed(mark)}"


async def ask(identity: Identity, proof: str, site: str = "shop", **headers: str) -> Person | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await identity.visitor(Request(identity=proof, site=site, headers=named))


async def test_a_good_token_says_who_visits_F57(made: Callable[..., Identity]) -> None:
    person = await ask(made(), token())

    assert person == Person(
        id="customer-7",
        name="Maria",
        email="maria@customer.example",
        phone="+47 22 33 44 55",
        roles=frozenset({"user", "master-tech"}),
        registered=True,
        owner="ana",
        fields={"plan": "gold"},
        valid_until=(NOW + 610) * SECOND,
    )
    assert await made().agent(Request(identity=token())) is None


async def test_a_token_may_come_in_a_header_F57(made: Callable[..., Identity]) -> None:
    assert await ask(made(), "", livechat_identity=token())
    assert await ask(made(header="X-Who"), "", x_who=token())
    assert await ask(made(), "", x_who=token()) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 11},
        {"exp": NOW - 10},
        {"exp": ...},
        {"iat": ...},
        {"sub": ...},
        {"aud": ...},
        {"iss": ...},
        {"iat": NOW + 11},
        {"iat": NOW - 3611, "exp": NOW + 9999},
        {"nbf": NOW + 11},
        {"exp": str(NOW + 600)},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": 2**60},
        {"exp": -1},
        {"nbf": "never"},
        {"sub": ""},
        {"sub": "x" * 201},
        {"aud": "livechat:other"},
        {"aud": ["livechat:other", "livechat"]},
        {"aud": "livechat:{site}"},
        {"iss": "https://shop.example.evil.example"},
    ],
    ids=str,
)
async def test_a_claim_that_does_not_hold_makes_a_guest_A19(
    made: Callable[..., Identity], claims: dict[str, Any]
) -> None:
    assert await ask(made(), token(**claims)) is None


@pytest.mark.parametrize(
    ("claims", "key"),
    [
        ({}, "new"),
        ({"exp": NOW - 9}, "new"),
        ({"nbf": NOW + 9, "iat": NOW + 9}, "new"),
        ({"aud": ["elsewhere", "livechat:shop"]}, "new"),
        ({}, "old"),
    ],
    ids=str,
)
async def test_clocks_may_differ_a_little_and_keys_be_changed_A19(
    made: Callable[..., Identity], claims: dict[str, Any], key: str
) -> None:
    secret = {"new": SECRET, "old": OLD}[key]
    assert await ask(made(), token(secret, key, **claims))


@pytest.mark.parametrize(
    "proof",
    [
        "",
        ".",
        "..",
        "x",
        "a.b.c",
        token()[:-1],
        token()[:-20],
        token().rpartition(".")[0],
        token().rpartition(".")[0] + ".",
        token() + "A",
        token(OLD),
        token(SECRET, "old"),
        token(SECRET, None),
        token(SECRET, "unknown"),
        token(SECRET + "!"),
        token(SECRET, algorithm="HS384"),
        raw({"alg": "none", "kid": "new"}, sign=False),
        raw({"alg": "None", "kid": "new"}, sign=False),
        raw({"alg": "none", "kid": "new"}, key=SECRET.encode()),
        raw({"kid": "new"}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": 7}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": ["new"]}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "new", "crit": ["exp"]}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "../../new.key"}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "new"}, ["a list"], key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "new"}, {**CLAIMS, "x": "y" * 5000}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "new"}, {**CLAIMS, "sub": {"$ne": ""}}, key=SECRET.encode()),
        raw({"alg": "HS256", "kid": "new"}, {**CLAIMS, "iss": [CLAIMS["iss"]]}, SECRET.encode()),
        "\udcff" + token(),
        "é" * 100,
        "a" * 10**6,
    ],
    ids=lambda proof: f"{len(proof)}:{proof[:12]!a}",
)
async def test_what_is_not_a_token_of_the_host_makes_a_guest_A19(
    made: Callable[..., Identity], proof: str
) -> None:
    """Missing, cut, changed, of another key, another algorithm or none, too long."""
    assert await ask(made(), proof) is None


async def test_a_token_of_one_site_is_nothing_on_another_A19(made: Callable[..., Identity]) -> None:
    assert await ask(made(), token(), site="shop")
    assert await ask(made(), token(), site="other") is None
    assert await ask(made(audience="chat"), token(aud="chat"), site="other")


async def test_a_token_is_over_when_its_time_is_A19(
    made: Callable[..., Identity], clock: FakeClock
) -> None:
    identity, proof = made(max_age=300), token()
    assert await ask(identity, proof)
    clock.advance(309 * SECOND)
    assert await ask(identity, proof)
    clock.advance(SECOND)
    assert await ask(identity, proof) is None


async def test_a_single_key_needs_no_name_A19(made: Callable[..., Identity]) -> None:
    identity = made(keys={"only": {"file": "new.key"}})

    assert await ask(identity, token(SECRET, None))
    assert await ask(identity, token(OLD, None)) is None
    assert await ask(identity, token(SECRET, "new")) is None


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
async def test_a_public_key_checks_but_cannot_sign_A19(
    made: Callable[..., Identity], tmp_path: Path, algorithm: str
) -> None:
    """A token signed with the public key as if it were a secret counts for nothing."""
    private: Any = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm == "RS256"
        else ed25519.Ed25519PrivateKey.generate()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "host.pem").write_bytes(public)
    identity = made(keys={"host": {"file": "host.pem", "algorithm": algorithm}})

    assert await ask(identity, token(private, "host", algorithm))
    confused = (raw({"alg": "HS256", "kid": "host"}, key=one) for one in (public, public.strip()))
    for proof in confused:
        assert await ask(identity, proof) is None


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"name": "Sup\u202eport"}, {"name": "Support"}),
        ({"name": 7, "email": ["a"], "roles": "user", "fields": []}, {"name": "", "email": ""}),
        ({"email": "no address"}, {"email": ""}),
        ({"email_verified": False}, {"email": ""}),
        ({"email_verified": True}, {"email": "maria@customer.example"}),
        ({"roles": ["a", 7, "x" * 101]}, {"roles": frozenset({"a"})}),
        ({"registered": False}, {"registered": False}),
        ({"registered": "yes"}, {"registered": False}),
    ],
    ids=str,
)
async def test_odd_claims_about_a_person_are_left_out(
    made: Callable[..., Identity], claims: dict[str, Any], expected: dict[str, Any]
) -> None:
    person = await ask(made(), token(**claims))

    assert person is not None
    assert {name: getattr(person, name) for name in expected} == expected


async def test_the_log_says_why_and_nothing_of_the_token_A19(
    made: Callable[..., Identity], caplog: pytest.LogCaptureFixture
) -> None:
    proof = token(exp=NOW - 60)
    with caplog.at_level(logging.WARNING):
        await ask(made(), proof)

    assert "expired" in caplog.text
    assert not [part for part in proof.split(".") if part in caplog.text]
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("key", "content", "code"),
    [
        ({"file": "key"}, b"", "bad_key"),
        ({"file": "key"}, b"short", "bad_key"),
        ({"file": "key", "algorithm": "none"}, SECRET.encode(), "bad_setting"),
        ({"file": "key", "algorithm": "RS256"}, SECRET.encode(), "bad_key"),
        ({"file": "key", "algorithm": "HS512"}, SECRET.encode()[:40], "bad_key"),
        ({"file": "key", "extra": "x"}, SECRET.encode(), "unknown_setting"),
    ],
    ids=str,
)
def test_a_weak_or_missing_key_is_found_at_the_start(
    made: Callable[..., Identity],
    tmp_path: Path,
    key: dict[str, Any],
    content: bytes,
    code: str,
) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(ConfigurationError) as caught:
        made(keys={"k": key})
    assert caught.value.code == code
    assert SECRET not in str(caught.value)


def test_a_key_that_is_not_there_or_not_secret_is_found_at_the_start(
    made: Callable[..., Identity], tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="secret_unreadable"):
        made(keys={"k": {"file": "key"}})
    (tmp_path / "key").write_text(SECRET)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="secret_readable_by_others"):
        made(keys={"k": {"file": "key"}})


@pytest.mark.parametrize(
    "table", [{"keys": {}}, {"issuer": ""}, {"leeway": -1}, {"max_age": 0}, {"unknown": 1}]
)
def test_settings_that_make_no_sense_are_refused(
    made: Callable[..., Identity], table: Tables
) -> None:
    with pytest.raises(ConfigurationError):
        made(**table)


def test_without_the_table_nobody_is_known_by_tokens(clock: FakeClock) -> None:
    assert Plugins(entry_points=False).identity(Settings(), clock) is None
