/* Files for programs, and from them. */
#include "supervisor.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

/* Whether it has `..` for one of its parts. */
static int climbs(const char *path) {
  for (const char *part = path; part != NULL; part = strchr(part, '/')) {
    if (*part == '/') part++;
    if (strcspn(part, "/") == 2 && memcmp(part, "..", 2) == 0) return 1;
  }
  return 0;
}

/* Reads a path inside a folder: relative, without `..`. */
static void take_path(char path[MAX_PATH]) {
  uint32_t size;
  take(&size, sizeof size);
  if (size == 0 || size >= MAX_PATH) fail("a path of %u bytes", size);
  take(path, size);
  path[size] = 0;
  if (path[0] == '/' || climbs(path) || strlen(path) != size) fail("a path that leads out");
}

void load(void) {
  uint32_t count;
  take(&count, sizeof count);
  wipe();
  empty_dir(box_dir);
  for (uint32_t i = 0; i < count; i++) {
    char path[MAX_PATH];
    struct {
      uint32_t mode, judges, size;
    } file;
    take_path(path);
    take(&file, sizeof file);
    for (char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      int made = mkdirat(box_dir, path, file.judges ? 0700 : 0755) == 0;
      if (made && file.judges && fchownat(box_dir, path, judge, judge, AT_SYMLINK_NOFOLLOW) != 0) fail("no %s", path);
      *slash = '/';
    }
    int fd = openat(box_dir, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) fail("%s cannot be made: %s", path, strerror(errno));
    int error = take_into(fd, file.size);
    if (error != 0) fail("%s cannot be written: %s", path, strerror(error));
    if (file.judges && fchown(fd, judge, judge) != 0) fail("%s cannot be given away: %s", path, strerror(errno));
    if (fchmod(fd, file.mode) != 0 || close(fd) != 0) fail("%s cannot be finished: %s", path, strerror(errno));
  }
  answer('l', "", 0);
}

/*
 * Sends files of /tmp, or all files under folders there, one level of folders at a time: for each a path, its size
 * and its bytes; an empty path ends them. No process is left that could change them. Nothing but regular files is read.
 */
static void send_tree(int dir, const char *path, uint64_t *room, uint32_t depth);

static void send_file(int fd, const char *path, uint64_t size, uint64_t *room) {
  if (size > *room) return;
  *room -= size;
  static char buffer[KEPT];
  uint32_t head[4] = {'g', (uint32_t)(8 + strlen(path) + size), (uint32_t)strlen(path), (uint32_t)size};
  write_all(1, head, 12);
  write_all(1, path, head[2]);
  write_all(1, &head[3], 4);
  for (uint64_t left = size; left > 0;) {
    ssize_t n = read(fd, buffer, left < sizeof buffer ? (size_t)left : sizeof buffer);
    if (n <= 0) _exit(1);
    write_all(1, buffer, (size_t)n);
    left -= (uint64_t)n;
  }
}

static void send_any(int parent, const char *name, const char *path, uint64_t *room, uint32_t depth) {
  int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct stat facts;
  if (fstat(fd, &facts) == 0) {
    if (S_ISREG(facts.st_mode)) send_file(fd, path, (uint64_t)facts.st_size, room);
    else if (S_ISDIR(facts.st_mode) && depth < 8) send_tree(fd, path, room, depth + 1);
  }
  close(fd);
}

static void send_tree(int dir, const char *path, uint64_t *room, uint32_t depth) {
  int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *list = copy < 0 ? NULL : fdopendir(copy);
  if (list == NULL) return;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
    char inner[MAX_PATH];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    int n = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    if (n > 0 && n < (int)sizeof inner) send_any(dir, entry->d_name, inner, room, depth);
  }
  closedir(list);
}

/* No link on the way is followed: a program could lead it to what is not its own. */
static void send_path(char *path, uint64_t *room) {
  char *name = path;
  int dir = fcntl(tmp_dir, F_DUPFD_CLOEXEC, 0);
  for (char *slash; dir >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
    *slash = 0;
    int inner = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    *slash = '/';
    close(dir);
    dir = inner;
  }
  if (dir < 0) return;
  send_any(dir, name, path, room, 0);
  close(dir);
}

void give(void) {
  uint64_t room;
  uint32_t count;
  take(&room, sizeof room);
  take(&count, sizeof count);
  while (count-- > 0) {
    char path[MAX_PATH];
    take_path(path);
    send_path(path, &room);
  }
  uint32_t nothing[2] = {0, 0};
  answer('g', nothing, sizeof nothing);
  wipe();
}
