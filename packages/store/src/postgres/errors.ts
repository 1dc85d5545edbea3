/** What an error of the database means for whoever asked. */
import { AssayError, messageOf } from '@assay/contract';
import { refusedError } from '../refused.ts';

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** The server is starting, stopping, or has no connection left; SQLSTATE classes 08, 57P0x and 53300. */
const away = /^(08...|57P0[1-5]|25P03|53300)$/;
const network =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)$/;
/** What pg says without a code. */
const spoken =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/;

/** Whether the connection is gone, or none can be had now: on another one it may work. */
export function isLost(error: unknown): boolean {
  if (error instanceof AssayError) return false;
  const code = codeOf(error);
  return away.test(code) || network.test(code) || (code === '' && spoken.test(messageOf(error)));
}

/** Whether the database gave a transaction up for the sake of another (deadlock, serialization). */
export function isConflict(error: unknown): boolean {
  return codeOf(error) === '40P01' || codeOf(error) === '40001';
}

/** Whether a row was refused because another has its key in this index. */
export function isTaken(error: unknown, index: string): boolean {
  return codeOf(error) === '23505' && (error as { constraint?: string }).constraint === index;
}

/** Whether the SQLSTATE says that what was to be stored is at fault (its value, size, or what it refers to). */
function hasRefusingState(error: unknown): boolean {
  return /^(22|23|54)...$/.test(codeOf(error));
}

/** The server starts up: no reason to give up when a store is opened. */
export function isStarting(error: unknown): boolean {
  return codeOf(error) === '57P03';
}

/** What happened, in one line. Several addresses that refused are one error with no message of its own. */
export function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return messageOf(error) || codeOf(error);
}

export function openError(location: string, error: unknown): AssayError {
  if (error instanceof AssayError) return error;
  return new AssayError('store_open', `Cannot open the store ${location}: ${textOf(error)}`, {
    mend: 'See that the server runs there, and that user, password and database are right: --store postgres://USER@HOST:PORT/DATABASE, with the password in PGPASSWORD or in the file that PGPASSFILE names.',
  });
}

export function writeError(location: string, error: unknown): AssayError {
  if (error instanceof AssayError) return error;
  if (hasRefusingState(error)) return refusedError(location, textOf(error));
  return new AssayError('store_write', `Cannot write to the store ${location}: ${textOf(error)}`, {
    mend: 'Nothing stored before is lost. Mend the database (see its log), then run the same command again.',
    cause: error,
  });
}

export function readError(location: string, error: unknown): AssayError {
  if (error instanceof AssayError) return error;
  return new AssayError('store_read', `Cannot read the store ${location}: ${textOf(error)}`, {
    mend: 'Mend the database (see its log), then run the same command again.',
    cause: error,
  });
}
