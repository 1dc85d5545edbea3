// Folders `draft-PID`, in which a process makes something that takes long before it gives it its name.

/** Whether a folder of that name was left by a process that was killed; undefined where it is no draft. */
export function isAbandoned(name: string): boolean | undefined {
  const [, pid] = /^draft-(\d+)$/.exec(name) ?? [];
  return pid === undefined ? undefined : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
