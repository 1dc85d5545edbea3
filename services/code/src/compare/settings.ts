/** How a comparer is written: a name, and settings in brackets. */

/** What a comparer's text asks for; throws what is wrong with it as a SettingError. */
export class Settings {
  readonly #named = new Map<string, string>();
  readonly #bare: string[] = [];

  constructor(parts: readonly string[]) {
    for (const part of parts) {
      const [name = '', value, ...more] = part.split('=').map((side) => side.trim());
      if (name === '' || value === '' || more.length > 0)
        throw new SettingError(`cannot read "${part.trim()}"`);
      if (value === undefined) this.#bare.push(name);
      else if (this.#named.has(name)) throw new SettingError(`"${name}" is given twice`);
      else this.#named.set(name, value);
    }
  }

  /** Takes a bare word, whichever passes. */
  bare(pass: (word: string) => boolean): string | undefined {
    const at = this.#bare.findIndex(pass);
    return at < 0 ? undefined : this.#bare.splice(at, 1)[0];
  }

  flag(name: string): boolean {
    return this.bare((word) => word === name) !== undefined;
  }

  choice(name: string, choices: readonly string[]): string | undefined {
    const value = this.#take(name);
    if (value === undefined || choices.includes(value)) return value;
    throw new SettingError(`"${name}=${value}": it can be ${choices.join(' or ')}`);
  }

  tolerance(name: string): number | undefined {
    const value = this.#take(name);
    return value === undefined ? undefined : tolerance(value);
  }

  /** Throws where something was not taken. */
  done(): void {
    const [left] = [...this.#named.keys(), ...this.#bare];
    if (left !== undefined) throw new SettingError(`unknown setting "${left}"`);
  }

  #take(name: string): string | undefined {
    const value = this.#named.get(name);
    this.#named.delete(name);
    return value;
  }
}

export class SettingError extends Error {}

export function isNumber(word: string): boolean {
  return /^(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:e[+-]?\d{1,3})?$/i.test(word);
}

export function tolerance(text: string): number {
  if (isNumber(text) && Number.isFinite(Number(text))) return Number(text);
  throw new SettingError(`"${text}" is no tolerance: give a number from 0 such as 1e-9`);
}
