/* While programs run: their limits, their output, their end. */
#include "supervisor.h"
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* Kills a program for what it did. */
static void stop_program(struct program *p, uint32_t why) {
  p->result.flags |= why;
  if (p->ended) return;
  if (why == WALL_EXCEEDED) p->result.waited_ms = waited_ms(p);
  kill(p->pid, SIGKILL);
}

/* Waits until all programs have ended, or have to be ended. */
void watch(int count, int64_t cpu_before) {
  struct pollfd polls[2 * MAX_PROGRAMS];
  struct output *outputs[2 * MAX_PROGRAMS];
  struct program *owners[2 * MAX_PROGRAMS];
  sigset_t none;
  sigemptyset(&none);
  uint64_t next_check = programs[0].started + 2000;
  uint64_t next_look = 0;
  int unreaped = 1, looks = 0;
  for (;;) {
    int alive = 0, streams = 0;
    uint64_t now = now_us();
    uint64_t pause = unreaped == 0 ? 0 : 1000000;
    for (int i = 0; i < count; i++) {
      struct program *p = &programs[i];
      if (!p->ended) {
        alive++;
        uint64_t wall = now - p->started;
        if (wall >= p->request.wall_us) stop_program(p, WALL_EXCEEDED);
        else if (p->request.wall_us - wall < pause) pause = p->request.wall_us - wall;
      }
      struct output *of[2] = {&p->out, &p->err};
      for (int s = 0; s < 2; s++) {
        if (of[s]->pipe < 0) continue;
        polls[streams] = (struct pollfd){of[s]->pipe, POLLIN, 0};
        outputs[streams] = of[s];
        owners[streams++] = p;
      }
    }
    if (alive == 0) break;
    /* Of two programs the candidate's comes first, and only its time is limited. */
    struct program *first = &programs[0];
    /* Also when it has ended, where a judge has not: what it left behind may go on. */
    if (now >= next_check) {
      int64_t cpu = cpu_before >= 0 ? cgroup_cpu_us() : -1;
      if (cpu >= 0) cpu -= cpu_before + (count == 2 ? judge_cpu_us() : 0);
      else cpu = processes_cpu_us(count == 2 ? programs[1].pid : 0) + (int64_t)first->cpu_reaped;
      int64_t left = (int64_t)first->request.cpu_us - cpu;
      if (left <= 0) stop_program(first, CPU_EXCEEDED);
      if (left <= 0 && first->ended) return;
      /* One that has as many as it may have wants more; what it then gets is a matter of chance. */
      if (count == 1 && process_count() >= first->request.processes) stop_program(first, PROCESSES_EXCEEDED);
      /* All processors together may use up what is left in a fraction of it. */
      uint64_t wait = left < 4000 ? 1000 : left < 40000 ? (uint64_t)left / 4 : 10000;
      next_check = now + wait;
    }
    if (next_check > now && next_check - now < pause) pause = next_check - now;
    if (own_kernel && now >= next_look) {
      uint64_t wait;
      if (over_memory(&looks, &wait)) {
        for (int i = 0; i < count; i++) stop_program(&programs[i], OUT_OF_MEMORY);
        kill(-1, SIGKILL);
        memory_short = 1;
      }
      next_look = now + wait;
    }
    if (own_kernel && next_look - now < pause) pause = next_look - now;
    struct timespec timeout = {(time_t)(pause / 1000000), (long)(pause % 1000000) * 1000};
    int ready = ppoll(polls, (nfds_t)streams, &timeout, &none);
    for (int i = 0; ready > 0 && i < streams; i++) {
      if (polls[i].revents == 0) continue;
      struct program *p = owners[i];
      drain(outputs[i], 16);
      if (p->out.total > p->out.limit) stop_program(p, OUTPUT_EXCEEDED);
    }
    /* No more at once than that limits are looked at in time: some breed faster than this reaps. */
    unreaped = 256;
    while (unreaped > 0 && reap(WNOHANG | __WALL) > 0) unreaped--;
  }
}
