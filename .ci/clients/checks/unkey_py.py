"""The official Python SDK, unmodified, against the embedded Unkey."""

import hashlib
import os
import re
import subprocess
import time
from urllib.parse import parse_qs, urlsplit

from unkey.py import Unkey, errors, models

ADDRESS = os.environ["CHECK_LOCAL_URL"]
NAME = f"unkey-py-{os.getpid()}-{time.time_ns()}"


def refused(error: type[Exception], call) -> None:
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} was expected")


def operate(*command: str) -> str:
    """Does what Unkey's dashboard does, with a command on the server's database."""
    database = f"--local={os.environ['CHECK_LOCAL_DATABASE']}"
    program = os.environ["CHECK_BINARY"]
    return subprocess.run(
        [program, *command, database], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def every(page) -> list:
    """What the pages of a list hold, from that one on."""
    found = []
    while page is not None:
        found.extend(page.result.data)
        page = page.next()
    return found


def keys(unkey: Unkey, api_id: str) -> None:
    made = unkey.keys.create_key(
        api_id=api_id,
        prefix="py",
        name="first",
        meta={"plan": "pro"},
        credits={"remaining": 2},
    ).data
    assert made.key.startswith("py_"), made.key

    verified = unkey.keys.verify_key(key=made.key).data
    assert verified.valid and verified.credits == 1, verified
    for operation, value, left in [("increment", 4, 5), ("decrement", 2, 3), ("set", 7, 7)]:
        credits = unkey.keys.update_credits(
            key_id=made.key_id, operation=models.Operation(operation), value=value
        )
        assert credits.data.remaining == left, credits

    unkey.keys.update_key(key_id=made.key_id, name="second", enabled=False)
    assert unkey.keys.get_key(key_id=made.key_id).data.name == "second"
    assert unkey.keys.verify_key(key=made.key).data.code == "DISABLED"
    assert unkey.keys.whoami(key=made.key).data.key_id == made.key_id
    successor = unkey.keys.reroll_key(key_id=made.key_id, expiration=0).data
    listed = every(unkey.apis.list_keys(api_id=api_id, limit=1))
    assert {key.key_id for key in listed} == {made.key_id, successor.key_id}, listed

    unkey.keys.delete_key(key_id=made.key_id)
    try:
        unkey.keys.get_key(key_id=made.key_id)
    except errors.NotFoundErrorResponse as error:
        assert error.status_code == 404
        assert error.data.meta.request_id.startswith("req_")
    else:
        raise AssertionError("a deleted key was found")


def recoverable_keys(unkey: Unkey, api_id: str) -> None:
    operate("api", api_id, "--encrypted-keys", "true")
    kept = unkey.keys.create_key(api_id=api_id, recoverable=True).data
    shown = unkey.keys.get_key(key_id=kept.key_id, decrypt=True).data
    assert shown.plaintext == kept.key, shown
    assert not unkey.keys.get_key(key_id=kept.key_id).data.plaintext
    listed = every(unkey.apis.list_keys(api_id=api_id, decrypt=True))
    assert [key.plaintext for key in listed if key.key_id == kept.key_id] == [kept.key], listed
    unkey.keys.delete_key(key_id=kept.key_id)


def migration(unkey: Unkey, api_id: str) -> None:
    """Keys that come from elsewhere, as prefixed-api-key makes them: it hashes the last part."""
    made = operate("migration", "create", "--algorithm", "prefixed-api-key")
    migration_id = re.search(r"\bmig_\w+", made)[0]
    secret = NAME.replace("_", "-")
    digest = hashlib.sha256(secret.encode()).hexdigest()

    def migrate(migration_id: str):
        return unkey.keys.migrate_keys(
            migration_id=migration_id, api_id=api_id, keys=[{"hash": digest, "name": "old"}]
        ).data

    arrived = migrate(migration_id)
    assert arrived.failed == [] and [key.hash for key in arrived.migrated] == [digest], arrived
    again = migrate(migration_id)
    assert again.failed == [digest] and again.migrated == [], again
    verified = unkey.keys.verify_key(key=f"old_short_{secret}", migration_id=migration_id).data
    assert verified.code == "VALID", verified
    assert verified.key_id == arrived.migrated[0].key_id, verified
    refused(errors.NotFoundErrorResponse, lambda: migrate("mig_none"))


def permissions(unkey: Unkey, api_id: str) -> None:
    read, write = f"{NAME}.read", f"{NAME}.write"
    permission = unkey.permissions.create_permission(name="Read", slug=read).data
    assert unkey.permissions.get_permission(permission=read).data.id == permission.permission_id
    role = unkey.permissions.create_role(name=NAME, permissions=[read, write]).data
    shown = unkey.permissions.get_role(role=NAME).data
    assert {each.slug for each in shown.permissions} == {read, write}, shown
    listed = every(unkey.permissions.list_permissions(search=NAME, limit=1))
    assert {each.slug for each in listed} == {read, write}, listed
    assert [each.id for each in every(unkey.permissions.list_roles(search=NAME))] == [role.role_id]

    key = unkey.keys.create_key(api_id=api_id).data

    def may(query: str) -> str:
        return unkey.keys.verify_key(key=key.key, permissions=query).data.code

    unkey.keys.add_roles(key_id=key.key_id, roles=[NAME])
    assert may(f"{read} AND {write}") == "VALID"
    replaced = unkey.permissions.set_role_permissions(
        request={"role_id": role.role_id, "permissions": [write]}
    )
    assert [each.slug for each in replaced.data] == [write], replaced
    assert may(read) == "INSUFFICIENT_PERMISSIONS"
    unkey.keys.add_permissions(key_id=key.key_id, permissions=[read])
    assert may(read) == "VALID"
    unkey.keys.set_permissions(key_id=key.key_id, permissions=[write])
    assert unkey.keys.remove_permissions(key_id=key.key_id, permissions=[write]).data == []
    assert unkey.keys.remove_roles(key_id=key.key_id, roles=[NAME]).data == []
    assert unkey.keys.set_roles(key_id=key.key_id, roles=[NAME]).data[0].id == role.role_id

    unkey.permissions.delete_role(role=NAME)
    for slug in (read, write):
        unkey.permissions.delete_permission(permission=slug)
    refused(errors.NotFoundErrorResponse, lambda: unkey.permissions.get_role(role=NAME))


def identities(unkey: Unkey) -> None:
    limit = {"name": "requests", "limit": 5, "duration": 60_000, "auto_apply": True}
    made = unkey.identities.create_identity(
        external_id=NAME, meta={"plan": "pro"}, ratelimits=[limit]
    ).data
    refused(
        errors.ConflictErrorResponse,
        lambda: unkey.identities.create_identity(external_id=NAME),
    )
    changed = unkey.identities.update_identity(identity=NAME, meta={"plan": "free"}).data
    assert changed.meta == {"plan": "free"}, changed
    assert unkey.identities.get_identity(identity=made.identity_id).data.external_id == NAME
    listed = every(unkey.identities.list_identities(search=NAME))
    assert [each.id for each in listed] == [made.identity_id], listed

    session = unkey.portal.create_session(
        portal="local", external_id=NAME, scopes=[models.Scope.KEYS_READ]
    )
    code = parse_qs(urlsplit(session.result.data.url).query)["code"][0]
    token = unkey.portal.exchange_code(code=code).result.data
    assert token.access_token and token.expires_at > time.time() * 1_000, token
    refused(errors.UnauthorizedErrorResponse, lambda: unkey.portal.exchange_code(code=code))

    unkey.identities.delete_identity(identity=NAME)
    refused(
        errors.NotFoundErrorResponse,
        lambda: unkey.identities.get_identity(identity=NAME),
    )


def limits_and_analytics(unkey: Unkey, api_id: str) -> None:
    check = {"namespace": NAME, "identifier": "someone", "limit": 1, "duration": 60_000}
    assert unkey.ratelimit.limit(**check).data.success
    assert not unkey.ratelimit.limit(**check).data.success
    both = unkey.ratelimit.multi_limit(request=[{**check, "identifier": who} for who in "ab"])
    assert both.data.passed and len(both.data.limits) == 2, both

    override = {"namespace": NAME, "identifier": "vip"}
    made = unkey.ratelimit.set_override(**override, limit=9, duration=60_000).data
    assert unkey.ratelimit.get_override(**override).data.override_id == made.override_id
    assert unkey.ratelimit.limit(**{**check, "identifier": "vip"}).data.limit == 9
    listed = every(unkey.ratelimit.list_overrides(namespace=NAME))
    assert [each.identifier for each in listed] == ["vip"], listed
    unkey.ratelimit.delete_override(**override)

    def rows(query: str) -> list:
        return unkey.analytics.get_ratelimits(query=query).data

    found = rows(
        f"SELECT namespace_id FROM ratelimits_v1 WHERE override_id = '{made.override_id}'"
    )
    sums = rows(
        "SELECT sum(total) AS total, sum(passed) AS passed FROM ratelimits_per_day_v1 "
        f"WHERE namespace_id = '{found[0]['namespace_id']}'"
    )
    assert sums == [{"total": 5, "passed": 4}], sums

    key = unkey.keys.create_key(api_id=api_id).data
    unkey.keys.verify_key(key=key.key, tags=["path=/v1"])
    verifications = unkey.analytics.get_verifications(
        query="SELECT outcome, tags, source FROM key_verifications_v1 "
        f"WHERE key_id = '{key.key_id}'"
    ).data
    assert verifications == [{"outcome": "VALID", "tags": ["path=/v1"], "source": "api"}]
    for about in (unkey.analytics.get_gateway_requests, unkey.analytics.get_runtime_logs):
        refused(
            errors.PreconditionFailedErrorResponse, lambda about=about: about(query="SELECT 1")
        )


def main() -> None:
    with Unkey(root_key=os.environ["CHECK_ROOT_KEY"], server_url=ADDRESS) as unkey:
        api_id = unkey.apis.create_api(name=NAME).data.api_id
        assert unkey.apis.get_api(api_id=api_id).data.name == NAME
        keys(unkey, api_id)
        recoverable_keys(unkey, api_id)
        migration(unkey, api_id)
        permissions(unkey, api_id)
        identities(unkey)
        limits_and_analytics(unkey, api_id)
        unkey.apis.delete_api(api_id=api_id)

    with Unkey(root_key="unkey_of_nobody", server_url=ADDRESS) as stranger:
        try:
            stranger.apis.get_api(api_id=api_id)
        except errors.UnauthorizedErrorResponse as error:
            assert error.status_code == 401
        else:
            raise AssertionError("a stranger was let in")


main()
