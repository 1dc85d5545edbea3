/** Programs that want more rights, and system calls that no judged program needs. */
import { type Attack, c } from '../attack.ts';

const probe = { language: 'c', expected: 'CORRECT', tests: { timeLimitS: 1, wallLimitS: 5 } } as const;

export const privileges: Attack[] = [
  {
    name: 'holds no capability, may gain none, and is filtered',
    ...probe,
    source:
      c(`  FILE *f = fopen("/proc/self/status", "r");\n  char line[256], name[64];\n  unsigned long long value;
  while (f && fgets(line, sizeof line, f)) {
    if (sscanf(line, "%63[^:]: %llx", name, &value) != 2) continue;
    int is_set = !strncmp(name, "Cap", 3) && strcmp(name, "CapBnd");
    if ((is_set && value) || (!strcmp(name, "NoNewPrivs") && value != 1) || (!strcmp(name, "Seccomp") && value != 2)) printf("%s", line);
  }
  if (!getuid() || !geteuid() || !getgid() || !getegid()) printf("root ");
  gid_t groups[64];\n  int n = getgroups(64, groups);\n  for (int i = 0; i < n; i++) if (groups[i] == 0) printf("group 0 ");
  return sum();`),
  },
  {
    name: 'becomes somebody else',
    ...probe,
    source: c(
      `  denied("setuid", setuid(0)); denied("setgid", setgid(0)); denied("setresuid", setresuid(0, 0, 0)); denied("seteuid", seteuid(1));
  gid_t zero = 0;\n  denied("setgroups", setgroups(1, &zero)); denied("setuid other", setuid(getuid() + 1)); denied("setuid other", setuid(getuid() - 1));
  denied("keepcaps", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
  return sum();`,
      '#include <grp.h>',
    ),
  },
  {
    name: 'becomes somebody else, and looks at others, in Python',
    ...probe,
    language: 'python',
    source: `import os, signal, socket
a, b = map(int, input().split())
found = []

def attempt(name, action):
    try:
        action()
        found.append(name)
    except OSError:
        pass

attempt('setuid', lambda: os.setuid(0))
attempt('setresuid', lambda: os.setresuid(0, 0, 0))
attempt('setgid', lambda: os.setgid(0))
attempt('setgroups', lambda: os.setgroups([0]))
attempt('vsock', lambda: socket.socket(40, socket.SOCK_STREAM))
attempt('netlink', lambda: socket.socket(16, socket.SOCK_RAW, 0))
attempt('shadow', lambda: open('/etc/shadow').read())
attempt('write', lambda: open('/box/x', 'w'))
for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
    if pid != os.getpid():
        attempt(f'kill {pid}', lambda: os.kill(pid, signal.SIGKILL))
        attempt(f'environ {pid}', lambda: open(f'/proc/{pid}/environ').read())
        attempt(f'mem {pid}', lambda: open(f'/proc/{pid}/mem', 'rb'))
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
for name in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb'):
    if int(status[name], 16):
        found.append(name)
if status['NoNewPrivs'].strip() != '1' or status['Seccomp'].strip() != '2' or '0' in status['Uid'].split():
    found.append('status')
print(*found, a + b)`,
  },
  {
    name: 'setuid programs',
    ...probe,
    source:
      c(`  if (system("su -c id root </dev/null >/tmp/o 2>&1; mount -t tmpfs x /mnt >>/tmp/o 2>&1; ping -c1 127.0.0.1 >>/tmp/o 2>&1; passwd -d root >>/tmp/o 2>&1; grep -q uid=0 /tmp/o") == 0) printf("root ");
  return sum();`),
  },
  {
    name: 'namespaces and mounts',
    ...probe,
    source: c(
      `  static const int kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP};
  for (int i = 0; i < 7; i++) denied("unshare", unshare(kinds[i]));
  for (int i = 0; i < 7; i++) { long pid = syscall(SYS_clone, kinds[i] | SIGCHLD, 0, 0, 0, 0); if (pid == 0) _exit(0); denied("clone", pid); }
  unsigned long long args[11] = {CLONE_NEWUSER};\n  long pid = syscall(435, args, sizeof args); if (pid == 0) _exit(0); denied("clone3", pid);
  denied("setns", setns(open("/proc/1/ns/net", O_RDONLY), 0)); denied("mount", mount("x", "/tmp", "tmpfs", 0, 0)); denied("bind", mount("/etc", "/tmp", 0, MS_BIND, 0));
  denied("umount", umount2("/tmp", MNT_DETACH)); denied("chroot", chroot("/tmp")); denied("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
  denied("open_tree", syscall(428, -100, "/", 1)); denied("fsopen", syscall(430, "tmpfs", 0)); denied("move_mount", syscall(429, -1, "", -100, "/tmp", 0));
  return sum();`,
      '#include <sys/mount.h>',
    ),
  },
  {
    name: 'traces, reads and writes other processes',
    ...probe,
    source: c(
      `  int others[] = {1, getppid()};
  for (int i = 0; i < 2; i++) {
    char bytes[8], path[64];\n    struct iovec here = {bytes, 8}, there = {(void *)0x400000, 8};
    denied("attach", ptrace(PTRACE_ATTACH, others[i], 0, 0)); denied("seize", ptrace(PTRACE_SEIZE, others[i], 0, 0));
    denied("vm_readv", process_vm_readv(others[i], &here, 1, &there, 1, 0)); denied("vm_writev", process_vm_writev(others[i], &here, 1, &there, 1, 0));
    long handle = syscall(434, others[i], 0);\n    if (handle >= 0) denied("pidfd_getfd", syscall(438, handle, 1, 0));
    denied("kcmp", syscall(SYS_kcmp, getpid(), others[i], 0, 0, 0));
    static const char *names[] = {"mem", "environ", "fd", "fd/0", "fd/1", "fd/3", "cwd/x", "root/etc/x", "maps", "auxv", "syscall", "stack"};
    for (int n = 0; n < 12; n++) { snprintf(path, sizeof path, "/proc/%d/%s", others[i], names[n]); int f = open(path, O_RDONLY); if (f >= 0 && n != 8) denied(path, f); }
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", others[i]); int f = open(path, O_WRONLY); if (f >= 0) denied("oom of other", write(f, "1000", 4));
    denied("prlimit", prlimit(others[i], RLIMIT_CPU, &(struct rlimit){1, 1}, 0)); denied("nice", setpriority(PRIO_PROCESS, others[i], 19));
    cpu_set_t one; CPU_ZERO(&one); CPU_SET(0, &one); denied("affinity", sched_setaffinity(others[i], sizeof one, &one));
  }
  return sum();`,
      '#include <sys/ptrace.h>\n#include <sys/uio.h>',
    ),
  },
  {
    name: 'system calls into the depths of the kernel',
    ...probe,
    source: c(`  static char zeros[256];
  static const struct { const char *name; long number; } calls[] = {
    {"bpf", 321}, {"perf_event_open", 298}, {"userfaultfd", 323}, {"keyctl", 250}, {"add_key", 248}, {"request_key", 249}, {"kexec_load", 246},
    {"kexec_file_load", 320}, {"init_module", 175}, {"finit_module", 313}, {"delete_module", 176}, {"reboot", 169}, {"syslog", 103}, {"swapon", 167},
    {"swapoff", 168}, {"acct", 163}, {"settimeofday", 164}, {"sethostname", 170}, {"setdomainname", 171}, {"iopl", 172}, {"ioperm", 173},
    {"quotactl", 179}, {"open_by_handle_at", 304}, {"lookup_dcookie", 212}, {"vhangup", 153}, {"mknod", 133}, {"fanotify_init", 300}, {"adjtimex", 159},
    {"io_uring_setup", 425}, {"io_uring_enter", 426}, {"io_uring_register", 427}, {"personality", 135}, {"move_pages", 279}, {"mount_setattr", 442}};
  for (int i = 0; i < sizeof calls / sizeof *calls; i++) {
    long first = calls[i].number == 135 ? 0x0400000 : calls[i].number == 172 ? 3 : calls[i].number == 103 ? 3 : calls[i].number == 133 ? (long)"/tmp/device" : calls[i].number == 425 ? 8 : calls[i].number == 321 ? 0 : (long)zeros;
    long second = calls[i].number == 133 ? S_IFCHR | 0666 : calls[i].number == 103 ? (long)zeros : calls[i].number == 425 || calls[i].number == 164 ? (long)zeros : calls[i].number == 173 ? 1 : calls[i].number == 321 ? (long)zeros : 0;
    if (calls[i].number == 159) zeros[0] = 1;
    denied(calls[i].name, syscall(calls[i].number, first, second, calls[i].number == 133 ? 0x0101 : 64, 0, 0, 0));
    memset(zeros, 0, sizeof zeros);
  }
  return sum();`),
  },
  {
    name: 'the same by the 32-bit and the x32 entry',
    ...probe,
    expected: ['CORRECT', 'INCORRECT runtime_error'],
    source: c(
      `  /* Numbers of i386; flags as the 64-bit calls have them. */
  denied("unshare 32", old_call(310, CLONE_NEWUSER, 0, 0)); denied("socket 32", old_call(359, 40, SOCK_STREAM, 0)); denied("bpf 32", old_call(357, 0, 0, 0));
  denied("netlink 32", old_call(359, 16, SOCK_RAW, 0)); denied("io_uring 32", old_call(425, 8, 0, 0)); denied("keyctl 32", old_call(288, 0, -1, 0)); denied("shmget 32", old_call(395, 0, 4096, 01666));
  int *low = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  /* Its arguments are in memory, where no filter sees them. */
  low[0] = 40; low[1] = SOCK_STREAM; low[2] = 0; denied("socketcall 32", old_call(102, 1, (long)low, 0)); denied("ipc 32", old_call(117, 23, 0, 4096));
  denied("unshare x32", syscall(272 | 0x40000000, CLONE_NEWUSER)); denied("socket x32", syscall(41 | 0x40000000, 40, SOCK_STREAM, 0)); denied("keyctl x32", syscall(250 | 0x40000000, 0, -1, 0));
  return sum();`,
      `static long old_call(long number, long x, long y, long z) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(x), "c"(y), "d"(z) : "memory", "r8", "r9", "r10", "r11");
  return (int)result;
}`,
    ),
  },
  {
    name: 'settings of the kernel, devices and control groups',
    ...probe,
    source:
      c(`  static const char *written[] = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward", "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cgroup.procs", "/proc/1/oom_score_adj"};
  for (int i = 0; i < sizeof written / sizeof *written; i++) { int f = open(written[i], O_WRONLY); if (f >= 0 && write(f, "1", 1) >= 0) denied(written[i], f); }
  int f = open("/proc/self/oom_score_adj", O_WRONLY); if (f >= 0) denied("oom_score_adj", write(f, "-1000", 5));
  static const char *read_only[] = {"/dev/mem", "/dev/kmem", "/dev/kmsg", "/proc/kcore", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/net/tun", "/dev/kvm", "/dev/loop-control", "/dev/vsock", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware/acpi"};
  for (int i = 0; i < sizeof read_only / sizeof *read_only; i++) { char byte; int f = open(read_only[i], O_RDONLY | O_NONBLOCK); if (f >= 0 && read(f, &byte, 1) > 0) denied(read_only[i], f); }
  denied("nice", nice(-20) == -1 ? -1 : 0); denied("realtime", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1}));
  denied("more limit", setrlimit(RLIMIT_NPROC, &(struct rlimit){100000, 100000}));
  return sum();`),
  },
];
