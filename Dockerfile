# Written with care, but there was no container engine at hand to build and run it: try it before you rely on it.

FROM python:3.11-slim-bookworm AS base
# The list in bin/setup, which says why.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
        fonts-noto-cjk fonts-lxgw-wenkai poppler-utils \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
COPY requirements.txt .
RUN pip install --no-input --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY . .
# The key signs nothing: it only lets the settings load.
RUN export SECRET_KEY=while-building \
    && python manage.py compilemessages -v 0 \
    && python manage.py collectstatic --noinput -v 0

FROM base
RUN useradd --system --uid 10001 --no-create-home app
COPY --from=build /venv /venv
COPY --from=build /app /app
# Only these two are written to. Collected static files stay in the image, beside them in var/.
RUN mkdir -p var/media var/private && chown app var var/media var/private
USER app
ENV WEB_CONCURRENCY=2
EXPOSE 8000
# As the proxy asks: with the site's own name, and over HTTPS as far as Django can tell.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os, urllib.request as web; \
host = os.environ.get('SITE_URL', 'http://localhost').split('/')[2]; \
web.urlopen(web.Request('http://127.0.0.1:8000/healthz', headers={'Host': host, 'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["gunicorn", "training_site.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", \
    "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
