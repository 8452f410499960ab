"""The official Python SDK, unmodified, against the embedded Unkey."""

import os
import time

from unkey.py import Unkey, errors


def main() -> None:
    address = os.environ["CHECK_LOCAL_URL"]
    name = f"unkey-py-{os.getpid()}-{time.time_ns()}"
    with Unkey(root_key=os.environ["CHECK_ROOT_KEY"], server_url=address) as unkey:
        api = unkey.apis.create_api(name=name).data
        made = unkey.keys.create_key(
            api_id=api.api_id,
            prefix="py",
            name="first",
            meta={"plan": "pro"},
            credits={"remaining": 2},
        ).data
        assert made.key.startswith("py_"), made.key

        verified = unkey.keys.verify_key(key=made.key).data
        assert verified.valid and verified.credits == 1, verified

        unkey.keys.update_key(key_id=made.key_id, name="second", enabled=False)
        assert unkey.keys.get_key(key_id=made.key_id).data.name == "second"
        assert unkey.keys.verify_key(key=made.key).data.code == "DISABLED"
        page = unkey.apis.list_keys(api_id=api.api_id).result
        assert [key.key_id for key in page.data] == [made.key_id], page

        allowed = unkey.ratelimit.limit(namespace=name, identifier="someone", limit=1, duration=60_000)
        assert allowed.data.success
        refused = unkey.ratelimit.limit(namespace=name, identifier="someone", limit=1, duration=60_000)
        assert not refused.data.success

        unkey.keys.delete_key(key_id=made.key_id)
        try:
            unkey.keys.get_key(key_id=made.key_id)
        except errors.NotFoundErrorResponse as error:
            assert error.status_code == 404
            assert error.data.meta.request_id.startswith("req_")
        else:
            raise AssertionError("a deleted key was found")
        unkey.apis.delete_api(api_id=api.api_id)

    with Unkey(root_key="unkey_of_nobody", server_url=address) as stranger:
        try:
            stranger.apis.get_api(api_id=api.api_id)
        except errors.UnauthorizedErrorResponse as error:
            assert error.status_code == 401
        else:
            raise AssertionError("a stranger was let in")


main()
