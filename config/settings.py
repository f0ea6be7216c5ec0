"""Settings, all read from the environment; a malformed value stops the start with a sentence.

Every name that an operator may set is in README.md, "Configuration".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from config import environment
from config.database import django_database
from config.environment import env
from config.home import broadsheet_home
from config.providers import provider_apps, sign_in_providers
from config.secrets import secret_key

# Generic classes such as ModelAdmin[Paper] are written in annotations; Django itself lacks the brackets.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = broadsheet_home()

# The portal: where it is reached decides what a browser must be told about cookies and HTTPS.
DEBUG = environment.flag("DEBUG", False)
BROADSHEET_URL = environment.public_url()
_HTTPS = BROADSHEET_URL.startswith("https://")
SECRET_KEY = secret_key(env.str("SECRET_KEY", default=""))
_host = urlsplit(BROADSHEET_URL).hostname or ""
_LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = environment.hosts([_host] if _HTTPS else [_host, *_LOCAL_HOSTS])
CSRF_TRUSTED_ORIGINS = [BROADSHEET_URL]
SITE_NAME = environment.one_line("BROADSHEET_NAME", "Broadsheet")
CONTACT_EMAIL = environment.one_line("BROADSHEET_CONTACT", "")
INGEST_KEYS = environment.ingest_keys()
ALERT_ADDRESSES = environment.addresses("BROADSHEET_ALERTS")
HF_ENDPOINT = environment.endpoint("HF_ENDPOINT", "https://huggingface.co")
# Where a submitted paper is looked up, and nowhere else.
ARXIV_ENDPOINT = environment.endpoint("ARXIV_ENDPOINT", "https://export.arxiv.org")
CROSSREF_ENDPOINT = environment.endpoint("CROSSREF_ENDPOINT", "https://api.crossref.org")
SUBMISSIONS_PER_DAY = environment.whole_number("SUBMISSIONS_PER_DAY", 5, least=1)
SUBMISSIONS_UNTIL_TRUSTED = environment.whole_number("SUBMISSIONS_UNTIL_TRUSTED", 3, least=0)

# What turns papers and queries into vectors, and how many processors it may take.
EMBEDDER = environment.embedder()
EMBEDDER_THREADS = environment.whole_number("BROADSHEET_EMBEDDER_THREADS", 1, least=1)

# Other sites whose accounts may sign in here; their tables are always there, so that keys may come and go.
SOCIALACCOUNT_PROVIDERS = sign_in_providers()

INSTALLED_APPS = [
    "accounts",
    "papers",
    "config.admin.BroadsheetAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *provider_apps(SOCIALACCOUNT_PROVIDERS),
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.CleanFormsMiddleware",
    "config.middleware.MethodsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.UnkeptPagesMiddleware",
    "accounts.middleware.FreshSignInMiddleware",
    "papers.pending.PendingWishesMiddleware",
]

CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# Addresses have no trailing slash (DESIGN, Addresses); config.urls redirects the slashed form.
APPEND_SLASH = False

_LOADERS: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
if not DEBUG:
    _LOADERS = [("django.template.loaders.cached.Loader", _LOADERS)]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "config.styles"],
            "loaders": [("template_partials.loader.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "accounts.context.accounts",
                "papers.context.papers",
            ],
        },
    },
]

DATABASES = {"default": django_database(env.ENVIRON)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": environment.cache()
    or {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "broadsheet_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # How often an address has searched: each process counts for itself unless there is a common cache, since a write
    # to the database for every search would make every page that is remembered for strangers an old one.
    "counts": environment.cache()
    or {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = environment.time_zone()
USE_I18N = False
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.styles.JoinedStaticFilesStorage"
    },
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_VALIDATORS = "accounts.validators.USERNAME_VALIDATORS"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# Beside allauth's own: how much one reader may write (posts, replies and edits together) and preview, and how often
# look up a paper to submit, which asks arXiv or Crossref.
ACCOUNT_RATE_LIMITS = {
    "comment": "10/m/user,100/d/user",
    "comment_preview": "60/m/user",
    "submit": "10/m/user,100/d/user,60/h/ip",
}
# Of one address; results and suggestions come as they are typed.
SEARCHES_PER_MINUTE = 240
# Maps of results that an address may have drawn; each takes a worker a second or two.
RESULT_MAPS_PER_MINUTE = 10
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "accounts.adapter.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
# A clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Nobody gets in without a confirmed address, so nobody can lock another out with an unconfirmed one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers make passkeys over plain HTTP on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
MFA_FORMS = {
    "authenticate": "accounts.forms.two_step.AuthenticateForm",
    "reauthenticate": "accounts.forms.two_step.ReauthenticateForm",
    "activate_totp": "accounts.forms.two_step.ActivateTOTPForm",
    "authenticate_webauthn": "accounts.forms.two_step.AuthenticatePasskeyForm",
    "login_webauthn": "accounts.forms.two_step.LoginPasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.two_step.ReauthenticatePasskeyForm",
    "add_webauthn": "accounts.forms.two_step.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.two_step.RenamePasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "accounts.adapter.ProvidersAdapter"
# Whoever comes from elsewhere chooses a user name here.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_FORMS = {
    "signup": "accounts.forms.ProviderSignupForm",
    "disconnect": "accounts.forms.ProviderDisconnectForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"

# Mail leaves in a job, never in the request: see accounts/mail.py.
EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"
EMAIL_DELIVERY = environment.mail_delivery()
DELIVERY_EMAIL_BACKEND = EMAIL_DELIVERY["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_DELIVERY.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_DELIVERY.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_DELIVERY.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_DELIVERY.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL_DELIVERY.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_DELIVERY.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = EMAIL_DELIVERY.get("EMAIL_FILE_PATH") or str(HOME / "mail")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.sender(SITE_NAME, f"paper@{_host}")

# What a browser is told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _HTTPS else 0
# Neither sub-domains nor preload: the operator's other sites under the same domain are not ours to bind.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if environment.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Rate limits count a reader's own address, not the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "config.logs.RefusalsInOneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
