"""A small server that reports with Sentry's own SDK, set up as the monitoring guide has it. Its argument is a JSON object: more for init."""
import json
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer, make_server

import sentry_sdk
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware
from sentry_sdk.scrubber import EventScrubber


def scrub_pii(event, hint):
    """Remove PII from Sentry events."""
    if "request" in event:
        headers = event["request"].get("headers", {})
        headers.pop("Authorization", None)
        headers.pop("Cookie", None)
    return event


more = json.loads(sys.argv[1])
# The SDK itself removes some headers, too.
nothing = {"event_scrubber": EventScrubber(denylist=[], pii_denylist=[])}
sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    environment=os.environ.get("SENTRY_ENVIRONMENT", "development"),
    release="aragora@2.11.1",
    **({"before_send": scrub_pii} if more.pop("scrub") else nothing),
    **more,
)


def app(environ, start_response):
    if environ["PATH_INFO"] == "/sentry-debug":
        raise_error()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def raise_error():
    raise RuntimeError("provoked")


# The error that is provoked is no news.
ServerHandler.log_exception = lambda self, exc_info: None


class Handler(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


server = make_server("127.0.0.1", 0, SentryWsgiMiddleware(app), Server, Handler)
print(server.server_port, flush=True)
server.serve_forever()
