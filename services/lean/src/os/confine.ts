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

let found: Promise<readonly string[]> | undefined;

/**
 * What to put before a command so that it and all that it starts are in a process and network space of their own, which
 * ends with the command. Empty where the machine does not allow that (containers often do not).
 */
export function confinement(): Promise<readonly string[]> {
  found ??= firstThatWorks();
  return found;
}

async function firstThatWorks(): Promise<readonly string[]> {
  for (const [command = '', ...args] of ways) {
    const { failed } = await execa(command, [...args, 'true'], {
      reject: false,
      stdio: 'ignore',
      timeout: 5_000,
    });
    if (!failed) return [command, ...args];
  }
  return [];
}
