/** Our judgement as a function, without isolation and gRPC: Math-Verify's is one as well. */
import { verify } from '@assay/math/verify';

/** Judges one pair; throws where the reference answer has no answer. */
export function check(gold: string, answer: string, policy: string): unknown {
  return verify(gold, answer, policy);
}
