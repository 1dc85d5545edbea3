/**
 * Why our verdict differs from a label on purpose: reasons by the hash of the pair, as the data are not ours to copy.
 * `pairHash` names a pair; `assay bench math` prints it with every difference that has no reason yet.
 */
import { createHash } from 'node:crypto';

/** The first 12 hex digits of SHA-256 over reference answer and candidate. */
export function pairHash(gold: string, answer: string): string {
  return createHash('sha256')
    .update(JSON.stringify([gold, answer]))
    .digest('hex')
    .slice(0, 12);
}

/** Reasons by hash. */
export const reasons: Readonly<Record<string, string>> = {
  '04a1fc03d5a5': 'Prose: the parts are named in words, in another order.',
  '79b1cba76ebd': 'The label is wrong: the reference lists two things, the answer is their product.',
  b3412c482b56: 'The label is wrong: the same numbers in another order.',
  bdc31b65f78a: 'Prose: conditions that say the same in other words.',
  '2f6774a6bfbc': 'One of the two values of the reference is missing.',
  '7e688662bd04': 'The label is looser than any rounding to the digits shown.',
  '403440f8db41': 'The label is looser than rounding: the reference is cut off.',
  '23ee313dfb00': 'Prose: a construction, and the name of what it constructs.',
  '4a479718eb48': 'A list stands for a chain of inequalities.',
  a01cb9359bdb: 'Prose: residue classes in words.',
  d06873a6bf88: 'Prose: the reference is a sentence, the answer a number of it.',
  '8dda6fb92a88': 'The label is looser than rounding: different numbers.',
  fe8a18355502: 'The label is looser than rounding: different numbers.',
  e5121d76467d: 'One decimal rounds the other: strict takes no decimal for another.',
  '12182cca4358': 'Prose: a sentence, and the word that matters.',
  '317a8f9cd502': 'Prose: a sentence, and the words that matter.',
  '7667de056219': 'A formula may go over several lines in LaTeX; this test wants none to be found.',
  '0d8ce887b1a9': 'A formula may go over several lines in LaTeX; this test wants none to be found.',
  '56e2c8788373': 'This test rounds to 4 decimals; the preset has the default of 6.',
  fb836a3ae5f8: 'The label is wrong: a sum and a difference are asserted to be equal.',
  b662614068f1: 'Items without brackets have no order; the labels are those of a comparison of strings.',
  '44bdf63e72ac': 'Equal numbers; the label asks not to divide.',
  '439083f38956': 'There is no reference answer to judge by.',
  '631c47195869': 'More digits than the reference: strict takes no decimal for another.',
};
