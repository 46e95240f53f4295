"""moto as a server on a free port of this machine, which takes stacks with resources of any type.

It says its address as the first line of standard output, and ends when standard input does: with the test that started
it, however that ends.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING

from moto.cloudformation import parsing
from werkzeug.serving import make_server

from tests.stacks.test_deployment import TOO_NARROW, AnyResource

if TYPE_CHECKING:
    from moto.core.common_models import CloudFormationModel

_known = parsing.resource_class_from_type


def _any_type(resource_type: str) -> type[CloudFormationModel]:
    return AnyResource if resource_type in TOO_NARROW else _known(resource_type) or AnyResource


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    parsing.resource_class_from_type = _any_type
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # The CDK CLI finds its bucket only where the host is called localhost.
    print(f"http://localhost:{server.server_port}", flush=True)  # noqa: T201  (this is a command)
    sys.stdin.read()
    os._exit(0)  # without waiting for a request that hangs


if __name__ == "__main__":
    main()
