/** Names of content: what is equal has the same name, in every process and on every machine. */
import { hash } from 'node:crypto';
import type { NormalizationInit } from './generated/assay/v1/Normalization.ts';
import type { ProblemInit } from './generated/assay/v1/Problem.ts';
import type { Run } from './generated/assay/v1/Run.ts';
import { problemCodec } from './proto.ts';

/**
 * Digest of what a verifier sees of a problem (everything but id, data set and token count), lower-case hex SHA-256.
 * Problems of different ids and equal content have equal digests, so their verdicts are shared. A field that is
 * absent and one that is set to its default are equal, as they are on the wire.
 */
export function problemDigest(problem: ProblemInit): string {
  const content = withoutDefaults({ ...problem, id: '', dataset: '', promptTokens: 0 });
  return hash('sha256', problemCodec.serialize(content), 'hex');
}

/** Drops what protobuf takes for absent. A message that is set stays, even if it is empty. */
function withoutDefaults<T extends object>(message: T): T {
  const kept = Object.entries(message).filter(([, value]) => {
    if (typeof value !== 'object' || value === null) return Boolean(value);
    return !(Array.isArray(value) || value instanceof Uint8Array) || value.length > 0;
  });
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (Array.isArray(value))
        return [name, value.map((item) => (isMessage(item) ? withoutDefaults(item) : item))];
      return [name, isMessage(value) ? withoutDefaults(value) : value];
    }),
  ) as T;
}

function isMessage(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

/**
 * The text that stands for a candidate: lone surrogates replaced (protobuf strings are UTF-8), and trimmed where
 * the verifier declares that white space around it changes nothing.
 */
export function normalizeText(text: string, normalization: NormalizationInit): string {
  const wellFormed = text.toWellFormed();
  return normalization === 'NORMALIZATION_TRIM' ? wellFormed.trim() : wellFormed;
}

/**
 * The digest that goes into a candidate's key: the problem's own, but where a run is uncached, one that no other
 * candidate has, in any run. It goes on from the problem's, which is of one length, so that none equals another's.
 */
export function keyDigest(
  { id, uncached, createdMs }: Pick<Run, 'id' | 'uncached' | 'createdMs'>,
  digest: string,
  index: number,
): string {
  return uncached ? `${digest}+${id} ${createdMs} ${index}` : digest;
}

/**
 * Key of one judgement: (verifier, version, problem, normalised candidate). Equal keys get equal verdicts, so each
 * key is judged once. 22 characters of base64url: the first 132 bits of a SHA-256.
 */
export function judgementKey(verifier: string, version: string, digest: string, text: string): string {
  return hash('sha256', `${verifier}\0${version}\0${digest}\0${text}`, 'base64url').slice(0, 22);
}
