/** The main() of a verifier's process: flags, ready line, signals, exit codes. */
import {
  AssayError,
  Dialer,
  messageOf,
  type Security,
  securityEnv,
  securityFlags,
  securityOf,
  startTracing,
  Tokens,
} from '@assay/contract';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Limits, VerifierDefinition } from './definition.ts';
import { logLevels } from './log.ts';
import { type Registration, register } from './register.ts';
import { type RunningVerifier, serveVerifier } from './server.ts';

interface Flags extends Partial<Limits>, Security {
  host: string;
  port: number;
  metricsPort?: number;
  graceMs: number;
  maxConnectionAgeMs?: number;
  logLevel: string;
  exitWithParent: boolean;
  register?: string[];
  advertise?: string;
  registerTokenFile?: string;
  tokens?: string;
}

const exitCodes = { ok: 0, failed: 1, usage: 2 };

/** Codes of errors that only other flags can mend. */
const misuses = ['bad_definition', 'bad_flags', 'usage', 'bad_file', 'plain_text'];

/**
 * Runs a verifier as a process. Writes one JSON line to stdout when it is ready, logs JSON lines to stderr.
 * SIGTERM or SIGINT drains and exits with 0, or with 1 where calls outlasted the grace; a second signal exits
 * at once. Bad flags exit with 2. Resolves when the verifier is ready.
 */
export async function runVerifier(
  definition: VerifierDefinition,
  argv: string[] = process.argv,
): Promise<void> {
  try {
    await run(definition, parse(definition, argv));
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
    process.stderr.write(`${error instanceof AssayError ? `error: ${error.message}` : stackOf(error)}\n`);
    const misused = error instanceof AssayError && misuses.includes(error.code);
    process.exit(misused ? exitCodes.usage : exitCodes.failed);
  }
}

async function run(definition: VerifierDefinition, flags: Flags): Promise<void> {
  if (flags.register !== undefined && flags.advertise === undefined && isWildcard(flags.host)) {
    throw new AssayError(
      'bad_flags',
      `--register needs an address to make known, and ${flags.host} is none`,
      {
        mend: 'Add --advertise HOST:PORT, as the orchestrator reaches this verifier.',
      },
    );
  }

  const endTracing = await startTracing(definition.name);
  // It would write plain text to stderr; what matters of it is thrown as well.
  setLogVerbosity(logVerbosity.NONE);
  const { register: orchestrators = [], registerTokenFile: tokenFile } = flags;
  const security = securityOf<Security>(flags);
  // Asked before anything starts: what is wrong with files and flags should be told at once.
  const dialer =
    orchestrators.length > 0 && new Dialer({ ...security, ...(tokenFile !== undefined && { tokenFile }) });
  const dialed = dialer ? orchestrators.map((each) => [each, dialer.dial(each)] as const) : [];
  const verifier = await serveVerifier(definition, {
    ...flags,
    security,
    tokens: flags.tokens === undefined ? undefined : new Tokens(flags.tokens),
    onStuck: () => process.exit(exitCodes.failed),
  });
  const { log, address } = verifier;
  const registrations = dialed.map(([orchestrator, way]) =>
    register(orchestrator, flags.advertise ?? address, way, log),
  );

  const stop = stopper(verifier, registrations, endTracing);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error) => {
      log.fatal({ err: error }, event);
      process.exit(exitCodes.failed);
    });
  }
  if (flags.exitWithParent) {
    // Both events tell of one thing; a second stop would cut the drain short.
    let told = false;
    const onGone = () => {
      if (!told) stop('the parent is gone');
      told = true;
    };
    for (const event of ['end', 'close']) process.stdin.once(event, onGone);
    process.stdin.on('error', () => {});
    process.stdin.resume();
  }
  // Whoever started this may have stopped reading.
  process.stdout.on('error', () => {});
  const { name, version } = definition;
  process.stdout.write(`${JSON.stringify({ ready: true, address, name, version })}\n`);
}

function stopper(
  verifier: RunningVerifier,
  registrations: readonly Registration[],
  endTracing: () => Promise<void>,
): (why: string) => void {
  let stopping = false;
  return async (why) => {
    verifier.log.info({ why }, stopping ? 'stopping at once' : 'stopping');
    if (stopping) process.exit(exitCodes.failed);
    stopping = true;
    try {
      await Promise.all([...registrations.map((each) => each.drain()), verifier.drain()]).finally(endTracing);
      process.exit(exitCodes.ok);
    } catch (error) {
      verifier.log.error(messageOf(error));
      process.exit(exitCodes.failed);
    }
  };
}

function parse(definition: VerifierDefinition, argv: string[]): Flags {
  const command = new Command(definition.name)
    .description(`Verifier of ${definition.kinds.join(', ')}, as a gRPC service.`)
    .version(definition.version)
    .exitOverride()
    .allowExcessArguments(false);
  const flag = (flags: string, env: string, text: string) =>
    new Option(flags, text).env(`ASSAY_VERIFIER_${env}`);
  const count = (flags: string, env: string, text: string, least = 1, most = 0x7fffffff) =>
    flag(flags, env, text).argParser((value) => whole(value, least, most));
  const options = [
    flag('--host <host>', 'HOST', 'address to listen on').default('127.0.0.1'),
    count('--port <port>', 'PORT', 'port to listen on; 0: a free one', 0, 65535).default(0),
    count('--metrics-port <port>', 'METRICS_PORT', 'serve /metrics and /healthz; 0: a free port', 0, 65535),
    count('--slots <n>', 'SLOTS', 'candidates (or batches) judged at the same time'),
    count('--capacity <n>', 'CAPACITY', 'candidates accepted in total'),
    count('--max-batch <n>', 'MAX_BATCH', 'most candidates in one call'),
    count('--candidate-timeout-ms <ms>', 'CANDIDATE_TIMEOUT_MS', 'time after which a candidate is given up'),
    count('--grace-ms <ms>', 'GRACE_MS', 'time for a drain before calls are ended by force', 0).default(
      25_000,
    ),
    count(
      '--max-connection-age-ms <ms>',
      'MAX_CONNECTION_AGE_MS',
      'time after which a connection takes no new call; default: never',
    ),
    flag('--log-level <level>', 'LOG_LEVEL', 'how much to log').choices(logLevels).default('info'),
    flag('--exit-with-parent', 'EXIT_WITH_PARENT', 'stop when stdin ends').default(false),
    flag('--register <host:port,…>', 'REGISTER', 'make known to these orchestrators').argParser((value) =>
      value.split(',').map(hostPort),
    ),
    flag('--advertise <host:port>', 'ADVERTISE', 'address to make known').argParser(hostPort),
    flag('--register-token-file <file>', 'REGISTER_TOKEN_FILE', 'token to show there, in its first line'),
    flag('--tokens <file>', 'TOKENS', 'callers must show one of these tokens (assay token new)'),
    ...securityFlags.map(([flags, text]) => new Option(flags, `${text} (env: ${securityEnv(flags)})`)),
  ];
  for (const option of options) command.addOption(option);
  return command.parse(argv).opts<Flags & Record<string, unknown>>();
}

function whole(value: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
}

function hostPort(value: string): string {
  if (/^.+:\d{1,5}$/.test(value)) return value;
  throw new InvalidArgumentError('Give host:port.');
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
