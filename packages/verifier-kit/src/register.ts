/** Makes a verifier known to an orchestrator, again within every lease, until it is told to drain. */
import { connectOrchestrator, type Dialed, messageOf } from '@assay/contract';
import type { Logger } from 'pino';

const callMs = 5000;
const retryMs = 1000;

export interface Registration {
  /** Takes the verifier out of the orchestrator's service. */
  drain(): Promise<void>;
}

export function register(orchestrator: string, address: string, dialed: Dialed, log: Logger): Registration {
  const connection = connectOrchestrator(orchestrator, dialed);
  let timer: NodeJS.Timeout | undefined;
  let known: boolean | undefined;

  const call = (drain: boolean) =>
    new Promise<number>((resolve, reject) => {
      const deadline = Date.now() + callMs;
      connection.registerVerifier({ address, drain }, { deadline }, (error, response) => {
        if (error !== null) reject(error);
        else resolve(response?.leaseS ?? 0);
      });
    });

  const keep = async () => {
    let nextMs = retryMs;
    try {
      // A third of the lease: two registrations may be lost before the orchestrator forgets the verifier.
      nextMs = Math.max(retryMs, ((await call(false)) * 1000) / 3);
      if (known !== true) log.info({ orchestrator, address }, 'registered');
      known = true;
    } catch (error) {
      if (known !== false)
        log.warn({ orchestrator, error: messageOf(error) }, 'not registered; trying again');
      known = false;
    }
    if (timer !== undefined) timer = setTimeout(keep, nextMs).unref();
  };

  timer = setTimeout(keep, 0);
  return {
    async drain() {
      clearTimeout(timer);
      timer = undefined;
      try {
        if (known) await call(true);
      } catch (error) {
        log.warn({ orchestrator, error: messageOf(error) }, 'the orchestrator was not told of the drain');
      }
      connection.close();
    },
  };
}
