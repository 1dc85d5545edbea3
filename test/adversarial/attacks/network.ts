/** Programs that look for a way out: every one of them must find all ways closed. */
import { type Attack, c } from '../attack.ts';

const probe = { language: 'c', expected: 'CORRECT', tests: { timeLimitS: 1, wallLimitS: 5 } } as const;

export const network: Attack[] = [
  {
    name: 'connects to the internet, to metadata services and to hosts around',
    ...probe,
    source: c(
      `  for (int i = 0; i < 7; i++) { try_connect(SOCK_STREAM, hosts[i], 80); try_connect(SOCK_DGRAM, hosts[i], 53); }
  return sum();`,
      `static const char *hosts[] = {"1.1.1.1", "8.8.8.8", "169.254.169.254", "172.17.0.1", "10.0.0.1", "192.168.0.1", "224.0.0.1"};
static void try_connect(int type, const char *host, int port) {
  int s = socket(AF_INET, type | SOCK_NONBLOCK, 0);
  struct sockaddr_in to = {AF_INET, htons(port)};
  inet_pton(AF_INET, host, &to.sin_addr);
  int result = connect(s, (void *)&to, sizeof to);
  if (result == 0 || errno == EINPROGRESS) printf("%s ", host);
  if (s >= 0) close(s);
}`,
    ),
  },
  {
    name: 'has no interface but the loopback',
    ...probe,
    source: c(`  FILE *f = fopen("/proc/net/dev", "r");\n  char line[512];
  while (f && fgets(line, sizeof line, f)) if (strchr(line, ':') && !strstr(line, "lo:")) {
    /* Tunnels that the kernel itself puts into every network namespace lead nowhere. */
    if (!strstr(line, "tunl") && !strstr(line, "sit") && !strstr(line, "gre") && !strstr(line, "ip6") && !strstr(line, "erspan") && !strstr(line, "ip_vti")) printf("%s", line);
  }
  return sum();`),
  },
  {
    name: 'asks a name server',
    ...probe,
    source: c(
      '  struct addrinfo *found;\n  if (!getaddrinfo("example.com", "80", 0, &found)) printf("name ");\n  return sum();',
      '#include <netdb.h>',
    ),
  },
  {
    name: 'sockets that lead out of a network namespace or into the kernel',
    ...probe,
    source:
      c(`  denied("vsock", socket(40, SOCK_STREAM, 0)); denied("vsock datagram", socket(40, SOCK_DGRAM, 0));
  denied("netlink", socket(16, SOCK_RAW, 0)); denied("algorithm", socket(38, SOCK_SEQPACKET, 0));
  denied("packet", socket(17, SOCK_RAW, 0)); denied("raw", socket(AF_INET, SOCK_RAW, 1)); denied("raw 6", socket(AF_INET6, SOCK_RAW, 58));
  denied("bluetooth", socket(31, SOCK_RAW, 1)); denied("can", socket(29, SOCK_RAW, 1)); denied("tipc", socket(30, SOCK_RDM, 0));
  denied("rds", socket(21, SOCK_SEQPACKET, 0)); denied("xdp", socket(44, SOCK_RAW, 0)); denied("x25", socket(9, SOCK_SEQPACKET, 0));
  return sum();`),
  },
  {
    name: 'the engine and other daemons by their sockets',
    ...probe,
    source:
      c(`  static const char *paths[] = {"/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/run/systemd/private"};
  for (int i = 0; i < 5; i++) { struct sockaddr_un at = {AF_UNIX}; strcpy(at.sun_path, paths[i]); denied(paths[i], connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&at, sizeof at)); }
  return sum();`),
  },
  {
    name: 'in Python',
    ...probe,
    language: 'python',
    source: `import socket, urllib.request
a, b = map(int, input().split())
found = []
for host in ('1.1.1.1', '169.254.169.254', 'example.com'):
    try:
        socket.create_connection((host, 80), timeout=1)
        found.append(host)
    except OSError:
        pass
try:
    urllib.request.urlopen('http://example.com', timeout=1)
    found.append('http')
except OSError:
    pass
print(*found, a + b)`,
  },
];
