/** Namespaces of Linux, where the machine lets us make them: no network, and no process that outlives its check. */
import { execa } from 'execa';

const own = ['--pid', '--fork', '--kill-child', '--mount-proc', '--net', '--ipc', '--'];

/**
 * The first process of a space: it waits for the command, which would be deaf to its own signals in its place. A
 * command that ends by a signal gives its exit code: 128 and the signal's number.
 */
const first = ['/bin/sh', '-c', '"$@"; exit $?', 'sh'];

/** Best first. Not root of the new user namespace: a candidate's code needs no rights over it. */
const ways = [
  ['unshare', '--user', '--map-current-user', ...own, ...first],
  ['unshare', ...own, ...first],
];

/** Ends a command when this process does, however it ends. */
const binding = ['setpriv', '--pdeathsig', 'KILL', '--'];

let found: Promise<readonly string[]> | undefined;
let bound: Promise<readonly string[]> | undefined;

/**
 * What to put before a command so that it and all that it starts are in a process and network space of their own, which
 * ends with the command. Empty where the machine does not allow that (containers often do not).
 */
export function confinement(): Promise<readonly string[]> {
  found ??= firstThatWorks(ways);
  return found;
}

/**
 * What to put before a command, and before its confinement, so that `kill -9` of this process leaves nothing of it behind:
 * Lean would go on with a proof that has no end. Empty where the machine has no such program.
 */
export function boundToThis(): Promise<readonly string[]> {
  bound ??= firstThatWorks([binding]);
  return bound;
}

async function firstThatWorks(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  for (const [command = '', ...args] of commands) {
    const { failed } = await execa(command, [...args, 'true'], {
      reject: false,
      stdio: 'ignore',
      timeout: 5_000,
    });
    if (!failed) return [command, ...args];
  }
  return [];
}
