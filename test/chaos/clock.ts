/** A process's wall clock that a test can move, by libfaketime; timers and monotonic clocks stay right. */
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');

/** Why clocks cannot be moved here; undefined: they can. */
export const noClocks = library && existsSync(library) ? undefined : 'libfaketime is not installed';

export class Clock {
  readonly #file: string;

  constructor(folder: string, name: string) {
    this.#file = join(folder, `${name}.clock`);
    this.jump(0);
  }

  /** Moves it to so many seconds off the right time. */
  jump(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  /** For the process whose clock it is to be. */
  get env(): Record<string, string> {
    if (library === undefined) return {};
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    };
  }
}
