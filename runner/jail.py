"""Locks this process in, then becomes the program named on its command line.

    python -I -S jail.py '{"parent": 1, "limits": {...}, "nice": 10, ...}' program argument...

An exec shim, and not a `preexec_fn`: no Python runs between fork and exec of a process that has
threads. It costs about 20 ms. Standard library only, and no import of this package: it runs
isolated (-I) and without site-packages (-S).

What the program has afterwards: no way to open a socket, trace another process or make a
namespace (seccomp, by our own BPF program: no library is needed and it works for root and for
ordinary users); no new privileges; resource limits; where the kernel has Landlock (5.13 and
later), no file but its own folder and the system's libraries; and it dies with the runner.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import stat
import struct
import sys

# From linux/prctl.h, linux/seccomp.h, linux/audit.h, linux/filter.h.
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 38, 22
SECCOMP_MODE_FILTER = 2
RET_ALLOW, RET_KILL_PROCESS, RET_EACCES = 0x7FFF0000, 0x80000000, 0x00050000 | 13
LOAD_WORD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06

# From linux/landlock.h, all rights of its first version: execute, write and read files, read
# directories, remove both, and make seven kinds of nodes.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
EVERYTHING, READ, READ_WRITE_FILE = 0x1FFF, 0x000D, 0x0006
UNDER_PATH = 1
# Programs and shared libraries; fonts lie there too. Nothing of these is a secret.
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/nix/store", "/gnu/store")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
FACTS = ("/etc/ld.so.cache", "/etc/localtime", "/proc/self", "/sys/devices/system/cpu")

# The exit status that says "the jail could not be built". FFmpeg and the packager never use it.
EXIT_NO_JAIL = 125

# System calls that a decoder or a packager never needs, by machine: (audit architecture, numbers).
# socket socketpair connect accept accept4 bind listen, io_uring_setup (it opens sockets too),
# ptrace process_vm_readv process_vm_writev pidfd_getfd, mount umount2 pivot_root chroot unshare
# setns, bpf perf_event_open userfaultfd keyctl add_key request_key,
# kexec_load init_module finit_module delete_module, personality.
DENIED = {
    "x86_64": (
        0xC000003E,
        (
            *(41, 53, 42, 43, 288, 49, 50, 425, 101, 310, 311, 438, 165, 166, 155, 161, 272),
            *(308, 321, 298, 323, 250, 248, 249, 246, 175, 313, 176, 135),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(198, 199, 203, 202, 242, 200, 201, 425, 117, 270, 271, 438, 40, 39, 41, 51, 97),
            *(268, 280, 241, 282, 219, 217, 218, 104, 105, 273, 106, 92),
        ),
    ),
}
X32_BIT = 0x40000000  # the second system call table of x86-64, which would bypass the numbers above


def _instruction(code: int, jump_true: int, jump_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, value)


def seccomp_program(machine: str) -> bytes:
    """The BPF program for one machine type. Raises KeyError for an unknown machine."""
    architecture, denied = DENIED[machine]
    program = [
        _instruction(LOAD_WORD, 0, 0, 4),  # seccomp_data.arch
        _instruction(JUMP_EQUAL, 1, 0, architecture),
        _instruction(RETURN, 0, 0, RET_KILL_PROCESS),
        _instruction(LOAD_WORD, 0, 0, 0),  # seccomp_data.nr
        _instruction(JUMP_AT_LEAST, len(denied) + 1, 0, X32_BIT),
    ]
    for position, number in enumerate(denied):
        program.append(_instruction(JUMP_EQUAL, len(denied) - position, 0, number))
    program.append(_instruction(RETURN, 0, 0, RET_ALLOW))
    program.append(_instruction(RETURN, 0, 0, RET_EACCES))
    return b"".join(program)


def _prctl(libc: ctypes.CDLL, option: int, *arguments: object) -> None:
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) failed")


def _confine(libc: ctypes.CDLL, folder: str, program: str, reads: list[str]) -> None:
    """Take all files away but those in `folder`, `reads` and those of the system. Best effort."""
    handled = ctypes.create_string_buffer(struct.pack("Q", EVERYTHING), 8)
    rules = libc.syscall(LANDLOCK_CREATE, handled, ctypes.c_size_t(8), 0)
    if rules < 0:  # this kernel has no Landlock, or it is switched off
        return
    allowed = dict.fromkeys(reads, READ) | {program: READ & ~8}
    allowed |= dict.fromkeys(SYSTEM, READ) | dict.fromkeys(DEVICES, READ_WRITE_FILE)
    allowed |= dict.fromkeys(FACTS, READ) | {folder: EVERYTHING}
    for path, rights in allowed.items():
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        # A rule for a file may name no right that only directories have.
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        wanted = rights if is_folder else rights & 0x0007
        rule = ctypes.create_string_buffer(struct.pack("=Qi", wanted, place), 12)
        if libc.syscall(LANDLOCK_ADD, rules, UNDER_PATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"no rule for {path}")
        os.close(place)
    if libc.syscall(LANDLOCK_RESTRICT, rules, 0) != 0:
        raise OSError(ctypes.get_errno(), "the files cannot be taken away")


def _lock_in(terms: dict) -> None:  # type: ignore[type-arg]
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    _prctl(libc, PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), zero, zero, zero)
    if os.getppid() != terms["parent"]:  # the runner died before the line above
        raise OSError("the runner is gone")
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        # CPython ignores these two, and a program inherits that: a full file must kill it.
        signal.signal(number, signal.SIG_DFL)
    os.nice(terms["nice"])
    for name, value in terms["limits"].items():
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (wanted, wanted))
    _prctl(libc, PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
    if "folder" in terms:
        _confine(libc, terms["folder"], sys.argv[2], terms.get("reads", []))
    program = seccomp_program(platform.machine())
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: length, padding, pointer.
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    filter_address = ctypes.create_string_buffer(header, len(header))
    _prctl(libc, PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), filter_address, zero, zero)


def main() -> None:
    """Lock in, then exec. Any doubt ends in EXIT_NO_JAIL with a sentence on stderr."""
    try:
        _lock_in(json.loads(sys.argv[1]))
        os.execve(sys.argv[2], sys.argv[2:], {})  # noqa: S606 - becoming it is the purpose
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"jail: {error!r}\n")
        sys.stderr.flush()
        os._exit(EXIT_NO_JAIL)


if __name__ == "__main__":
    main()
