/* The folders that programs write to, emptied. */
#include "supervisor.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>

/*
 * Empties a folder. Folders inside are not entered one in the other: what they hold is moved up first, so that no
 * depth of nesting needs more than two open files. No path is followed: names are relative to open folders.
 */
void empty_dir(int top) {
  static unsigned moved;
  static unsigned long long secret; /* So that no program has a file of that name already. */
  if (secret == 0 && getrandom(&secret, sizeof secret, 0) < 0) fail("no random numbers: %s", strerror(errno));
  for (int again = 1; again;) {
    again = 0;
    int copy = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    if (list == NULL) fail("a folder cannot be listed: %s", strerror(errno));
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (unlinkat(top, entry->d_name, 0) == 0 || unlinkat(top, entry->d_name, AT_REMOVEDIR) == 0) continue;
      again = 1;
      int inner = openat(top, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      DIR *inner_list = inner < 0 ? NULL : fdopendir(inner);
      if (inner_list == NULL) fail("a folder cannot be removed: %s", strerror(errno));
      for (struct dirent *child; (child = readdir(inner_list)) != NULL;) {
        if (strcmp(child->d_name, ".") == 0 || strcmp(child->d_name, "..") == 0) continue;
        if (unlinkat(inner, child->d_name, 0) == 0 || unlinkat(inner, child->d_name, AT_REMOVEDIR) == 0) continue;
        char name[64];
        snprintf(name, sizeof name, "\n%016llx-%u", secret, moved++);
        if (renameat(inner, child->d_name, top, name) != 0) fail("a folder cannot be moved: %s", strerror(errno));
      }
      closedir(inner_list);
      unlinkat(top, entry->d_name, AT_REMOVEDIR);
    }
    closedir(list);
  }
}

/* Whether a folder holds anything; two system calls where it does not. The longest name has room. */
static int holds_anything(int dir) {
  char entries[1024];
  lseek(dir, 0, SEEK_SET);
  long n;
  int names = 0;
  while ((n = syscall(SYS_getdents64, dir, entries, sizeof entries)) > 0) {
    for (long at = 0; at < n; at += *(unsigned short *)(entries + at + 16)) names++;
    if (names > 2) return 1;
  }
  return n < 0;
}

void wipe(void) {
  if (holds_anything(tmp_dir)) empty_dir(tmp_dir);
  if (holds_anything(shm_dir)) empty_dir(shm_dir);
}
