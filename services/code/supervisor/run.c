/* A run: one program with its input, or two that talk to each other. */
#include "supervisor.h"
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* The strings of a request, as execve takes them. */
static char *split(char *at, char **list, uint32_t count, uint32_t bytes) {
  if (count > MAX_STRINGS || (count > 0 && (bytes == 0 || at[bytes - 1] != 0))) fail("bad strings in a request");
  char *end = at + bytes;
  for (uint32_t i = 0; i < count; i++) {
    if (at >= end) fail("too few strings in a request");
    list[i] = at;
    at += strlen(at) + 1;
  }
  list[count] = NULL;
  return end;
}

static void read_request(struct program *p) {
  struct request *r = &p->request;
  memset(&p->result, 0, sizeof p->result);
  p->ended = 0;
  p->pid = 0;
  p->cpu_reaped = 0;
  reset_output(&p->out);
  reset_output(&p->err);
  take(r, sizeof *r);
  uint64_t bytes = (uint64_t)r->args_bytes + r->env_bytes + r->warm_bytes;
  if (bytes > MAX_STRING_BYTES || r->args == 0) fail("bad strings in a request");
  take(p->strings, (size_t)bytes);
  char *at = split(p->strings, p->args, r->args, r->args_bytes);
  at = split(at, p->env, r->env, r->env_bytes);
  split(at, p->warm, r->warm, r->warm_bytes);
  p->input = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (p->input < 0) fail("no memfd: %s", strerror(errno));
  int error = take_into(p->input, r->stdin_bytes);
  if (error != 0) fail("the input cannot be kept: %s", strerror(error));
  lseek(p->input, 0, SEEK_SET);
  fcntl(p->input, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

/* A program's process, its input and outputs connected: to this one, or of two to each other by `talk`. */
static void start(uint32_t i, uint32_t count, int talk[2][2]) {
  struct program *p = &programs[i];
  int out[2], err[2];
  open_output(&p->out, out, p->request.output_bytes);
  open_output(&p->err, err, p->request.stderr_bytes);
  /* gVisor lets anybody open what a process has open: what a judge says is not for the candidate. */
  if (own_kernel && p->request.flags & JUDGE) fchmod(err[1], 0600);
  int in = count == 2 ? talk[1 - i][0] : p->input;
  int to = count == 2 ? talk[i][1] : out[1];
  uid_t uid = p->request.flags & JUDGE ? judge : user;
  p->started = i == 0 ? now_us() : programs[0].started; /* Of two it can then be told which ended first. */
  p->pid = -1;
  exec_error = 0;
  if (i == 0 && warm_pid > 0 && p->request.warm > 0) {
    p->pid = start_warm_program(p, in, to, err[1], uid);
    if (p->pid < 0) {
      end_all(); /* The interpreter may have begun it all the same. */
      p->started = now_us();
    }
  }
  if (p->pid < 0) p->pid = start_cold(p, in, to, err[1], uid);
  if (p->pid < 0) fail("a process cannot be started: %s", strerror(errno));
  if (exec_error != 0) {
    p->result.flags |= NOT_STARTED;
    p->result.error = (uint32_t)exec_error;
  }
  close(out[1]);
  close(err[1]);
  close(p->input);
}

static void start_all(uint32_t count) {
  int talk[2][2] = {{-1, -1}, {-1, -1}}; /* From the candidate to the judge, and back. */
  if (count == 2) {
    for (int i = 0; i < 2; i++) {
      if (pipe2(talk[i], O_CLOEXEC) != 0) fail("no pipe: %s", strerror(errno));
      open_to_all(talk[i][0]);
    }
  }
  for (uint32_t i = 0; i < count; i++) start(i, count, talk);
  for (int i = 0; count == 2 && i < 4; i++) close(talk[i / 2][i % 2]);
}

/* What a program's process has come to, when no process is left. */
static void collect(struct program *p, uint32_t leftovers) {
  struct result *r = &p->result;
  drain(&p->out, INT_MAX);
  drain(&p->err, INT_MAX);
  if (p->out.total > p->out.limit) r->flags |= OUTPUT_EXCEEDED;
  if (memory_short) r->flags |= OUT_OF_MEMORY;
  r->leftovers = leftovers;
  r->output_bytes = p->out.total;
  r->stdout_bytes = kept_bytes(&p->out);
  r->stderr_bytes = kept_bytes(&p->err);
  r->cpu_us = p->cpu_reaped;
  if (own_kernel) r->rss_bytes = resident(r->rss_bytes);
}

/* What the candidate's program used and left, by what the cgroup counted; `others`: processes that it had at its end. */
static void account(uint32_t count, int64_t cpu_spent, int64_t others) {
  struct program *p = &programs[0];
  struct result *r = &p->result;
  /* While it waited for its own processes, nobody else kept it from running. */
  uint64_t own_ms = r->cpu_us / 1000;
  r->waited_ms -= (uint32_t)(own_ms < r->waited_ms ? own_ms : r->waited_ms);
  /* Where the kernel's own memory for refused processes ran out, some of them were ended. */
  int64_t most = p->request.processes;
  if (count == 1 && others >= (memory_short ? most / 2 : most - 1)) r->flags |= PROCESSES_EXCEEDED;
  /* Also of processes that nobody has waited for: a program may have the kernel reap its children uncounted. */
  if (cpu_spent > (int64_t)p->cpu_reaped) r->cpu_us = (uint64_t)cpu_spent;
}

static void send_results(uint32_t count) {
  uint32_t size = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct result *r = &programs[i].result;
    size += (uint32_t)sizeof *r + r->stdout_bytes + r->stderr_bytes;
  }
  const struct program *only = &programs[0];
  if (count == 1 && size - sizeof only->result <= KEPT) {
    static char all[sizeof only->result + KEPT]; /* One write for most. */
    char *at = mempcpy(all, &only->result, sizeof only->result);
    at = mempcpy(at, only->out.bytes, only->result.stdout_bytes);
    memcpy(at, only->err.bytes, only->result.stderr_bytes);
    answer('r', all, size);
    return;
  }
  uint32_t head[2] = {'r', size};
  write_all(1, head, sizeof head);
  for (uint32_t i = 0; i < count; i++) {
    struct program *p = &programs[i];
    write_all(1, &p->result, sizeof p->result);
    send_kept(&p->out, p->result.stdout_bytes);
    send_kept(&p->err, p->result.stderr_bytes);
    reset_output(&p->out);
    reset_output(&p->err);
  }
}

void run(void) {
  static int failed; /* The run before, whatever its output says. */
  uint32_t count;
  take(&count, sizeof count);
  if (count < 1 || count > MAX_PROGRAMS) fail("a run of %u programs", count);
  for (uint32_t i = 0; i < count; i++) read_request(&programs[i]);
  for (uint32_t i = count; i < MAX_PROGRAMS; i++) programs[i].pid = 0;
  const struct request *request = &programs[0].request;
  if (request->flags & AFTER_SUCCESS && failed) {
    close(programs[0].input);
    struct result skipped = {.flags = SKIPPED};
    answer('r', &skipped, sizeof skipped);
    return;
  }
  wipe();
  /* Not without a count of processes: it tells whether a program has left any besides the interpreter. */
  if (request->warm > 0 && warm_pid == 0 && has_process_count()) start_warm(&programs[0]);
  if (own_kernel) settle_memory();
  memory_short = 0;
  ooms_before = oom_kills();
  int64_t cpu_before = cgroup_cpu_us();

  start_all(count);
  watch((int)count, cpu_before);

  int64_t others = process_count();
  if (own_kernel) {
    int looks = 0;
    uint64_t wait;
    over_memory(&looks, &wait); /* What has ended a moment ago still counts. */
  }
  uint32_t leftovers = end_all();
  int64_t cpu_after = cgroup_cpu_us();
  if (oom_kills() > ooms_before) memory_short = 1;
  if (!(request->flags & KEEP_FILES)) wipe(); /* Its files' memory may be what is missing for its output. */
  for (uint32_t i = 0; i < count; i++) collect(&programs[i], leftovers);
  account(count, cpu_before < 0 ? 0 : cpu_after - cpu_before - (count == 2 ? judge_cpu_us() : 0), others);
  const struct result *first = &programs[0].result;
  failed = first->flags != 0 || first->exit_code != 0 || first->signal != 0;
  send_results(count);
}
