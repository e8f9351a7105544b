"""Settings from the environment. Safe by default; a bad value raises and names its variable."""

import ipaddress
import os
import re
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env_str(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    value = env_str(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return value in {"1", "true", "yes", "on"}


def env_int(name: str, default: int) -> int:
    value = env_str(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env_str(name, default).split(",") if item.strip()]


def env_choice(name: str, choices: dict[str, str], default: str) -> str:
    """What the chosen word stands for."""
    value = env_str(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return choices[value]


def env_networks(name: str) -> list[str]:
    """Addresses and networks, such as 127.0.0.1 or 10.0.0.0/8."""
    values = env_list(name)
    for value in values:
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must hold addresses or networks, not {value!r}") from None
    return values


def env_origins(name: str) -> list[str]:
    """Sites whose pages may ask this one, such as https://www.example.cn; no path, no slash at the end."""
    values = env_list(name)
    for value in values:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(?::\d{1,5})?", value):
            raise ImproperlyConfigured(f"{name} must hold origins such as https://www.example.cn, not {value!r}")
    return values


def env_caches(name: str) -> dict[str, dict]:
    """Files in DATA_DIR, or the Redis server at an address such as redis://127.0.0.1:6379/0.

    `pages` is apart from `default`: readers' pages must not drive out the counters of failed sign-ins.
    """
    value = env_str(name, "")
    if not value:
        backend = "django.core.cache.backends.filebased.FileBasedCache"
        return {
            "default": {
                "BACKEND": backend,
                "LOCATION": str(DATA_DIR / "cache"),
                "OPTIONS": {"MAX_ENTRIES": 20_000},
            },
            # Each entry written lists the folder: more of them would make a miss slow.
            "pages": {
                "BACKEND": backend,
                "LOCATION": str(DATA_DIR / "pages"),
                "TIMEOUT": 24 * 3600,
                "OPTIONS": {"MAX_ENTRIES": 4_000},
            },
        }
    if not re.match(r"(?:rediss?|unix)://", value):
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://, not {value!r}")
    # A Redis that is away is a cache that holds nothing: pages are slower, nothing fails.
    forgiving = {
        "IGNORE_EXCEPTIONS": True,
        "LOG_IGNORED_EXCEPTIONS": True,
        "SOCKET_CONNECT_TIMEOUT": 1,
        "SOCKET_TIMEOUT": 1,
    }
    redis = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": value, "OPTIONS": forgiving}
    return {
        "default": redis | {"KEY_PREFIX": "journal"},
        "pages": redis | {"KEY_PREFIX": "journal-pages", "TIMEOUT": 24 * 3600},
    }


def env_dir(name: str, default: Path) -> Path:
    return Path(env_str(name, str(default))).resolve()


def required_dir(name: str) -> Path | None:
    """A folder that must be there where the variable is set; None where it is not."""
    value = env_str(name, "")
    if value and not Path(value).is_dir():
        raise ImproperlyConfigured(f"{name} must be an existing folder, not {value!r}")
    return Path(value).resolve() if value else None


def generated_secret(path: Path) -> str:
    """The secret kept in `path` (mode 0600), made on first use so that no default secret exists."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            # A link refuses to replace a file that another worker has made in the meantime.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


# In earnest: what a demonstration may leave open must be said, and what it may guess must be given (complaints below).
PRODUCTION = env_bool("PRODUCTION", False)

DATA_DIR = env_dir("DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = env_str("SECRET_KEY", "") or generated_secret(DATA_DIR / "secret_key")
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Of django-allauth the second factor alone (members/README.md says why); it asks for the other.
    "allauth.account",
    "allauth.mfa",
    "members",
    "journal",
    "submissions",
    "config.admin.JournalAdminConfig",
    "adminsortable2",
    "ckeditor",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "corsheaders",
    "rules",
    "django_tasks",
    "django_tasks_db",
    # Behind the queue, whose stock page it takes out of the office's.
    "operations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # The stock form templates, for the renderer below.
    "django.forms",
]

# Addresses or networks of the proxies in front, whose word on where a request comes from is taken (操作记录).
TRUSTED_PROXIES = env_networks("TRUSTED_PROXIES")

MIDDLEWARE = [
    "operations.requests.RequestNumberMiddleware",
    "config.headers.HeadersMiddleware",
    "journal.reads.ReadsMiddleware",
    # Outside the page cache: what it adds for one site must not be kept for another.
    "corsheaders.middleware.CorsMiddleware",
    # As far outside as can be: a page that is kept costs nothing of what follows.
    "journal.page_cache.PageCacheMiddleware",
    "members.audit.AddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.sessions.SessionsMiddleware",
    "members.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "journal.context.current_journal",
            ],
        },
    },
]
# Stock form templates from our own folder first (field.html and the Chinese error list live there).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": dj_database_url.parse(env_str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, not memory: threads of a live server then lock rows as in service, not whole tables of a shared cache.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env_int("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "members.passwords.LengthAndClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
# Whether the office must sign in with a second factor; off, so that the demonstration opens at once.
SECOND_FACTOR_REQUIRED = env_bool("SECOND_FACTOR_REQUIRED", False)
# An office session that nobody uses ends after so many minutes; 0 never.
IDLE_MINUTES = env_int("IDLE_MINUTES", 30)
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds a link for a new password is good for
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_submissions"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served straight from the apps' folders: `make run` needs no collectstatic (20 s for the editor's files).
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Every stored file sits behind a view that asks for the right to it; nothing is served from MEDIA_ROOT directly.
MEDIA_ROOT = DATA_DIR / "media"
DERIVATIVES_DIR = DATA_DIR / "derivatives"
# The office's own fonts for print (方正小标宋, 仿宋_GB2312 …); without it the free ones that come along are used.
FONTS_DIR = required_dir("FONTS_DIR")
# Under this internal address the server in front (deploy/nginx.conf) sends files of MEDIA_ROOT, once the right was checked.
X_ACCEL_PREFIX = env_str("X_ACCEL_PREFIX", "")
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A folder an editor brings in (submissions/registering.py: 300 files, 100 manuscripts on one page).
DATA_UPLOAD_MAX_NUMBER_FILES = 310
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
MAX_PICTURE_BYTES = env_int("MAX_PICTURE_MB", 40) * 1024 * 1024
MAX_PICTURE_PIXELS = env_int("MAX_PICTURE_MEGAPIXELS", 120) * 1_000_000

# Editions are built in the request that asks for them, or by `manage.py work` beside the site (`make run` starts both).
TASKS = {
    "default": {
        "BACKEND": env_choice(
            "TASKS",
            {
                "immediate": "django_tasks.backends.immediate.ImmediateBackend",
                "database": "django_tasks_db.DatabaseBackend",
            },
            "immediate",
        )
    }
}
# The print house's own PDF of an issue.
MAX_EDITION_BYTES = env_int("MAX_EDITION_MB", 200) * 1024 * 1024

# Whole pages for anonymous readers (journal/page_cache.py); several machines need a cache they share: CACHE_URL.
PAGE_CACHE = env_bool("PAGE_CACHE", True)
CACHES = env_caches("CACHE_URL")
# A Redis that was away while something was published still has the old revision: it counts for so many seconds at most.
# Files are there or the publication fails; theirs ends at midnight.
REVISION_SECONDS = 60 if env_str("CACHE_URL", "") else 24 * 3600
# How long a worker keeps readings in memory before it adds them up in the database (journal/reads.py); 0: never.
READS_FLUSH_SECONDS = env_int("READS_FLUSH_SECONDS", 20)
# Set by gunicorn.conf.py at each start: pages made by other templates are not given out.
SERVED_SINCE = env_str("SERVED_SINCE", "")

# Sessions stay in the database also beside a Redis: signing out everywhere must not be lost because Redis was away.

# Originals, scans, mails: in DATA_DIR, or with a service that speaks S3. Either way behind our own views.
S3_BUCKET = env_str("S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env_str("S3_ENDPOINT", "") or None,
            "region_name": env_str("S3_REGION", "") or None,
            "access_key": env_str("S3_ACCESS_KEY", ""),
            "secret_key": env_str("S3_SECRET_KEY", ""),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.VersionedStorage"},
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env_str("EMAIL_HOST", "")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
# E-mail is optional (every letter also stands in the account): without a server nothing is sent.
LETTERS_BY_EMAIL = bool(env_str("EMAIL_HOST", ""))
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "journal@localhost")

# The office's mailbox, fetched by `fetch_mail`; the password comes from MAIL_PASSWORD at that moment and is kept nowhere.
IMAP_HOST = env_str("IMAP_HOST", "")
IMAP_PORT = env_int("IMAP_PORT", 993)
IMAP_USER = env_str("IMAP_USER", "")
IMAP_FOLDER = env_str("IMAP_FOLDER", "INBOX")
# A file of certificates to trust beside the system's, for a mail server of the office's own.
IMAP_CA_FILE = env_str("IMAP_CA_FILE", "")
IMAP_TIMEOUT = env_int("IMAP_TIMEOUT", 30)
MAX_MAIL_BYTES = env_int("MAX_MAIL_MB", 50) * 1024 * 1024

# A strict policy for everything; the editor in the admin needs inline scripts (config/admin.py relaxes it there).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# What programs read (journal/api/). Requests of one address in a minute; what comes out of the page cache does not count.
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 120)
API_SEARCHES_PER_MINUTE = env_int("API_SEARCHES_PER_MINUTE", 30)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["journal.api.asking.SignedInHere"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "journal.api.asking.AlwaysJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "journal.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["journal.api.throttling.AddressThrottle"],
    "EXCEPTION_HANDLER": "journal.api.errors.answer",
    # No ?format= in the address: there is one.
    "URL_FORMAT_OVERRIDE": None,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "刊物阅读接口",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Who is signed in is told by the session of the site, which programs of others do not have.
    "AUTHENTICATION_WHITELIST": [],
    "ENUM_NAME_OVERRIDES": {
        "ArticleKindEnum": "journal.api.shapes.ARTICLE_KINDS",
        "SignatureKindEnum": "journal.api.shapes.SIGNATURE_KINDS",
    },
    "TAGS": [
        {"name": "issues", "description": "期"},
        {"name": "articles", "description": "文章"},
        {"name": "lists", "description": "栏目、单位、作者"},
        {"name": "search", "description": "检索"},
        {"name": "changes", "description": "变化"},
    ],
}
# Pages of other sites that may read it in a browser (CORS); never with the reader's session.
CORS_ALLOWED_ORIGINS = env_origins("API_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS")
CORS_EXPOSE_HEADERS = ("ETag", "Last-Modified", "Retry-After", "X-Request-ID")

CSRF_FAILURE_VIEW = "journal.views.errors.expired_form"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
HTTPS = env_bool("HTTPS", False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# A proxy in front asks over plain http whether the process lives.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 3600) if HTTPS else 0
if TRUSTED_PROXIES:
    # The proxy sets it for every request (deploy/nginx.conf), whatever the visitor sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CKEDITOR_CONFIGS = {
    "default": {
        "language": "zh-cn",
        "height": 520,
        "width": "100%",
        "toolbar": [
            ["Undo", "Redo"],
            ["Format", "Bold", "Italic", "Underline", "Superscript", "Subscript", "RemoveFormat"],
            ["NumberedList", "BulletedList", "Blockquote", "Table", "Link", "Unlink"],
            ["Find", "Replace", "Maximize"],
        ],
        "format_tags": "p;h2;h3;h4",
        # Two of these call vendor servers, the others write markup that no article may hold (DEPENDENCIES.md, CKEditor).
        "removePlugins": "exportpdf,wsc,scayt,flash,smiley,iframe,forms,image,uploadimage,easyimage,cloudservices",
        "extraAllowedContent": "figure[data-picture];figcaption;img[src,alt,width,height]",
        "entities": False,
        "basicEntities": True,
        "disableNativeSpellChecker": True,
        "versionCheck": False,
    }
}
SILENCED_SYSTEM_CHECKS = [
    # CKEditor 4 is out of support. Mitigated: admin only, plugins that phone home removed, no uploader,
    # and nh3 cleans every text before it is stored and before it reaches the editor (journal/text/blocks.py).
    "ckeditor.W001",
    # The office's domain has other sites, which are not ours to bind to HTTPS (HSTS for subdomains, preload lists).
    "security.W005",
    "security.W021",
]


def existing_dir(name: str, default: Path) -> Path | None:
    path = env_dir(name, default)
    return path if path.is_dir() else None


# Real texts to test with, beside the project; None on most machines.
SEEDS_DIR = existing_dir("SEEDS_DIR", BASE_DIR.parent / "shared" / "seeds")
CASES_DIR = existing_dir("CASES_DIR", BASE_DIR.parent / "shared" / "cases")
CORPUS_DIR = existing_dir("CORPUS_DIR", BASE_DIR.parent / "shared" / "corpus")

LOG_FORMAT = env_str("LOG_FORMAT", "text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}")
# A file that logrotate moves away is noticed and opened anew by every process, so that no line is lost.
LOG_FILE = env_str("LOG_FILE", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"number": {"()": "operations.logs.NumberFilter"}},
    "formatters": {
        "text": {
            "()": "operations.logs.PeopleFormatter",
            "format": "{asctime} {levelname} [{number}] {name} {message}",
            "style": "{",
        },
        "json": {"()": "operations.logs.JsonFormatter"},
    },
    "handlers": {
        "lines": {"class": "logging.handlers.WatchedFileHandler", "filename": LOG_FILE, "encoding": "utf-8"}
        if LOG_FILE
        else {"class": "logging.StreamHandler"}
    },
    "root": {"handlers": ["lines"], "level": "INFO"},
    "loggers": {
        # Its lines name addresses with the words people looked for; ours do not (operations/requests.py).
        "django.request": {"level": "CRITICAL"},
        # One line a request is for production; a person at a terminal wants to see what goes wrong.
        "quarterly.requests": {"level": "INFO" if PRODUCTION else "WARNING"},
    },
}
LOGGING["handlers"]["lines"] |= {"formatter": LOG_FORMAT, "filters": ["number"]}


def complaints() -> list[str]:
    """What a site in earnest must be told and was not, each by its variable."""
    found = []
    for name, why in {
        "DATA_DIR": "数据库、上传文件和密钥放在哪里",
        "DATABASE_URL": "用哪个数据库（小编辑部可以写 sqlite:////路径/db.sqlite3）",
        "ALLOWED_HOSTS": "网站的域名或地址，逗号隔开",
        "HTTPS": "对外是 https 写 1；单位内网只有 http 写 0",
    }.items():
        if not env_str(name, ""):
            found.append(f"{name} 没有设：{why}")
    if "*" in ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS 不能是 *，请写明域名")
    if DEBUG:
        found.append("DEBUG 必须是 0")
    if len(SECRET_KEY) < 50:
        found.append("SECRET_KEY 不到 50 个字符；不设就会在 DATA_DIR 里自动生成一个")
    if LETTERS_BY_EMAIL and not env_str("DEFAULT_FROM_EMAIL", ""):
        found.append("DEFAULT_FROM_EMAIL 没有设：发信用的邮箱")
    if S3_BUCKET and not (env_str("S3_ACCESS_KEY", "") and env_str("S3_SECRET_KEY", "")):
        found.append("S3_ACCESS_KEY、S3_SECRET_KEY 没有设：存储服务的密钥")
    return found


if PRODUCTION and (wrong := complaints()):
    raise ImproperlyConfigured("正式运行（PRODUCTION=1）还缺设置：" + "；".join(wrong) + "。")
