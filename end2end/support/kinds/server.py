"""A provider as a second hand wrote it: OAuth 2.0 (authorization code with PKCE, refresh, RFC 7523)
and OAuth 1.0a by Authlib, and AWS signatures checked by botocore.

Prints its port, and for every token it gives out the token. Settings come as JSON in the argument.
"""

import calendar
import json
import logging
import secrets
import sys
import threading
import time
from types import SimpleNamespace

from authlib.integrations.flask_oauth1 import AuthorizationServer as OAuth1Server
from authlib.integrations.flask_oauth1 import ResourceProtector as OAuth1Protector
from authlib.integrations.flask_oauth2 import AuthorizationServer as OAuth2Server
from authlib.oauth1 import ClientMixin as OAuth1Client
from authlib.oauth1 import TemporaryCredential
from authlib.oauth1.errors import OAuth1Error
from authlib.oauth2.rfc6749 import ClientMixin as OAuth2Client
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7523 import JWTBearerGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

settings = json.loads(sys.argv[1])
CLIENT_ID, CLIENT_SECRET = settings["clientId"], settings["clientSecret"]
LIFE = 3600

app = Flask(__name__)
logging.getLogger("werkzeug").setLevel(logging.ERROR)
lock = threading.Lock()
# What was given out: code, temporary credential, token by its text; access tokens of OAuth 2.0 by end.
codes, temporary, tokens, bearers, nonces = {}, {}, {}, {}, set()
counts = {"code": 0, "refresh": 0, "jwt": 0, "oauth1": 0, "sigv4": 0}


def told(*given):
    """Whoever runs this looks for these in what Patchbay prints."""
    for text in given:
        print(f"secret {text}", flush=True)


class Client(OAuth2Client, OAuth1Client):
    client_secret = CLIENT_SECRET
    rsa_public_key = None

    def get_client_id(self):
        return CLIENT_ID

    def get_client_secret(self):
        return CLIENT_SECRET

    def get_default_redirect_uri(self):
        return None

    def get_rsa_public_key(self):
        return None

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_redirect_uri(self, redirect_uri):
        return "/oauth/callback/" in redirect_uri

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, CLIENT_SECRET)

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return True


def find_client(client_id):
    return Client() if client_id == CLIENT_ID else None


# OAuth 2.0


class Code(SimpleNamespace):
    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def save_authorization_code(self, code, request):
        data = request.payload.data
        codes[code] = Code(
            code=code,
            client_id=CLIENT_ID,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            user_id="ada",
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )
        told(code)

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return authorization_code.user_id


class RefreshToken(SimpleNamespace):
    def check_client(self, client):
        return True

    def get_scope(self):
        return self.scope


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        return tokens.get(refresh_token)

    def authenticate_user(self, refresh_token):
        return "ada"

    def revoke_old_credential(self, refresh_token):
        tokens.pop(refresh_token.text, None)


class Assertion(JWTBearerGrant):
    def resolve_issuer_client(self, issuer):
        return Client() if issuer == settings["robot"] else None

    def resolve_client_public_key(self, client):
        return RSAKey.import_key(settings["robotKey"])

    def get_audiences(self):
        return [request.host_url + "oauth2/token"]

    def authenticate_user(self, subject):
        return subject

    def has_granted_permission(self, client, user):
        return True


def save_token(token, request):
    kind = {"authorization_code": "code", "refresh_token": "refresh"}
    with lock:
        counts[kind.get(request.payload.grant_type, "jwt")] += 1
        bearers[token["access_token"]] = time.time() + LIFE
        told(token["access_token"])
        if refresh := token.get("refresh_token"):
            tokens[refresh] = RefreshToken(text=refresh, scope=token.get("scope", ""))
            told(refresh)


def generate(grant_type, client, user=None, scope=None, expires_in=None, include_refresh_token=True):
    token = {"token_type": "Bearer", "access_token": secrets.token_urlsafe(24), "expires_in": LIFE}
    if include_refresh_token and grant_type != JWTBearerGrant.GRANT_TYPE:
        token["refresh_token"] = secrets.token_urlsafe(24)
    return token


oauth2 = OAuth2Server(app, query_client=find_client, save_token=save_token)
oauth2.register_grant(CodeGrant, [CodeChallenge(required=True)])
oauth2.register_grant(RefreshGrant)
oauth2.register_grant(Assertion)
oauth2.register_token_generator("default", generate)


@app.get("/oauth2/authorize")
def authorize():
    return oauth2.create_authorization_response(grant_user="ada")


