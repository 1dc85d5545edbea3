/** Tells KEDA how many replicas of a verifier the work is worth (external scaler: https://keda.sh/docs/latest/concepts/external-scalers/). */
import { AssayError, messageOf, type ScaledObjectRef, type ScalerHandlers, status } from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import type { Backlog, Backlogs } from './scaler-backlog.ts';

const metricName = 'assay-work-seconds';

/** Milliseconds between two looks for whoever waits for a change. */
const lookMs = 500;

/** A trigger's metadata. */
interface Trigger {
  verifier: string;
  /** Seconds of work that each slot should have before it. @default 10 */
  targetSecondsPerSlot: number;
  /** Share of the slots, in percent, that should be at work. @default 70 */
  targetBusyPercent: number;
  /** Slots of a replica, for as long as none has told. @default 1 */
  slotsPerReplica: number;
  /** Seconds that a candidate takes, for as long as none was measured. @default 1 */
  secondsPerCandidate: number;
}

/** Error: `bad_trigger`. */
export function triggerOf(metadata: Readonly<Record<string, string>> = {}): Trigger {
  const { verifier = '' } = metadata;
  if (!/^[a-z0-9-]{1,63}$/.test(verifier)) {
    throw new AssayError('bad_trigger', 'The trigger names no verifier: set metadata.verifier to its name.');
  }
  const positive = (name: string, otherwise: number) => {
    const value = metadata[name] === undefined ? otherwise : Number(metadata[name]);
    if (value > 0 && value <= 1e9) return value;
    throw new AssayError('bad_trigger', `metadata.${name} of the trigger is no number above 0.`);
  };
  return {
    verifier,
    targetSecondsPerSlot: positive('targetSecondsPerSlot', 10),
    targetBusyPercent: positive('targetBusyPercent', 70),
    slotsPerReplica: positive('slotsPerReplica', 1),
    secondsPerCandidate: positive('secondsPerCandidate', 1),
  };
}

/** Whether any replica is needed. */
export function isActive({ candidates, waiting }: Backlog): boolean {
  return candidates > 0 || waiting > 0;
}

/**
 * Seconds of work of one replica with all its slots: KEDA's autoscaler divides it by the target, and that many replicas
 * have each slot's work done within the target, or as many as have the wanted share of their slots at work, if that is
 * more. A candidate cannot be divided: where it takes longer than half the target, two candidates for each slot are as
 * much.
 */
export function wantedSeconds(backlog: Backlog, trigger: Trigger): number {
  const { candidates, waiting, workS, busySlots } = backlog;
  const secondsEach = workS > 0 ? workS / Math.max(1, candidates) : trigger.secondsPerCandidate;
  const all = (candidates + waiting) * secondsEach;
  const target = trigger.targetSecondsPerSlot;
  const slots = backlog.slotsPerReplica || trigger.slotsPerReplica;
  const byWork = all / slots / Math.max(target, 2 * secondsEach);
  const byUse = (busySlots / slots) * (100 / trigger.targetBusyPercent);
  return target * Math.max(byWork, byUse);
}

/** Everybody may ask, as KEDA can show no token: the answers are numbers about a verifier that is named. */
export function scalerHandlers(backlogs: Backlogs): ScalerHandlers {
  const about = async (ref: ScaledObjectRef | null) => {
    const trigger = triggerOf(ref?.scalerMetadata);
    return { trigger, backlog: await backlogs.of(trigger.verifier) };
  };
  return {
    IsActive: ({ request }, callback) => {
      about(request).then(
        ({ backlog }) => callback(null, { result: isActive(backlog) }),
        (error: unknown) => callback(refusal(error)),
      );
    },
    StreamIsActive: (call) => {
      let before: boolean | undefined;
      let timer: NodeJS.Timeout | undefined;
      let ended = false;
      const stop = () => {
        ended = true;
        clearTimeout(timer);
      };
      for (const event of ['cancelled', 'close', 'error']) call.on(event, stop);
      const look = async () => {
        try {
          const now = isActive((await about(call.request)).backlog);
          if (ended) return;
          if (now !== before) call.write({ result: now });
          before = now;
          timer = setTimeout(look, lookMs).unref();
        } catch (error) {
          if (!ended) call.emit('error', refusal(error));
        }
      };
      void look();
    },
    GetMetricSpec: ({ request }, callback) => {
      try {
        const { targetSecondsPerSlot } = triggerOf(request.scalerMetadata);
        const size = { targetSize: Math.ceil(targetSecondsPerSlot), targetSizeFloat: targetSecondsPerSlot };
        callback(null, { metricSpecs: [{ metricName, ...size }] });
      } catch (error) {
        callback(refusal(error));
      }
    },
    GetMetrics: ({ request }, callback) => {
      about(request.scaledObjectRef).then(
        ({ backlog, trigger }) => {
          const seconds = wantedSeconds(backlog, trigger);
          const value = { metricValue: Math.ceil(seconds), metricValueFloat: seconds };
          callback(null, { metricValues: [{ metricName: request.metricName || metricName, ...value }] });
        },
        (error: unknown) => callback(refusal(error)),
      );
    },
  };
}

function refusal(error: unknown): Partial<ServiceError> {
  const isOurs = error instanceof AssayError && error.code === 'bad_trigger';
  return { code: isOurs ? status.INVALID_ARGUMENT : status.UNAVAILABLE, details: messageOf(error) };
}
