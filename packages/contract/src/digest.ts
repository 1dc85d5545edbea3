/** Names of content: what is equal has the same name, in every process and on every machine. */
import { hash } from 'node:crypto';
import type { NormalizationInit } from './generated/assay/v1/Normalization.ts';
import type { ProblemInit } from './generated/assay/v1/Problem.ts';
import { problemCodec } from './proto.ts';

/**
 * Digest of what a verifier sees of a problem (everything but id, data set and token count), lower-case hex SHA-256.
 * Problems of different ids and equal content have equal digests, so their verdicts are shared.
 */
export function problemDigest(problem: ProblemInit): string {
  return hash('sha256', problemCodec.serialize({ ...problem, id: '', dataset: '', promptTokens: 0 }), 'hex');
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
 * Key of one judgement: (verifier, version, problem, normalised candidate). Equal keys get equal verdicts, so each
 * key is judged once. 22 characters of base64url: the first 132 bits of a SHA-256.
 */
export function judgementKey(verifier: string, version: string, digest: string, text: string): string {
  return hash('sha256', `${verifier}\0${version}\0${digest}\0${text}`, 'base64url').slice(0, 22);
}
