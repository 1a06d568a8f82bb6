"""A private user and network namespace, for an experiment in a child process that does not outlive this one.

- The child is forked, so it has one thread, which unshare(CLONE_NEWUSER) insists on (user_namespaces(7)). It is a
  session of its own: Ctrl-C and a terminal that goes away reach the parent only.
- It ends with its work, at its own alarm, when its parent kills it (deadline, Ctrl-C, too long an answer), or when its
  parent dies in whatever way (PR_SET_PDEATHSIG). Namespaces, interfaces and sockets end with it: nobody else has them.
- In it the experiment is root over the new namespaces and over nothing else. Who is root outside needs no user
  namespace and does without where they are forbidden.
- Facts, a capture and what went wrong come back through a pipe as JSON.
"""

import base64
import errno
import json
import os
import select
import signal
import sys
import time
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from prep.labs.kit import NO_PROCESS, CannotRun, Experiment, Facts, Overdue, scarce
from prep.labs.links import CLONE_NEWNET, CLONE_NEWUSER, OWN_NET, interfaces_up, touch_lo, unshare
from prep.text import Both

PATIENCE = 25.0  # seconds for an experiment: the longest takes seven
MOST_TOLD = 1 << 25  # bytes of an answer
PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


def _net_now() -> tuple[int, int] | None:
    """The network namespace that this process is in, None where there is no such thing."""
    try:
        found = OWN_NET.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


BEGAN_IN: Final = _net_now()


def run_inside(experiment: Experiment, facts: Facts, patience: float = PATIENCE) -> bytes | None:
    """Runs the experiment in namespaces of its own, adds its facts to these, and returns its capture.

    Raises CannotRun where this machine allows no such namespace, Overdue after the patience (seconds), and what the
    experiment raises: CannotRun, Overdue, OSError; a RuntimeError with its traceback for anything else.
    """
    if sys.platform != "linux":
        raise CannotRun("network namespaces are a thing of Linux", "网络命名空间是 Linux 才有的")
    parent = os.getpid()
    answer, tell = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child needs nothing that another thread may hold
        try:
            child = os.fork()
        except OSError as fault:
            os.close(answer)
            os.close(tell)
            raise CannotRun(*NO_PROCESS) if fault.errno == errno.EAGAIN else fault from None
    if child == 0:
        _work(experiment, parent, tell, patience)
    try:
        os.close(tell)
        told = _listen(answer, time.monotonic() + patience)
    finally:
        os.close(answer)
        _end(child)
    return _take(told, facts)


# ── the parent ──


def _listen(answer: int, deadline: float) -> dict[str, Any]:
    """All that the child says. Raises Overdue."""
    said = bytearray()
    ready = select.poll()
    ready.register(answer, select.POLLIN)
    while True:
        if not ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise Overdue("the experiment did not end in time")
        chunk = os.read(answer, 1 << 16)
        said += chunk
        if len(said) > MOST_TOLD:
            raise Overdue(f"the experiment said more than {MOST_TOLD} bytes")
        if not chunk:
            break
    try:
        told: dict[str, Any] = json.loads(said)
    except ValueError:  # nothing, or half an answer
        raise Overdue("the experiment was killed") from None
    return told


def _end(child: int) -> None:
    """Whatever it is doing. It has not been waited for, so the number is still its own."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)


def _take(told: dict[str, Any], facts: Facts) -> bytes | None:
    facts.update(told["facts"])
    capture = base64.b64decode(told["capture"]) if told.get("capture") else None
    match told.get("fault"):
        case ["cannot", en, zh]:
            raise CannotRun(en, zh)
        case ["overdue", what]:
            raise Overdue(what, capture)
        case ["refused", number, what]:
            raise OSError(number, what)
        case ["broken", what]:
            raise RuntimeError(what)
    return capture


# ── the child ──


def _work(experiment: Experiment, parent: int, tell: int, patience: float) -> NoReturn:
    try:
        said = _told(experiment, parent, tell, patience)
        with open(tell, "wb") as pipe:
            pipe.write(said)
    finally:
        os._exit(0)  # nothing of the parent's that this process has a copy of is flushed, closed or called


def _bind(parent: int, patience: float, tell: int) -> None:
    """Makes it end in time and with its parent, and takes the terminal out of its hands."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(int(patience) + 1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in {0, 1, 2} - {tell}:  # where the parent had one of them closed, the pipe may have its number
        os.dup2(nowhere, standard)
    _die_with(parent)


