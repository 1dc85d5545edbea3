/* Frames: read from stdin, written to stdout. */
#include "supervisor.h"
#include <stdarg.h>
#include <stdio.h>
#include <sys/uio.h>

/* Of the frame that is being read. */
uint32_t payload_left;

void write_all(int fd, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t n = write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    at += n;
    size -= (size_t)n;
  }
}

void answer(uint32_t kind, const void *payload, uint32_t size) {
  uint32_t head[2] = {kind, size};
  struct iovec parts[2] = {{head, sizeof head}, {(void *)payload, size}};
  ssize_t n;
  do n = writev(1, parts, 2);
  while (n < 0 && errno == EINTR);
  if (n < 0) _exit(1);
  if ((size_t)n < sizeof head) {
    write_all(1, (char *)head + n, sizeof head - (size_t)n);
    n = sizeof head;
  }
  write_all(1, (const char *)payload + n - sizeof head, size - ((size_t)n - sizeof head));
}

/* The supervisor cannot go on: what it holds may be unclean. */
void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  answer('e', text, n < (int)sizeof text ? (uint32_t)n : (uint32_t)sizeof text - 1);
  _exit(1);
}

/* Reads exactly; the end of the stream is the end of the container. */
void read_all(void *data, size_t size) {
  char *at = data;
  while (size > 0) {
    ssize_t n = read(0, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(0);
    at += n;
    size -= (size_t)n;
  }
}

void take(void *data, size_t size) {
  if (size > payload_left) fail("a frame is shorter than what it announces");
  payload_left -= (uint32_t)size;
  read_all(data, size);
}

/* Moves bytes of the frame into a file. */
int take_into(int fd, uint64_t size) {
  static char buffer[KEPT];
  int error = 0;
  while (size > 0) {
    size_t n = size < sizeof buffer ? (size_t)size : sizeof buffer;
    take(buffer, n);
    size -= n;
    for (size_t done = 0; done < n && error == 0;) {
      ssize_t w = write(fd, buffer + done, n - done);
      if (w < 0 && errno != EINTR) error = errno;
      if (w > 0) done += (size_t)w;
    }
  }
  return error;
}
