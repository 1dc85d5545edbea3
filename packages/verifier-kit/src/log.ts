/** JSON lines on stderr: stdout belongs to the ready line. */
import { type Logger, pino } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Fields that are never logged, whatever a verifier's author passes on: with an error, metadata may come along. */
const secret = ['authorization', 'token', 'password', 'apiKey', 'headers', 'metadata'].flatMap((field) => [
  ...[field, `*.${field}`, `*.*.${field}`],
]);

export function stderrLogger(name: string, level: string): Logger {
  return pino(
    { name, level, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secret, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Faults can come with every candidate: the log gets some of each second, and a count of the others. */
export function faultLog(log: Logger, perSecond = 10): (message: string, detail: object) => void {
  let second = 0;
  let logged = 0;
  let suppressed = 0;
  return (message, detail) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      second = now;
      logged = 0;
    }
    if (++logged > perSecond) {
      suppressed++;
      return;
    }
    log.warn(suppressed === 0 ? detail : { ...detail, suppressed }, message);
    suppressed = 0;
  };
}
