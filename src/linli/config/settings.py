# SPDX-License-Identifier: MulanPSL-2.0
"""Django's settings, made from the environment (`config/environment.py`)."""

from csp.constants import NONCE, NONE, SELF

from linli.base.keyring import ring_at
from linli.config import parts
from linli.config.database import database_settings, replica_settings
from linli.config.environment import Environment, Mode
from linli.config.logs import logging_settings
from linli.kernel.accounts.rules import FRESH, LONGEST

ENVIRONMENT = Environment.read()
LINLI_MODE = ENVIRONMENT.mode
LINLI_DATA = ENVIRONMENT.data
LINLI_KEYS_FILE = ENVIRONMENT.keys_file
LINLI_PACKS = ENVIRONMENT.packs
LINLI_MANIFESTS = parts.MANIFESTS
LINLI_TILE_URL = ENVIRONMENT.tile_url
LINLI_WEBHOOK_ALLOW = ENVIRONMENT.webhook_allow
LINLI_ANCHORS = ENVIRONMENT.anchors
LINLI_AUDIT_MONTHS = ENVIRONMENT.audit_months
LINLI_BACKUPS = ENVIRONMENT.backups
LINLI_CLAMAV = ENVIRONMENT.clamav
LINLI_PASSWORD_DAYS = ENVIRONMENT.password_days
LINLI_OIDC = ENVIRONMENT.oidc
LINLI_TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
LINLI_SMS = ENVIRONMENT.sms
LINLI_SMS_SERVER = ENVIRONMENT.sms_server
LINLI_MAIL = ENVIRONMENT.mail
LINLI_AUDIT_MAIL = ENVIRONMENT.audit_mail
LINLI_METRICS_TOKEN = ENVIRONMENT.metrics_token
LINLI_CERTIFICATE = ENVIRONMENT.certificate

IS_DEMO = LINLI_MODE is Mode.DEMO
IS_PRODUCTION = LINLI_MODE is Mode.PRODUCTION
IS_TEST = LINLI_MODE is Mode.TEST

DEBUG = ENVIRONMENT.debug
if LINLI_KEYS_FILE.exists():  # without keys Django refuses to sign anything
    SECRET_KEY = ring_at(LINLI_KEYS_FILE).session_secret()
    SECRET_KEY_FALLBACKS = ring_at(LINLI_KEYS_FILE).session_fallbacks()
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ENVIRONMENT.hosts if host != "*"]

ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"

INSTALLED_APPS = [
    "linli.config",
    *parts.PARTS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.shells.frame.telling.TellingMiddleware",
    "csp.middleware.CSPMiddleware",
    "linli.shells.frame.lagging.WroteMiddleware",
    "linli.shells.frame.middleware.DevicesMiddleware",
    "linli.shells.frame.middleware.TextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.shells.frame.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.shells.frame.middleware.ActorMiddleware",
    "linli.shells.frame.operating.OperatingMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "linli.shells.frame.context.frame",
            ],
        },
    },
]

# Database

DATABASES = {"default": database_settings(ENVIRONMENT.database_url, for_tests=IS_TEST)}
if ENVIRONMENT.replica_url:
    DATABASES["replica"] = replica_settings(ENVIRONMENT.replica_url)
DATABASE_ROUTERS = ["linli.base.replicas.Router"]
CACHES = {  # allauth counts attempts there; nothing else is kept in it
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_throttle",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Who somebody is

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "linli.kernel.accounts.adapter.Backend",
]
_RULES = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_RULES}UserAttributeSimilarityValidator"},
    {"NAME": f"{_RULES}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_RULES}CommonPasswordValidator"},
    {"NAME": "linli.kernel.accounts.passwords.KindsValidator"},
    {"NAME": "linli.kernel.accounts.passwords.OtherValidator"},
]
if IS_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "linli.shells.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = int(LONGEST.total_seconds())
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(FRESH.total_seconds())
MFA_ADAPTER = "linli.shells.identity.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey stands for both factors
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION  # browsers do so on localhost alone
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
AXES_CLIENT_IP_CALLABLE = "linli.base.address.address_of"
AXES_USERNAME_CALLABLE = "linli.kernel.accounts.adapter.name_typed"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "linli.shells.frame.views.locked_out"

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [parts.PACKAGE / "base" / "locale"]  # every app brings its own
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files that the browser loads

STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/.+[.-][A-Za-z0-9_-]{8,}\.\w+$"

# What the browser may do

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *filter(None, [ENVIRONMENT.tile_origin])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "linli.shells.frame.views.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "linli.kernel.accounts.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_PRODUCTION else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
if ENVIRONMENT.behind_proxy:  # without one nobody says whether a request came encrypted
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = IS_PRODUCTION
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # what else lies under the city's domain is not ours to decide (ADR 0026)
    "security.W021",
    "security.W009",  # 32 random bytes are 43 characters
]

LOGGING = logging_settings(form=ENVIRONMENT.log, is_debug=DEBUG, is_quiet=IS_DEMO)
