"""moto as a server on a free port of loopback, until its standard input ends.

Prints one JSON value: its URL, and the operations that it has of the two services of Identity Center.
"""

import json
import logging
import sys

import boto3
from moto.identitystore.responses import IdentityStoreResponse
from moto.server import ThreadedMotoServer
from moto.ssoadmin.responses import SSOAdminResponse


def operations(service, responses):
    model = boto3.client(service, region_name="eu-west-1").meta
    names = model.method_to_api_mapping
    return sorted(f"{service} {names[method]}" for method in names if hasattr(responses, method))


logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
known = operations("identitystore", IdentityStoreResponse) + operations("sso-admin", SSOAdminResponse)
print(json.dumps({"url": f"http://{host}:{port}", "operations": known}), flush=True)
sys.stdin.read()
server.stop()
