/** What a new run must be. */
import { AssayError, type CreateRunRequestInit, mostPriority, mostWeight } from '@assay/contract';
import type { RunSettings } from '@assay/store';

const maxUint32 = 0xffff_ffff;
/** What is kept of a run stays small: each verifier that is named is remembered, and labels are listed with every run. */
const maxVerifiers = 16;
const maxLabelChars = 65_536;

/** Settings with their defaults. Error: `invalid_run`. */
export function runSettings(request: CreateRunRequestInit, id: string, tenant: string): RunSettings {
  const { verifiers = [], labels = {}, priority = 0, maxAttempts = 0, maxInFlight = 0 } = request;
  const refuse = (what: string, mend: string): never => {
    throw new AssayError('invalid_run', what, { mend });
  };
  const names = 'Name one or more verifiers, each once; ids are [A-Za-z0-9._-], up to 128 characters.';
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(id))
    refuse(`${JSON.stringify(id.slice(0, 200))} is not a run id.`, names);
  if (verifiers.length === 0 || new Set(verifiers).size < verifiers.length) {
    refuse(`Run ${id} names no verifier, or one twice.`, names);
  }
  const odd = verifiers.find((name) => !/^[a-z0-9-]{1,63}$/.test(name));
  if (odd !== undefined || verifiers.length > maxVerifiers) {
    const what = odd === undefined ? `${verifiers.length} verifiers` : JSON.stringify(odd.slice(0, 80));
    refuse(
      `Run ${id} names ${what}.`,
      `Name at most ${maxVerifiers} verifiers; their names are [a-z0-9-]{1,63}.`,
    );
  }
  if (JSON.stringify(labels).length > maxLabelChars) {
    refuse(`Run ${id} has too many labels.`, `They may take ${maxLabelChars} characters as JSON.`);
  }
  if (!Number.isInteger(priority) || Math.abs(priority) > mostPriority) {
    refuse(
      `Run ${id} has priority ${priority}.`,
      `Give a whole number from -${mostPriority} to ${mostPriority}; 0 is the default, and higher goes first.`,
    );
  }
  // 0 is what the wire has where nothing was given.
  const weight = Number(request.weight ?? 0) === 0 ? 1 : Number(request.weight);
  if (!(weight >= 1 / mostWeight && weight <= mostWeight)) {
    refuse(
      `Run ${id} has weight ${request.weight}.`,
      `Give a number from ${1 / mostWeight} to ${mostWeight}; 1 is the default.`,
    );
  }
  for (const [name, count] of Object.entries({ max_attempts: maxAttempts, max_in_flight: maxInFlight })) {
    if (Number.isInteger(count) && count >= 0 && count <= maxUint32) continue;
    refuse(`Run ${id} has ${name} ${count}.`, 'Give a whole number below 2³², or 0 for the default.');
  }
  return {
    id,
    verifiers,
    earlyStop: request.earlyStop ?? false,
    maxAttempts,
    labels: Object.fromEntries(Object.entries(labels)),
    uncached: request.uncached ?? false,
    priority,
    weight,
    maxInFlight,
    tenant,
  };
}
