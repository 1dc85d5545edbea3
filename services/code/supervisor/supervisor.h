/* What the files of the supervisor share. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_PROGRAMS = 2, KEPT = 64 * 1024, MAX_STRINGS = 256, MAX_STRING_BYTES = 256 * 1024, MAX_PATH = 512 };

/* Flags of a request. */
enum { KEEP_FILES = 1, JUDGE = 2, AFTER_SUCCESS = 4 };

/* Flags of a result. */
enum { CPU_EXCEEDED = 1, WALL_EXCEEDED = 2, OUTPUT_EXCEEDED = 4, OUT_OF_MEMORY = 8, NOT_STARTED = 16, SKIPPED = 32,
       PROCESSES_EXCEEDED = 64 };

struct request {
  uint64_t cpu_us, wall_us, output_bytes, file_bytes, stack_bytes, stdin_bytes;
  uint32_t stderr_bytes, processes, open_files, flags;
  uint32_t args, args_bytes, env, env_bytes, warm, warm_bytes;
};

struct result {
  uint64_t cpu_us, wall_us, rss_bytes, output_bytes;
  uint32_t flags, exit_code, signal, stdout_bytes, stderr_bytes, leftovers, error, waited_ms;
};

/* What a program writes: kept in memory while it is little, in a memfd beyond. */
struct output {
  int pipe, file;
  uint64_t limit, total;
  uint32_t kept;
  char bytes[KEPT];
};

struct program {
  struct request request;
  struct result result;
  char *args[MAX_STRINGS + 1], *env[MAX_STRINGS + 1], *warm[MAX_STRINGS + 1];
  char strings[MAX_STRING_BYTES];
  int input;
  struct output out, err;
  pid_t pid;
  int ended;
  uint64_t started, cpu_reaped;
};

/* The candidate's program, and the judge's where there is one. */
extern struct program programs[MAX_PROGRAMS];
/* Users of the two. */
extern uid_t user, judge;
extern int tmp_dir, shm_dir, box_dir;

/* channel.c: frames on stdin and stdout. */
extern uint32_t payload_left;
void write_all(int fd, const void *data, size_t size);
void answer(uint32_t kind, const void *payload, uint32_t size);
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void read_all(void *data, size_t size);
void take(void *data, size_t size);
int take_into(int fd, uint64_t size);

/* cgroup.c: what the container's cgroup counts. Times are microseconds; -1: it cannot be read. */
extern int64_t ooms_before;
extern int memory_short;
void open_cgroup(void);
int has_oom_count(void);
int has_process_count(void);
int64_t cgroup_processes(void);
int64_t cgroup_cpu_us(void);
int64_t oom_kills(void);
int has_memory(void);

/* own_kernel.c: a kernel of the sandbox's own, as gVisor has. */
extern int own_kernel;
void find_kernel(void);
int64_t kernel_processes(void);
void limit_memory(void);
void settle_memory(void);
int over_memory(int *looks, uint64_t *wait);
uint64_t resident(uint64_t counted);

/* processes.c: what runs, and its end. */
uint64_t now_us(void);
uint64_t usage_us(const struct rusage *u);
int64_t process_count(void);
int reap(int options);
uint32_t end_all(void);
int64_t judge_cpu_us(void);
int64_t processes_cpu_us(pid_t left_out);
uint32_t waited_ms(const struct program *p);

/* confine.c: what a program may take. */
void name_writable(void);
void end_first(void);
void confine(const struct request *r, uid_t uid);

/* start.c: programs by exec. */
extern volatile int exec_error;
pid_t start_cold(struct program *p, int in, int out, int err, uid_t uid);

/* warm.c: the interpreter that stays, and forks programs. */
extern pid_t warm_pid;
void start_warm(struct program *p);
void stop_warm(void);
pid_t start_warm_program(struct program *p, int in, int out, int err, uid_t uid);

/* output.c: what programs write. */
void open_to_all(int pipe);
void open_output(struct output *o, int ends[2], uint64_t limit);
void drain(struct output *o, int pieces);
void reset_output(struct output *o);
uint32_t kept_bytes(const struct output *o);
void send_kept(const struct output *o, uint32_t size);

/* watch.c: while programs run. */
void watch(int count, int64_t cpu_before);

/* run.c, files.c, folders.c: what frames ask for. */
void run(void);
void load(void);
void give(void);
void wipe(void);
void empty_dir(int top);

#endif
