/** Full reports for the live view: one is built at a time, seldom beside what that costs, and the last few are kept. */
import type { OrchestratorApi } from '@assay/client';
import { noDetails, type Report, renderHtml } from '@assay/report';
import { type Pace, Paced, Turns } from './paced.ts';

/** A report on a run that goes on is built anew after nine times what it took. */
const pace: Pace = { leastMs: 5_000, pauses: 9 };
/** Reports that are kept: each may take tens of megabytes. */
const kept = 4;

/** As bytes: one copy, however many ask for it and however slowly they take it. */
export class BuiltReport {
  readonly json: Buffer;
  #html: Buffer | undefined;

  constructor(json: string) {
    this.json = Buffer.from(json);
  }

  /** A page with all that it needs. */
  get html(): Buffer {
    this.#html ??= Buffer.from(renderHtml(JSON.parse(this.json.toString()) as Report, noDetails));
    return this.#html;
  }
}

export class Reports {
  readonly #api: OrchestratorApi;
  readonly #byRun = new Map<string, Paced<BuiltReport>>();
  readonly #turns = new Turns();

  constructor(api: OrchestratorApi) {
    this.#api = api;
  }

  /** The report on a run, as new as its pace allows; waits while it is built. `version` as of Figures. */
  get(id: string, version: string): Promise<BuiltReport> {
    const build = async () => new BuiltReport(await this.#api.getReport(id));
    const paced = this.#byRun.get(id) ?? new Paced(build, pace, this.#turns);
    // The last one asked for stands last.
    this.#byRun.delete(id);
    this.#byRun.set(id, paced);
    for (const [other, { isMaking }] of this.#byRun) {
      if (this.#byRun.size <= kept) break;
      if (!isMaking) this.#byRun.delete(other);
    }
    return paced.get(version);
  }
}
