/** Options that several commands share, and how their values are read. */
import { securityEnv, securityFlags } from '@assay/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds to the values before. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** `a,b`, repeatable; each name counts once. */
export function collectNames(value: string, before: string[] | undefined): string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give a name.');
  return [...new Set([...(before ?? []), ...names])];
}

/** `a,b`, repeatable: each read by `one`. */
export function listOf<T>(one: (value: string) => T): (value: string, before: T[] | undefined) => T[] {
  return (value, before) => [...(before ?? []), ...value.split(',').map((each) => one(each.trim()))];
}

/** Reads whole numbers between two bounds. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

export function numberWithin(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
  };
}

export function shareOf(value: string): number {
  const share = Number(value);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('Give a share between 0 and 1, such as 0.95.');
}

export function addressOf(value: string): string {
  if (/^.+:\d{1,5}$/.test(value) && Number(value.slice(value.lastIndexOf(':') + 1)) < 65_536) return value;
  throw new InvalidArgumentError('Give HOST:PORT.');
}

/** `HOST:PORT`, `[IPv6]:PORT`, or a port of this machine alone. */
function httpAddressOf(value: string): HttpAddress {
  const [, bracketed, host = bracketed ?? '127.0.0.1', port = ''] =
    /^(?:(?:\[([\da-fA-F:.]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(value) ?? [];
  if (port !== '' && Number(port) < 65_536) return { host, port: Number(port) };
  throw new InvalidArgumentError('Give PORT or HOST:PORT.');
}

export interface HttpAddress {
  host: string;
  port: number;
}

export const httpOption = (text: string) => new Option('--http <[host:]port>', text).argParser(httpAddressOf);

export const metricsOption = () =>
  new Option(
    '--metrics <[host:]port>',
    'serve /metrics for Prometheus, /healthz and /readyz there; a port alone: on this machine',
  ).argParser(httpAddressOf);

export const graceOption = () =>
  new Option('--grace <seconds>', 'that open calls have to end once a signal asks for an end')
    .argParser(wholeNumber(0, 86_400))
    .default(5);

export const storeOption = () =>
  new Option(
    '--store <place>',
    'file of the store, or postgres://USER@HOST:PORT/DATABASE for one that several share; its password belongs in ' +
      'PGPASSFILE or ASSAY_STORE, as arguments can be read by others',
  )
    .argParser(hidePassword)
    .env('ASSAY_STORE')
    .default('.assay/store.db');

/** One that was given all the same is not left in the list of processes. */
function hidePassword(place: string): string {
  if (/:\/\/[^/@]*:.*@|[?&]password=/i.test(place)) process.title = 'assay';
  return place;
}

export const orchestratorOption = () =>
  new Option(
    '--orchestrator <addresses>',
    'HOST:PORT[,…] of an orchestrator that runs already, or of several that share a store; repeatable',
  ).argParser(listOf(addressOf));

export const levelOption = () =>
  new Option('--level <share>', 'confidence level of intervals').argParser(shareOf).default(0.95);

export const jsonOption = (what: string) => new Option('--json', `${what} as JSON on stdout`);

export const tableFormatOption = () =>
  new Option('--format <name>', 'format of the tables; default: found from their content').choices([
    'csv',
    'jsonl',
    'parquet',
  ]);

export const verifierAddressOption = () =>
  new Option(
    '--verifier-address <host:port>',
    'replica that runs already, or dns:HOST:PORT for all behind a name; repeatable',
  ).argParser((value: string, before: string[] | undefined) => collect(addressOf(value), before));

export const verifierOption = (text: string) =>
  new Option('--verifier <names>', text).argParser(collectNames);

export const selectorOption = () =>
  new Option(
    '--selector <names>',
    'NAME[,NAME…], repeatable: further verifiers, by whose scores candidates are picked',
  ).argParser(collectNames);

export const replicasOption = () =>
  new Option('--replicas <n>', 'local processes of each built-in verifier')
    .argParser(wholeNumber(1, 1000))
    .default(1);

export const slotsOption = () =>
  new Option('--slots <n>', 'candidates that each of them judges at the same time').argParser(
    wholeNumber(1, 100_000),
  );

const tokenFlags = {
  orchestrator: ['--token-file <file>', 'file whose first line is the token to show to the orchestrator'],
  verifiers: ['--verifier-token-file <file>', 'file whose first line is the token to show to verifiers'],
} as const;

/**
 * Adds the flags by which a command connects: TLS, and tokens for whom it calls. They go into the environment, where all
 * that connects finds them.
 */
export function addSecurity(command: Command, ...callees: (keyof typeof tokenFlags)[]): Command {
  const flags = [...securityFlags, ...callees.map((callee) => tokenFlags[callee])];
  for (const [flag, text] of flags) {
    const name = securityEnv(flag);
    const option = new Option(flag, `${text} (env: ${name})`).helpGroup('Security:');
    command.addOption(option).hook('preAction', () => {
      const value: unknown = command.getOptionValue(option.attributeName());
      if (value === undefined) return;
      process.env[name] = value === true ? '1' : String(value);
      // A file that is named now goes before a token that is always there.
      if (name === 'ASSAY_TOKEN_FILE') delete process.env.ASSAY_TOKEN;
    });
  }
  return command;
}