def _die_with(parent: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be said
        os._exit(0)


def _told(experiment: Experiment, parent: int, tell: int, patience: float) -> bytes:
    facts: Facts = {}
    told: dict[str, Any] = {"facts": facts}
    try:
        _bind(parent, patience, tell)
        enter()
        told["capture"] = base64.b64encode(experiment(facts) or b"").decode()
    except CannotRun as reason:
        told["fault"] = ["cannot", *reason.why]
    except Overdue as fault:
        told["fault"] = ["overdue", str(fault)]
        told["capture"] = base64.b64encode(fault.capture or b"").decode()
    except TimeoutError as fault:
        told["fault"] = ["overdue", str(fault)]
    except OSError as fault:
        told["fault"] = ["refused", fault.errno or 0, fault.strerror or str(fault)]
    except BaseException as fault:
        lacking = scarce(fault)
        told["fault"] = ["cannot", *lacking.why] if lacking else ["broken", traceback.format_exc()]
    try:
        return json.dumps(told).encode()
    except (TypeError, ValueError):
        return json.dumps({"facts": {}, "fault": ["broken", traceback.format_exc()]}).encode()


def enter() -> None:
    """Takes this process into a new network namespace, in which it may do all. Raises CannotRun."""
    user, group, parent = os.geteuid(), os.getegid(), os.getppid()
    try:
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
    except OSError as fault:
        _enter_as_root(fault)
        return
    try:
        with suppress(FileNotFoundError):  # before Linux 3.19
            Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        touch_lo()
    except OSError as fault:
        raise forbidden(fault) from None
    _die_with(parent)  # a change of credentials may have taken the promise back (prctl(2))


def _enter_as_root(refused: OSError) -> None:
    try:
        unshare(CLONE_NEWNET)
    except OSError:
        raise forbidden(refused) from None


def must_be_private() -> None:
    """Raises RuntimeError where this process is in the network namespace that the program began in, or in any with an
    interface that is up: whatever would be set up or sent here could concern others."""
    if BEGAN_IN is None or _net_now() in (None, BEGAN_IN):
        raise RuntimeError("not in a network namespace of its own")
    if up := interfaces_up():
        raise RuntimeError(f"a network namespace that is in use: {', '.join(up)}")


# ── why not ──

# Setting, what it says where it forbids, what that means. The first that fits is the reason.
SETTINGS: Final = (
    (
        "kernel/unprivileged_userns_clone",
        "0",
        "ordinary users may make no user namespace",
        "普通用户不能创建用户命名空间",
    ),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "AppArmor keeps ordinary users from using a user namespace",
        "AppArmor 不让普通用户使用用户命名空间",
    ),
    ("user/max_user_namespaces", "0", "no process may make a user namespace", "任何人都不能创建用户命名空间"),
    ("user/max_net_namespaces", "0", "no process may make a network namespace", "任何人都不能创建网络命名空间"),
)
ALLOWS: Final = {"kernel/apparmor_restrict_unprivileged_userns": "0", "kernel/unprivileged_userns_clone": "1"}


def forbidden(fault: OSError, system: Path = Path("/proc")) -> CannotRun:
    """Why no namespace was to be had, and what would help. `system` is where proc(5) is."""
    if lacking := scarce(fault):
        return lacking
    for setting, value, en, zh in SETTINGS:
        if _read(system / "sys" / setting) == value:
            name = setting.replace("/", ".")
            allow = f"root: sysctl -w {name}={ALLOWS.get(setting, 1000)}"
            return CannotRun(f"{name} = {value}: {en} ({allow})", f"{name} = {value}：{zh}（{allow}）")
    name = errno.errorcode.get(fault.errno or 0, "?")
    said = WHYS.get(fault.errno or 0)
    if said is None or (fault.errno == errno.EPERM and "Seccomp:\t2" in _read(system / "self/status")):
        said = SECCOMP if said else Both("the kernel refuses a user namespace", "内核拒绝创建用户命名空间")
    return CannotRun(f"{said.en} ({name})", f"{said.zh}（{name}）")


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


SECCOMP: Final = Both(
    "a seccomp filter forbids user namespaces, as container runtimes set it; run the container with "
    "--security-opt seccomp=unconfined",
    "seccomp 过滤器禁止用户命名空间（容器运行时常这样设置）；运行容器时加 --security-opt seccomp=unconfined",
)
WHYS: Final = {
    errno.EPERM: Both(
        "this system forbids user namespaces (a sandbox, a chroot, or a policy); root can do without",
        "本系统禁止用户命名空间（沙箱、chroot 或安全策略）；root 不需要它",
    ),
    errno.EACCES: Both("a security policy forbids user namespaces", "安全策略禁止用户命名空间"),
    errno.ENOSPC: Both(
        "as many namespaces as user.max_user_namespaces and user.max_net_namespaces allow are in use",
        "命名空间数量已达 user.max_user_namespaces 或 user.max_net_namespaces 的上限",
    ),
    errno.EINVAL: Both("this kernel was built without user namespaces", "本内核没有编入用户命名空间"),
    errno.ENOSYS: Both("this kernel has no namespaces", "本内核没有命名空间"),
}
