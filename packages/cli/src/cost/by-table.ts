/** Options that are for one table, `TABLE=VALUE`, or for all. */
import { usageError } from '../exit.ts';
import { oneLine } from '../terminal.ts';

/** What an option says: of single tables, and of all others. */
export interface ByTable<T> {
  readonly own: ReadonlyMap<string, T>;
  readonly all: T | undefined;
}

/**
 * Reads the values of an option. A value is for the table whose name and `=` it begins with (the longest such name, as
 * names may hold `=`), else for all. Error: `usage` where two are for the same.
 */
export function byTable<T>(
  option: string,
  values: readonly string[],
  tables: readonly string[],
  read: (value: string) => T,
): ByTable<T> {
  const own = new Map<string, T>();
  let all: { readonly value: T } | undefined;
  const longest = [...tables].sort((a, b) => b.length - a.length);
  for (const text of values) {
    const table = longest.find((name) => text.startsWith(`${name}=`));
    const twice = table === undefined ? all !== undefined : own.has(table);
    if (twice) {
      throw usageError(
        `${option} is given twice ${table === undefined ? 'for all tables' : `for ${oneLine(table)}`}.`,
        `Give ${option} once for all, and ${option} TABLE=… for single tables: ${some(tables)}.`,
      );
    }
    if (table === undefined) all = { value: read(text) };
    else own.set(table, read(text.slice(table.length + 1)));
  }
  return { own, all: all?.value };
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => oneLine(name, 40));
  return `${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}
