/** From what an author's function returns to a verdict that keeps the contract. */
import { type PartInit, type Reason, type VerdictInit, VerdictStatus, verdictFault } from '@assay/contract';
import type { VerdictBody } from './definition.ts';

const statusNames = Object.values(VerdictStatus);
const maxUint32 = 0xffffffff;
const textFields = new Set(['name', 'reason', 'message', 'answer', 'answerClass']);

export function statusName(status: VerdictInit['status']): VerdictStatus {
  return (typeof status === 'number' ? statusNames[status] : status) ?? 'VERDICT_STATUS_UNSPECIFIED';
}

export function errorBody(reason: Reason, message: string, retryable: boolean): VerdictBody {
  return { status: 'ERROR', reason, message, retryable };
}

/** Says in what a verdict breaks the contract, `decides` included; undefined where it keeps it. */
export function bodyFault(body: VerdictBody, decides: boolean): string | undefined {
  if (typeof body !== 'object' || body === null) return `a verdict that is ${String(body)}`;
  const shape = shapeFault(body);
  if (shape !== undefined) return shape;
  const status = statusName(body.status);
  const parts = (body.parts ?? []).map((part) => ({ ...statement(part), name: part.name ?? '' }));
  const fault = verdictFault({ ...statement(body), parts });
  if (fault !== undefined) return fault;
  if (status === 'ERROR' || (status === 'SCORED') !== decides) return undefined;
  return `${status} from a verifier that ${decides ? 'decides' : 'scores'}`;
}

/** Types say what an author may return, and do not hold for what came out of JSON.parse or a catch. */
function shapeFault(body: VerdictBody | PartInit): string | undefined {
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined) continue;
    if (textFields.has(field) && typeof value !== 'string') return `a ${field} that is no text`;
    if (field === 'score' && typeof value !== 'number') return 'a score that is no number';
    if (field === 'parts') {
      if (!Array.isArray(value)) return 'parts that are no list';
      for (const part of value as unknown[]) {
        if (typeof part !== 'object' || part === null) return `a part that is ${String(part)}`;
        const fault = shapeFault(part);
        if (fault !== undefined) return `a part with ${fault}`;
      }
    }
  }
  return undefined;
}

/** What a verdict or a part states, with what is absent filled in. */
function statement({ status, reason = '', score }: VerdictBody | PartInit) {
  return {
    status: statusName(status),
    reason,
    ...(score !== undefined && { score: Number(score), _score: 'score' as const }),
  };
}

/** The verdict as it is sent: times filled in where the author gave none, texts well formed, the message one line. */
export function sealed(body: VerdictBody, index: number, queueUs: number, serviceUs: number): VerdictInit {
  const { times } = body;
  return {
    ...body,
    index,
    message: oneLine(body.message),
    answer: body.answer?.toWellFormed() ?? '',
    answerClass: body.answerClass?.toWellFormed() ?? '',
    times: {
      queueUs: Math.min(times?.queueUs ?? queueUs, maxUint32),
      serviceUs: Math.min(times?.serviceUs ?? serviceUs, maxUint32),
      cpuUs: times?.cpuUs ?? 0,
    },
  };
}

function oneLine(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  return text
    .toWellFormed()
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .trim();
}

/** Rough upper bound of a verdict's encoded bytes: enough to keep a response within what clients read. */
export function encodedBound(verdict: VerdictInit): number {
  let units =
    (verdict.message?.length ?? 0) + (verdict.answer?.length ?? 0) + (verdict.answerClass?.length ?? 0);
  for (const part of verdict.parts ?? []) {
    units += 32 + (part.name?.length ?? 0) + (part.reason?.length ?? 0) + (part.message?.length ?? 0);
    const { stdout, stderr, files = [] } = part.run?.output ?? {};
    units += (stdout?.length ?? 0) + (stderr?.length ?? 0);
    for (const { name, content } of files) units += 32 + (name?.length ?? 0) + (content?.length ?? 0);
  }
  return 128 + 3 * units;
}
