/* What programs write: taken as it comes, kept up to a limit. */
#include "supervisor.h"
#include <sys/mman.h>
#include <sys/stat.h>

/* Programs open /dev/stdin and /dev/stdout, which is to open the pipe anew. Nobody sees a pipe but who holds it. */
void open_to_all(int pipe) { fchmod(pipe, 0666); }

void open_output(struct output *o, int ends[2], uint64_t limit) {
  if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe: %s", strerror(errno));
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  open_to_all(ends[1]);
  o->pipe = ends[0];
  o->limit = limit;
}

/*
 * Takes what there is to read, and closes the pipe at its end. All is counted, and kept up to the limit. No more than so
 * many pieces at once: programs may write as fast as this reads, and are to be watched all the same.
 */
void drain(struct output *o, int pieces) {
  static char buffer[KEPT];
  for (; o->pipe >= 0 && pieces > 0; pieces--) {
    ssize_t n = read(o->pipe, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    if (n == 0) {
      close(o->pipe);
      o->pipe = -1;
      return;
    }
    uint64_t room = o->total < o->limit ? o->limit - o->total : 0;
    size_t keep = (uint64_t)n < room ? (size_t)n : (size_t)room;
    o->total += (uint64_t)n;
    size_t inside = keep < KEPT - o->kept ? keep : KEPT - o->kept;
    memcpy(o->bytes + o->kept, buffer, inside);
    o->kept += (uint32_t)inside;
    if (inside == keep) continue;
    if (o->file < 0) o->file = memfd_create("output", MFD_CLOEXEC);
    if (o->file < 0) fail("no memfd: %s", strerror(errno));
    for (size_t done = inside; done < keep;) {
      /* What programs have left of the memory is not enough to go on: the kernel would end this process. */
      if (!has_memory() || oom_kills() > ooms_before) {
        memory_short = 1;
        o->limit = o->kept + (uint64_t)lseek(o->file, 0, SEEK_END);
        break;
      }
      ssize_t w = write(o->file, buffer + done, keep - done < 16384 ? keep - done : 16384);
      if (w < 0 && errno != EINTR) fail("output cannot be kept: %s", strerror(errno));
      if (w > 0) done += (size_t)w;
    }
  }
}

void reset_output(struct output *o) {
  if (o->pipe >= 0) close(o->pipe);
  if (o->file >= 0) close(o->file);
  o->pipe = o->file = -1;
  o->total = o->kept = 0;
}

void send_kept(const struct output *o, uint32_t size) {
  uint32_t inside = size < o->kept ? size : o->kept;
  write_all(1, o->bytes, inside);
  if (size == inside) return;
  static char buffer[KEPT];
  lseek(o->file, 0, SEEK_SET);
  for (uint32_t left = size - inside; left > 0;) {
    ssize_t n = read(o->file, buffer, left < sizeof buffer ? left : sizeof buffer);
    if (n <= 0) _exit(1);
    write_all(1, buffer, (size_t)n);
    left -= (uint32_t)n;
  }
}

uint32_t kept_bytes(const struct output *o) {
  return (uint32_t)(o->total < o->limit ? o->total : o->limit);
}
