"""Usage: python_sdk.py http|stdio legacy|VERSION"""

import asyncio
import json
import os
import sys
import time

import httpx2
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

LOCAL_TOOLS = int(os.environ["CHECK_LOCAL_TOOLS"])


def transport(kind: str):
    if kind == "stdio":
        arguments = ["stdio", "--local=:memory:"]
        return stdio_client(StdioServerParameters(command=os.environ["CHECK_BINARY"], args=arguments))
    headers = {"MCP-UNKEY-BEARER-AUTH": os.environ["CHECK_ROOT_KEY"]}
    http = httpx2.AsyncClient(headers=headers, timeout=30)
    return streamable_http_client(os.environ["CHECK_LOCAL_URL"] + "/mcp/v2", http_client=http)


async def main(kind: str, mode: str) -> None:
    async with Client(transport(kind), mode=mode) as client:
        tools = (await client.list_tools()).tools
        assert len(tools) == LOCAL_TOOLS, len(tools)

        async def call(name: str, /, **arguments) -> dict:
            # The client itself compares structured content with the tool's output schema.
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            assert json.loads(result.content[0].text) == result.structured_content, name
            return result.structured_content["data"]

        api = await call("apis_create_api", name=f"python-{os.getpid()}-{time.time_ns()}")
        made = await call("keys_create_key", apiId=api["apiId"], credits={"remaining": 1})
        assert (await call("keys_verify_key", key=made["key"]))["code"] == "VALID"
        assert (await call("keys_verify_key", key=made["key"]))["code"] == "USAGE_EXCEEDED"
        await call("keys_update_key", keyId=made["keyId"], clear=["credits"])
        assert (await call("keys_verify_key", key=made["key"]))["valid"] is True
        await call("keys_delete_key", keyId=made["keyId"])
        await call("apis_delete_api", apiId=api["apiId"])

        refused = await client.call_tool("apis_get_api", {"apiId": "api_nowhere123"})
        assert refused.is_error and refused.structured_content is None
        assert "404" in refused.content[0].text and "req_" in refused.content[0].text

        try:
            await client.call_tool("apis_no_such_tool", {})
        except MCPError as error:
            assert error.error.code == -32602, error
        else:
            raise AssertionError("an unknown tool was called")


asyncio.run(main(*sys.argv[1:]))
