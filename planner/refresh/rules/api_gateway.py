"""AmazonApiGateway: HTTP and REST requests, WebSocket messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("ApiGatewayHttpRequest", ("api_gateway", "http.request_million", "standard", "1M requests")),
        Priced("ApiGatewayRequest", ("api_gateway", "rest.request_million", "standard", "1M requests")),
        Priced("ApiGatewayMessage", ("api_gateway", "websocket.message_million", "standard", "1M messages")),
        Unpriced("ApiGatewayCacheUsage:.*", "API caching: there is no meter for it"),
        Unpriced("ApiGatewayMinute", "WebSocket connection minutes: there is no meter for them"),
    )
)
