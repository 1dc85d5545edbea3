/**
 * What programs may not ask of the kernel: calls that no honest program of the languages needs, and that reach beyond
 * the sandbox or leave something behind in it. Calls of other architectures (32 bits, x32) end the process: a filter
 * without architectures knows the machine's own only.
 */

/** Refused with EPERM. */
const denied = [
  // Namespaces and file systems.
  ...['unshare', 'setns', 'mount', 'umount2', 'pivot_root', 'chroot', 'mount_setattr', 'move_mount'],
  ...['open_tree', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'name_to_handle_at', 'open_by_handle_at'],
  ...['quotactl', 'quotactl_fd', 'swapon', 'swapoff', 'fanotify_init', 'fanotify_mark', 'lookup_dcookie'],
  // Other processes.
  ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'process_mrelease', 'kcmp'],
  ...['pidfd_getfd', 'move_pages', 'migrate_pages'],
  // The kernel and the machine.
  ...[
    'bpf',
    'perf_event_open',
    'userfaultfd',
    'kexec_load',
    'kexec_file_load',
    'init_module',
    'finit_module',
  ],
  ...[
    'delete_module',
    'reboot',
    'syslog',
    'acct',
    'iopl',
    'ioperm',
    'modify_ldt',
    'vhangup',
    'uselib',
    'sysfs',
  ],
  ...['settimeofday', 'clock_settime', 'adjtimex', 'clock_adjtime', 'sethostname', 'setdomainname'],
  // io_uring makes sockets and opens files past this filter.
  ...['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  // Keys and messages outlive processes.
  ...['keyctl', 'add_key', 'request_key', 'shmget', 'shmat', 'shmctl', 'shmdt', 'semget', 'semop', 'semctl'],
  ...['semtimedop', 'msgget', 'msgsnd', 'msgrcv', 'msgctl', 'mq_open', 'mq_unlink'],
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; NEWTIME is for unshare and clone3 alone. */
const newNamespaces = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];

/** AF_UNIX, AF_INET, AF_INET6: there is no network to reach with the last two. */
const families = [1, 2, 10];

const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 };

/**
 * The profile as Docker takes it: the value of the security option `seccomp=`.
 * @param ownKernel for gVisor, which takes any error for EPERM: the supervisor itself then refuses clone3.
 */
export function seccompProfile(ownKernel = false): string {
  const refuse = (names: string[], errnoRet: number, ...args: object[]) => ({
    names,
    action: 'SCMP_ACT_ERRNO',
    errnoRet,
    args,
  });
  const hasBit = (bit: number) => ({ index: 0, value: bit, valueTwo: bit, op: 'SCMP_CMP_MASKED_EQ' });
  const highest = Math.max(...families);
  const others = Array.from({ length: highest }, (_, family) => family).filter((f) => !families.includes(f));
  const family = (op: string, value: number) =>
    refuse(['socket', 'socketpair'], errno.EAFNOSUPPORT, { index: 0, value, op });
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      refuse(denied, errno.EPERM),
      // Its flags lie in memory, where no filter sees them: libraries fall back to clone.
      ...(ownKernel ? [] : [refuse(['clone3'], errno.ENOSYS)]),
      ...newNamespaces.map((bit) => refuse(['clone'], errno.EPERM, hasBit(bit))),
      family('SCMP_CMP_GT', highest),
      ...others.map((value) => family('SCMP_CMP_EQ', value)),
      // ADDR_NO_RANDOMIZE and READ_IMPLIES_EXEC take protection away.
      ...[0x40000, 0x400000].map((bit) => refuse(['personality'], errno.EPERM, hasBit(bit))),
    ],
  });
}
