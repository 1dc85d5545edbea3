/** What one run could leave for the next one to read: that must find nothing. */
import { type Attack, c } from '../attack.ts';

const find = (body: string, outside?: string): Attack['next'] => ({
  language: 'c',
  source: c(`${body}\n  return sum();`, outside),
  expected: 'CORRECT',
});

const ipc =
  '#include <sys/ipc.h>\n#include <sys/shm.h>\n#include <sys/sem.h>\n#include <sys/msg.h>\n#include <mqueue.h>';

export const leftovers: Attack[] = [
  {
    name: 'files',
    language: 'c',
    source:
      c(`  static const char *paths[] = {"/tmp/left", "/dev/shm/left", "/var/tmp/left", "/run/lock/left", "/dev/mqueue/left", "left"};
  for (int i = 0; i < 6; i++) { int f = open(paths[i], O_CREAT | O_WRONLY, 0666); if (f >= 0) close(f); }
  mkdir("/tmp/.hidden", 0700); return sum();`),
    expected: 'CORRECT',
    next: find(`  static const char *paths[] = {"/tmp/left", "/dev/shm/left", "/var/tmp/left", "/run/lock/left", "/dev/mqueue/left", "left", "/tmp/.hidden"};
  for (int i = 0; i < 7; i++) denied(paths[i], access(paths[i], F_OK));`),
  },
  {
    name: 'System V shared memory, semaphores and queues',
    language: 'c',
    source: c(
      '  shmget(4242, 4096, IPC_CREAT | 0666); semget(4242, 1, IPC_CREAT | 0666); msgget(4242, IPC_CREAT | 0666);\n  return sum();',
      ipc,
    ),
    expected: ['CORRECT', 'INCORRECT runtime_error'],
    next: find(
      '  denied("shm", shmget(4242, 0, 0)); denied("sem", semget(4242, 0, 0)); denied("msg", msgget(4242, 0));',
      ipc,
    ),
  },
  {
    name: 'POSIX shared memory and queues',
    language: 'c',
    source: c(
      '  shm_open("/left", O_CREAT | O_RDWR, 0666); mq_open("/left", O_CREAT | O_RDWR, 0666, 0);\n  return sum();',
      ipc,
    ),
    expected: ['CORRECT', 'INCORRECT runtime_error'],
    next: find(
      '  denied("shm", shm_open("/left", O_RDWR, 0)); denied("queue", mq_open("/left", O_RDWR));',
      ipc,
    ),
  },
  {
    name: 'a listener on an abstract socket and on a port, in a process that stays',
    language: 'c',
    source: c(`  int s = socket(AF_UNIX, SOCK_STREAM, 0), t = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_un at = {AF_UNIX, "\\0left"};\n  struct sockaddr_in port = {AF_INET, htons(4242), {htonl(INADDR_LOOPBACK)}};
  if (s >= 0 && !bind(s, (void *)&at, sizeof at)) listen(s, 8);\n  if (t >= 0 && !bind(t, (void *)&port, sizeof port)) listen(t, 8);
  if (fork() == 0) { setsid(); for (;;) pause(); }\n  return sum();`),
    expected: 'CORRECT',
    next: find(`  int s = socket(AF_UNIX, SOCK_STREAM, 0), t = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_un at = {AF_UNIX, "\\0left"};\n  struct sockaddr_in port = {AF_INET, htons(4242), {htonl(INADDR_LOOPBACK)}};
  denied("socket", connect(s, (void *)&at, sizeof at)); denied("port", connect(t, (void *)&port, sizeof port));`),
  },
  {
    name: 'keys in a keyring',
    language: 'c',
    source: c('  syscall(SYS_add_key, "user", "left", "secret", 6, -4);\n  return sum();'),
    expected: ['CORRECT', 'INCORRECT runtime_error'],
    next: find('  denied("key", syscall(SYS_request_key, "user", "left", 0, -4));'),
  },
  {
    name: 'its own limits, priority, locale and umask',
    language: 'c',
    source:
      c(`  struct rlimit none = {0, 0};\n  setrlimit(RLIMIT_NOFILE, &none); setrlimit(RLIMIT_FSIZE, &none); setrlimit(RLIMIT_NPROC, &none);
  umask(0777); nice(19); setpgid(0, 0); setsid();\n  signal(SIGPIPE, SIG_IGN);\n  return sum();`),
    expected: 'CORRECT',
    next: find(`  struct rlimit now;
  for (int i = 0; i < RLIM_NLIMITS; i++) if (!getrlimit(i, &now) && now.rlim_max == 0 && i != RLIMIT_CORE && i != RLIMIT_NICE && i != RLIMIT_RTPRIO && i != RLIMIT_MEMLOCK && i != RLIMIT_MSGQUEUE) denied("limit", i);
  if (umask(0) == 0777) printf("umask ");\n  if (getpriority(PRIO_PROCESS, 0) == 19) printf("nice ");
  struct sigaction pipe_action;\n  if (!sigaction(SIGPIPE, 0, &pipe_action) && pipe_action.sa_handler == SIG_IGN) printf("SIGPIPE ");`),
  },
];
