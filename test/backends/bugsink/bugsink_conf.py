"""Settings of a Bugsink for tests: one folder, nothing sent anywhere, events listed as soon as they are accepted."""
import os

from bugsink.settings.default import *  # noqa: F403

SECRET_KEY = "only-for-tests-on-this-machine-only-for-tests-on-this-machine"
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
DATABASES["default"]["NAME"] = os.environ["BUGSINK_DB"]  # noqa: F405
DATABASES["snappea"]["NAME"] = os.environ["BUGSINK_DB"] + ".tasks"  # noqa: F405
BUGSINK = {"BASE_URL": "http://127.0.0.1", "SINGLE_USER": True, "SINGLE_TEAM": True, "PHONEHOME": False}
ALLOWED_HOSTS = ["127.0.0.1"]
