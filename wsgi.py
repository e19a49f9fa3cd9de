"""What a web server serves: `gunicorn wsgi:app`."""

from conference.app import create_app

app = create_app()
