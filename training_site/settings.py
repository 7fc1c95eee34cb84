"""All settings, from the environment. Without any, the site runs on SQLite, with no broker, safely."""

import os
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def flag(name: str, default: str = "") -> bool:
    """Whether the environment variable `name` is set to 1, true, yes or on."""
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def kept_secret() -> str:
    """A random key made on first use and kept beside the database, for a machine of one's own."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


# The site

DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret()
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
IS_HTTPS = urlsplit(SITE_URL).scheme == "https"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1").split(
    ","
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "training_site.urls"
WSGI_APPLICATION = "training_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # From the lowest layer up: that is also the order in which they hear news (courses/signals.py).
    "organizations.apps.OrganizationsConfig",
    "organizations.jobs.apps.JobsConfig",
    "courses.apps.CoursesConfig",
    "assessments.quizzes.apps.QuizzesConfig",
    "assessments.diagnostics.apps.DiagnosticsConfig",
    "assessments.standards.apps.StandardsConfig",
    "assessments.evidence.apps.EvidenceConfig",
    "certificates.apps.CertificatesConfig",
    "certificates.batches.apps.BatchesConfig",
    "certificates.rulebook",
    "certificates.badges.apps.BadgesConfig",
    "certificates.offices.apps.OfficesConfig",
    "tracking.apps.TrackingConfig",
    "training_site.apps.TrainingSiteConfig",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "organizations.apps.UserSessionsConfig",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "training_site.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data

SQLITE_OPTIONS = {
    # IMMEDIATE: a transaction that reads and then writes would otherwise fail with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
}
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["ENGINE"] = "organizations.postgresql"

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # A cache that is down must cost a query, not a page.
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SERVE_MEDIA = flag("SERVE_MEDIA")
"""Whether this process hands out lessons' pictures itself, where no web server stands before it."""
PRIVATE_ROOT = VAR_DIR / "private"
"""Evidence and certificates: never below a folder that a web server serves."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "organizations.storage.PrivateStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "organizations.storage.StaticStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Background work: see organizations/jobs/

RUN_JOBS = os.environ.get("RUN_JOBS", "celery" if REDIS_URL else "thread")
"""thread: a daemon thread of this process; celery: workers over Redis; off: whoever runs `run_jobs`."""
JOB_LEASE_SECONDS = int(os.environ.get("JOB_LEASE_SECONDS", "60"))
CELERY_BROKER_URL = REDIS_URL
# A broker that does not answer may hold up a page this long, and no longer: the job's row is safe already.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "max_retries": 1, "interval_start": 0}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "wake-jobs": {"task": "organizations.jobs.tasks.call", "schedule": 30, "args": ["wake_jobs"]},
    "close-overdue": {"task": "organizations.jobs.tasks.call", "schedule": 60, "args": ["close_overdue"]},
    "resume-batches": {"task": "organizations.jobs.tasks.call", "schedule": 60, "args": ["resume_batches"]},
    "clean-question-files": {
        "task": "organizations.jobs.tasks.call",
        "schedule": 24 * 3600,
        "args": ["clean_question_files"],
    },
    "verify-ledger": {
        "task": "organizations.jobs.tasks.call",
        "schedule": 24 * 3600,
        "args": ["verify_ledger"],
    },
    "award-due": {"task": "organizations.jobs.tasks.call", "schedule": 24 * 3600, "args": ["award_due"]},
    "rebuild-standings": {
        "task": "organizations.jobs.tasks.call",
        "schedule": 24 * 3600,
        "args": ["rebuild_standings"],
    },
}

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# Our own words, then what Django and allauth should rather say.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/dependencies"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Doors

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = ["organizations.auth.NumberPhoneOrEmailBackend"]
PASSWORD_HASHERS = ["organizations.auth.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["name", "number", "phone", "email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "organizations.auth.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "number"
ACCOUNT_LOGIN_METHODS = {
    "username",
    "email",
}  # "username" is the staff number or the phone: organizations.auth
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = None
# A whole school sits behind one address, so limits per address are loose and those per account tight.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "10/5m/key",  # per address, "login" counts these too
    "reset_password": "60/m/ip,5/m/key",
    "activate": "120/m/ip,10/5m/key",
    "verify_certificate": os.environ.get("VERIFY_RATE_LIMIT", "60/m/ip"),
    "verify_in_bulk": os.environ.get("BULK_RATE_LIMIT", "60/m/ip,20/m/key"),
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "training_site.views.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # DENY would break Wagtail's preview, which frames our own pages

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],  # Wagtail's admin sets inline scripts; its own door is behind a login
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# Wagtail

WAGTAIL_SITE_NAME = "宝鸡教师研修"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "pptx", "xlsx", "mp3", "mp4", "vtt"]
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

# Rules that the bureau may set: see docs/rules.md

SELF_CHECK_PASS_SHARE = Decimal(os.environ.get("SELF_CHECK_PASS_SHARE", "0.8"))
"""Share of right answers with which a self-check is passed and a lesson completed."""
REVIEW_BY_SECOND_PERSON = flag("REVIEW_BY_SECOND_PERSON", default="on")
"""Whether a question goes to trial or into use only by somebody who did not write it."""
CORRECTION_NOTICE_DAYS = int(os.environ.get("CORRECTION_NOTICE_DAYS", "30"))
"""For how long a teacher's home tells of results that a corrected question changed."""
POOLS_KEPT_S = int(os.environ.get("POOLS_KEPT_S", "10"))
"""For how many seconds a process draws papers from the questions in use that it has read."""
QUESTION_FILES_DAYS = int(os.environ.get("QUESTION_FILES_DAYS", "30"))
"""How long files of questions are kept that were handed in or made."""

# Certificates

SEAL_PROVIDER = os.environ.get("SEAL_PROVIDER", "none")  # or preview, or external
SEAL_COMMAND = os.environ.get("SEAL_COMMAND", "")
SEAL_TIMEOUT = float(os.environ.get("SEAL_TIMEOUT", "30"))
CERTIFICATE_PREFIX = os.environ.get("CERTIFICATE_PREFIX", "BJXJ20")
"""Letters and digits that open each certificate's number: issuing body and project."""
CERTIFICATE_ISSUER = os.environ.get("CERTIFICATE_ISSUER", "宝鸡市教育局")
"""The body that certificates name as theirs."""
CERTIFICATE_REMINDER_DAYS = int(os.environ.get("CERTIFICATE_REMINDER_DAYS", "90"))
"""How long before a certificate's last day its holder is reminded."""
BATCH_WORKERS = int(os.environ.get("BATCH_WORKERS", "2"))
"""How many workers print one batch of certificates at the same time, where there are as many."""
KEYS_DIR = VAR_DIR / "keys"
"""Secret halves of the keys that badges are signed with."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"organizations": {"level": "INFO"}, "certificates": {"level": "INFO"}},
}
