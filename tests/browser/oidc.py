"""An OpenID Connect provider on loopback, where everybody is who they say they are."""

import base64
import contextlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlparse

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "test", "alg": "RS256", "use": "sig"})


class _Provider(BaseHTTPRequestHandler):
    codes: dict[str, dict] = {}

    def log_message(self, *_):
        pass

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self):
        url = urlparse(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        elif url.path == "/keys":
            self._json({"keys": [KEY.as_dict(private=False)]})
        elif url.path == "/authorize":
            links = (
                f'<p><a href="/as?{urlencode({**asked, "who": name})}">{name}</a></p>'
                for name in ("Ada", "Bob")
            )
            self._send("text/html", "".join(links).encode())
        elif url.path == "/as":
            code = secrets.token_hex(8)
            self.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        else:  # a browser asks for the icon
            self._send("image/x-icon", b"")

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.codes.pop(form["code"][0])
        credentials = self.headers.get("Authorization", "").removeprefix("Basic ")
        assert base64.b64decode(credentials) == b"studio:secret"
        now, name = int(time.time()), asked["who"]
        claims = {
            "iss": self.issuer,
            "sub": f"subject-{name}",
            "aud": "studio",
            "iat": now,
            "exp": now + 3600,
            "name": name,
            **({"nonce": asked["nonce"]} if "nonce" in asked else {}),
        }
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, KEY)
        self._json({"access_token": "none", "token_type": "Bearer", "id_token": token})

    def _json(self, value: dict) -> None:
        self._send("application/json", json.dumps(value).encode())

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def provider() -> Iterator[str]:
    """Runs one; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def secrets_for(issuer: str, port: int) -> str:
    """What a dashboard's secrets say to have its visitors log in there."""
    return f"""
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of the tests, long enough"
client_id = "studio"
client_secret = "secret"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
