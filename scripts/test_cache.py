"""What the installers of test programs share: a cache folder, and installing into it only once.

An installation is named by what it was made from, so that another version is another folder. It
stands there whole or not at all, and two that install at once do the work once.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# Exit code for "not to be had on this machine now".
EX_TEMPFAIL = 75
STAMP = "stamp.json"


class Unavailable(Exception):
    """It cannot be had on this machine now; no fault of the project's."""


class Failed(Exception):
    """It should have worked."""


def cache_folder():
    own = os.environ.get("FORETYPE_TEST_CACHE")
    if own:
        return Path(own).absolute()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache").absolute() / "foretype-test"


def folder(name, stamp):
    """Where `name`, made from what `stamp` says, is installed."""
    return cache_folder() / ("%s-%s" % (name, hashlib.sha256(stamp.encode()).hexdigest()[:12]))


def is_installed(name, stamp):
    try:
        return (folder(name, stamp) / STAMP).read_text() == stamp
    except OSError:
        return False


def installed(name, stamp, fill, check):
    """The folder of an installation, made first if need be.

    `fill(build, final, log)` fills the folder `build`, which is then renamed to `final`: what
    stores paths stores those. `check(final)` raises if what is there does not work.
    """
    final = folder(name, stamp)
    if is_installed(name, stamp):
        return final
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / (name + ".lock")):
        if is_installed(name, stamp):
            return final
        for left in [final, *cache.glob(name + "-build-*")]:  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        build = Path(tempfile.mkdtemp(prefix=name + "-build-", dir=cache))
        try:
            with open(cache / (name + ".log"), "w+", encoding="utf-8", errors="replace") as log:
                fill(build, final, log)
            build.rename(final)
            check(final)
            (final / STAMP).write_text(stamp)
        finally:
            shutil.rmtree(build, ignore_errors=True)
    return final


@contextmanager
def locked(path):
    """Holds an exclusive lock, which the system frees if this process dies."""
    with open(path, "a+") as file:
        if os.name == "nt":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue  # LK_LOCK gives up after ten seconds
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_logged(command, log, **options):
    log.flush()
    options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **options}
    return subprocess.run(list(map(str, command)), **options).returncode


def tail(log, lines=15):
    log.flush()
    log.seek(0)
    return "".join(log.readlines()[-lines:]).rstrip()


def pip_install(venv_folder, requirements, log):
    """A venv with the packages of a requirements text that holds every hash."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as missing:
        raise Unavailable("Python's `venv` is not complete here (%s)" % missing) from missing
    if run_logged([sys.executable, "-m", "venv", venv_folder], log):
        raise Failed("no venv could be made\n" + tail(log))
    wanted = venv_folder / "requirements.txt"
    wanted.write_text(requirements)
    python = venv_folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    pip += ["install", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    # With no retry at all pip would not say that it found no connection.
    pip += ["--retries", "2", "--timeout", "20", "--progress-bar", "off", "-r", wanted]
    if run_logged(pip, log):
        reason = unreachable(tail(log, 400))
        if reason:
            raise Unavailable("%s (see %s)" % (reason, log.name))
        raise Failed("pip failed, its output is in %s\n%s" % (log.name, tail(log)))


def system_program(name, packages):
    """A program on the PATH; for root on Debian, apt installs it if it is missing."""
    found = shutil.which(name)
    if found:
        return found
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Unavailable("there is no %s on the PATH" % name)
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / "apt.lock"), open(cache / (name + "-apt.log"), "w+", errors="replace") as log:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = [apt, "install", "-y", "--no-install-recommends", *packages]
        if run_logged(install, log, env=env):
            # The lists may be old, or not there at all.
            run_logged([apt, "update"], log, env=env)
            if run_logged(install, log, env=env):
                raise Unavailable("apt has no %s (see %s)" % (name, log.name))
    return shutil.which(name)


def unreachable(said):
    """Why pip's failure is the network's or the platform's, or None."""
    network = r"after connection broken by|Could not fetch URL|HTTP error (403|407|429|5\d\d)|Max retries exceeded"
    network += r"|(NewConnection|ConnectTimeout|ReadTimeout|Proxy|SSL|NameResolution|Protocol)Error|Read timed out"
    if re.search(network, said):
        return "the Python registry is out of reach"
    # A registry that has the package names the versions that fit this platform.
    if "(from versions: none)" in said:
        return "the Python registry has no wheel for this platform"
    return None
