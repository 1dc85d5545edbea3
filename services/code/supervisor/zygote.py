"""The warm interpreter: forks programs that need no start of their own. The supervisor runs it as root, once.

Of an order (limits, user, arguments; descriptors for stdin, stdout and stderr) it forks a child of the *supervisor*
(CLONE_PARENT), which takes on the limits and the user before anything of the program is read. What differs from
`python3 FILE`: the modules below are imported already, `import` order and `sys.modules` show it; the hash seed is the same
in all programs; nothing is finalised at the end beyond threads, atexit and the streams.
"""
import _socket
import array
import atexit
import ctypes
import gc
import os
import resource
import struct
import sys
import threading
import traceback
import types

# For programs: what most of them import. Every further module makes every fork dearer.
import bisect, collections, copy, functools, heapq, itertools, math, operator, random, re, string, time, typing

CLONE_PARENT_SIGCHLD = 0x8000 | 17
SYS_CLONE = 56 if os.uname().machine == "x86_64" else 220
PR_SET_DUMPABLE = 4
ORDER = struct.Struct("<QQQIIII")

# PyDLL keeps the interpreter lock: the child has no other thread to give it back.
libc = ctypes.PyDLL(None, use_errno=True)
python = ctypes.pythonapi
thread_attributes = ctypes.create_string_buffer(64)
libc.pthread_attr_init(thread_attributes)


def fork_for_parent():
    python.PyOS_BeforeFork()
    pid = libc.syscall(SYS_CLONE, CLONE_PARENT_SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        python.PyOS_AfterFork_Child()
    else:
        python.PyOS_AfterFork_Parent()
    return pid


def confine(cpu_us, file_bytes, stack_bytes, processes, open_files, uid):
    for what, value in (
        (resource.RLIMIT_CPU, cpu_us * 3 // 2000000 + 2),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_STACK, stack_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 65536),
        (12, 0),  # RLIMIT_MSGQUEUE
    ):
        resource.setrlimit(what, (value, value))
    # Threads get stacks of the limit's size: that of this process, not the one which the interpreter started with.
    libc.pthread_attr_setstacksize(thread_attributes, ctypes.c_size_t(stack_bytes))
    libc.pthread_setattr_default_np(thread_attributes)
    os.umask(0o022)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # Giving up root makes a process undumpable, which exec would have undone.
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def run(path):
    """Runs a file as the main module; the exit code that `python3 path` would have."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    sys.argv = [path]
    sys.path[0] = os.path.dirname(path)
    try:
        try:
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec", dont_inherit=True)
            exec(code, main.__dict__)
        finally:
            threading._shutdown()
    except SystemExit as exit:
        return exit_code(exit.code)
    except BaseException as error:
        skip = error.__traceback__
        while skip is not None and skip.tb_frame.f_code.co_filename == __file__:
            skip = skip.tb_next
        sys.excepthook(type(error), error.with_traceback(skip), skip)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def exit_code(value):
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xFF
    print(value, file=sys.stderr)
    return 1


def finish(code):
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            if code == 0:
                code = 120
    os._exit(code)


def child(control, order, fds, arguments):
    try:
        os.setsid()
        for fd in range(3):
            os.dup2(fds[fd], fd)
        confine(*order)
        os.chdir("/tmp")
        control.send(struct.pack("<i", 0))
        os.closerange(3, 4096)
    except BaseException:
        # Not confined: the supervisor hears of no program, and starts it in another way.
        control.send(struct.pack("<i", -1))
        os._exit(1)
    finish(run(arguments[-1]))


SAMPLE = """
from typing import List

class Pair:
    def __init__(self, left: int, right: int = 0):
        self.left, self.right = left, right

    def total(self) -> int:
        return sum([self.left, self.right])

def check(numbers: List[int]) -> str:
    assert Pair(*numbers).total() == 3, "no"
    return "%d %s" % (len(numbers), sorted({n: str(n) for n in numbers}.items()))

check([1, 2])
try:
    check([1, 1])
except AssertionError as error:
    import traceback
    traceback.format_exc()
"""


def warm_up():
    """Does once what programs will do: memory that is laid out and code that is paged in are inherited."""
    for _ in range(3):
        exec(compile(SAMPLE, "sample", "exec"), {"__name__": "sample"})
    gc.collect()
    gc.freeze()


def receive(control):
    message, extra, _, _ = control.recvmsg(1 << 18, _socket.CMSG_LEN(12))
    fds = array.array("i")
    for _, _, data in extra:
        fds.frombytes(data)
    return message, fds


def serve():
    control = _socket.socket(fileno=3)
    warm_up()
    control.send(b"r")
    while True:
        message, fds = receive(control)
        if not message:
            os._exit(0)
        *order, _count = ORDER.unpack_from(message)
        arguments = [os.fsdecode(a) for a in message[ORDER.size :].split(b"\0")[:-1]]
        pid = fork_for_parent()
        if pid == 0:
            child(control, order, fds, arguments)
        for fd in fds:
            os.close(fd)
        control.send(struct.pack("<i", pid))
        if pid < 0:  # There is no child to send the other answer.
            control.send(struct.pack("<i", -1))


serve()