@app.post("/oauth2/token")
def token():
    return oauth2.create_token_response()


@app.get("/oauth2/echo")
def echo():
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or bearers.get(bearer, 0) < time.time():
        return jsonify(error="this token is not known"), 401
    return jsonify(path=request.full_path)


@app.post("/oauth2/forget")
def forget():
    """Access tokens end before their time."""
    bearers.clear()
    return jsonify(counts)


# OAuth 1.0a


class OAuth1Token(SimpleNamespace):
    def get_oauth_token(self):
        return self.oauth_token

    def get_oauth_token_secret(self):
        return self.oauth_token_secret


app.config["OAUTH1_SUPPORTED_SIGNATURE_METHODS"] = ["HMAC-SHA1"]
oauth1 = OAuth1Server(app, query_client=find_client)


def create_temporary(token, client_id, redirect_uri):
    credential = TemporaryCredential(token, client_id=client_id, oauth_callback=redirect_uri)
    credential["client_id"] = client_id
    credential["oauth_callback"] = redirect_uri
    temporary[token["oauth_token"]] = credential
    told(token["oauth_token_secret"])
    return credential


def create_verifier(credential, user, verifier):
    credential["oauth_verifier"] = verifier
    credential["user_id"] = user
    told(verifier)
    return credential


def create_token(token, credential):
    made = OAuth1Token(client_id=CLIENT_ID, user_id="ada", **token)
    tokens[token["oauth_token"]] = made
    told(token["oauth_token"], token["oauth_token_secret"])
    return made


def exists_nonce(nonce, timestamp, client_id, oauth_token):
    key = (nonce, timestamp, client_id, oauth_token)
    with lock:
        known = key in nonces
        nonces.add(key)
    return known


oauth1.register_hook("create_temporary_credential", create_temporary)
oauth1.register_hook("get_temporary_credential", temporary.get)
oauth1.register_hook("delete_temporary_credential", lambda token: temporary.pop(token, None))
oauth1.register_hook("create_authorization_verifier", create_verifier)
oauth1.register_hook("create_token_credential", create_token)
oauth1.register_hook("exists_nonce", exists_nonce)

protect = OAuth1Protector(
    app,
    query_client=find_client,
    query_token=lambda client_id, text: tokens.get(text),
    exists_nonce=exists_nonce,
)


@app.post("/oauth1/initiate")
def initiate():
    return oauth1.create_temporary_credentials_response()


@app.get("/oauth1/authorize")
def authorize1():
    try:
        return oauth1.create_authorization_response(request, grant_user="ada")
    except OAuth1Error as error:
        return jsonify(error=error.error, why=error.description), 400


@app.post("/oauth1/token")
def token1():
    return oauth1.create_token_response()


@app.route("/oauth1/echo", methods=["GET", "POST"])
@protect()
def echo1():
    counts["oauth1"] += 1
    return jsonify(path=request.full_path, form=request.form)


# AWS Signature Version 4


@app.route("/aws/<path:path>", methods=["GET", "POST", "PUT"])
def aws(path):
    """Signs what came as the vendor's own client does, and compares."""
    given = request.headers.get("Authorization", "")
    fields = dict(part.strip().split("=", 1) for part in given.partition(" ")[2].split(","))
    key, _, region, service, _ = fields["Credential"].split("/")
    credentials = Credentials(settings["accessKeyId"], settings["secretAccessKey"])
    wanted = fields["SignedHeaders"].split(";")
    headers = {name: request.headers[name] for name in wanted}
    raw = request.environ["RAW_URI"]
    again = AWSRequest(request.method, request.host_url.rstrip("/") + raw, headers, request.get_data())
    again.context["timestamp"] = request.headers["X-Amz-Date"]
    auth = SigV4Auth(credentials, service, region)
    canonical = auth.canonical_request(again)
    signature = auth.signature(auth.string_to_sign(again, canonical), again)
    signed_at = calendar.timegm(time.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ"))
    age = abs(time.time() - signed_at)
    if key != settings["accessKeyId"] or age > 300 or "host" not in wanted:
        return jsonify(error="the key or the date is wrong"), 403
    if not secrets.compare_digest(signature, fields["Signature"]):
        return jsonify(error="the signature is wrong"), 403
    counts["sigv4"] += 1
    return jsonify(path=raw, body=request.get_data(as_text=True))


@app.get("/counts")
def count():
    return jsonify(counts)


server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"port {server.server_port}", flush=True)
server.serve_forever()
