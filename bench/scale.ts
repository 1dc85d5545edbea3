// The plan to internet scale: what 10⁹ candidates a day need and cost, what gives way first, and how far to trust it.
//
//   assay bench scale [--per-day 1e9] [--set verifiers.math.share=0.7]… [--inputs FILE.json] [--seed 1]
//                     [--parts measure,day,loads,limits,sensitivity,reality] [--replicas 1,2,3,4,5,6]
//                     [--service-ms 100] [--seconds 10] [--json]
//
// A day of each verifier's fleet in steps of 5 s: daily profile and waves, cache, autoscaler, start times, lost pods. The math
// verifier's time is measured first; the other figures and their sources are in scale/inputs.ts, and each can be set
// (docs/scale.md says what they mean). "reality" runs a small fleet for real, and compares.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { controlPlane, costOf } from './scale/cost.ts';
import { simulateDay } from './scale/day.ts';
import { type Inputs, overrideOf, peakFactor, withOverrides } from './scale/inputs.ts';
import { limitsOf } from './scale/limits.ts';
import { measureMath } from './scale/measure.ts';
import { table } from './scale/print.ts';
import { compare } from './scale/reality.ts';
import { sensitivityOf } from './scale/sensitivity.ts';

const allParts = ['measure', 'day', 'loads', 'limits', 'sensitivity', 'reality'];
const { values } = parseArgs({
  options: {
    'per-day': { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    parts: { type: 'string', default: allParts.join(',') },
    replicas: { type: 'string', default: '1,2,3,4,5,6' },
    'service-ms': { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const parts = values.parts.split(',');
const seed = Number(values.seed);
const results: Record<string, unknown> = {};
const say = (text: string) => {
  if (!values.json) console.log(text);
};

function inputsOf(measured: object): Inputs {
  const given =
    values.inputs === undefined ? {} : (JSON.parse(readFileSync(values.inputs, 'utf8')) as object);
  const perDay = values['per-day'] === undefined ? {} : { perDay: Number(values['per-day']) };
  return [given, perDay, ...values.set.map(overrideOf)].reduce<Inputs>(
    (inputs, each) => withOverrides(each, inputs),
    withOverrides(measured),
  );
}

const significant = (value: number, digits = 3) => Number(value.toPrecision(digits)).toLocaleString('en');
const seconds = (value: number) =>
  value < 1 ? `${significant(value * 1000)} ms` : `${significant(value)} s`;
const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
const dollars = (value: number) => `$ ${Math.round(value).toLocaleString('en')}`;

try {
  for (const part of parts) {
    if (!allParts.includes(part)) throw new Error(`There is no part ${part}: ${allParts.join(', ')}.`);
  }
  const serviceS = parts.includes('measure') ? await measureMath(4) : undefined;
  if (serviceS !== undefined) say(`math, measured: ${seconds(serviceS)} of CPU a candidate\n`);
  const inputs = inputsOf(serviceS === undefined ? {} : { verifiers: { math: { serviceS } } });
  results.inputs = inputs;
  const load = `${significant(inputs.perDay)} candidates a day`;

  if (parts.includes('day')) {
    const days = simulateDay(inputs, seed);
    results.day = days;
    say(
      `a day of ${load}: ${significant(inputs.perDay / 86_400)}/s, ${peakFactor(inputs).toFixed(2)} times that at the peak\n`,
    );
    say(
      table(
        [
          'verifier',
          'judged',
          'shared',
          'p50',
          'p99',
          'pods, most',
          'mean',
          'cores, mean',
          'GPUs, mean',
          'busy',
          'lost pods',
          'redone',
        ],
        Object.entries(days).map(([name, each]) => {
          const { coresPerPod = 0, gpusPerPod = 0 } = inputs.verifiers[name] ?? {};
          const mean = each.podHours / 24;
          return [
            name,
            significant(each.judged),
            significant(each.shared),
            seconds(each.quantileS(0.5)),
            seconds(each.quantileS(0.99)),
            significant(each.mostPods, 6),
            significant(mean),
            significant(mean * coresPerPod),
            significant(mean * gpusPerPod),
            percent(each.busy),
            significant(each.podsLost, 6),
            significant(each.redone, 6),
          ];
        }),
      ),
    );
    const { orchestrators, stores } = controlPlane(inputs);
    const rowBytes = inputs.perDay * inputs.postgres.bytesPerRow;
    const { candidateBytes, verdictBytes, hops } = inputs.network;
    const wire = (inputs.perDay / 86_400) * peakFactor(inputs) * (candidateBytes + verdictBytes) * hops;
    say(
      `\n${orchestrators} orchestrators, ${stores} Postgres; ${significant(rowBytes / 1e9)} GB of rows a day, ` +
        `${significant((rowBytes * inputs.postgres.retentionDays) / 1e12)} TB kept; ${significant(wire / 1e9)} GB/s at the peak`,
    );
    const cost = costOf(inputs, days);
    results.cost = cost;
    const items = Object.entries(cost).filter(([name]) => name !== 'total' && name !== 'perMillion');
    say(
      `${dollars(cost.total)} a day, $ ${cost.perMillion.toFixed(2)} per million candidates: ` +
        items.map(([name, value]) => `${name} ${dollars(value)}`).join(', '),
    );
  }

  if (parts.includes('loads')) {
    const loads = [1e6, 1e7, 1e8, 1e9, 1e10].map((perDay) => {
      const at = { ...inputs, perDay };
      const days = simulateDay(at, seed);
      return { perDay, days, cost: costOf(at, days), ...controlPlane(at) };
    });
    results.loads = loads;
    say('\nby load\n');
    const names = Object.keys(inputs.verifiers);
    say(
      table(
        [
          'a day',
          ...names.map((name) => `${name}: pods, p99`),
          'orchestrators',
          'stores',
          '$ a day',
          '$ per million',
        ],
        loads.map(({ perDay, days, cost, orchestrators, stores }) => [
          perDay.toExponential(0),
          ...names.map((name) => {
            const each = days[name];
            return each === undefined
              ? ''
              : `${significant(each.mostPods, 6)}, ${seconds(each.quantileS(0.99))}`;
          }),
          String(orchestrators),
          String(stores),
          significant(cost.total),
          significant(cost.perMillion),
        ]),
      ),
    );
  }

  if (parts.includes('limits')) {
    const limits = limitsOf(inputs);
    results.limits = limits;
    say('\nwhat gives way first as the load grows\n');
    say(
      table(
        ['candidates a day', 'part', 'full', 'remedy'],
        limits.map(({ perDay, part, full, remedy }) => [perDay.toExponential(1), part, full, remedy]),
      ),
    );
  }

  if (parts.includes('sensitivity')) {
    const rows = sensitivityOf(inputs, seed);
    results.sensitivity = rows;
    say(`\nif one input were another (${load})\n`);
    say(
      table(
        ['input', 'instead', 'cost', 'p99 of the slowest'],
        rows.map(({ input, instead, cost, p99 }) => [
          input,
          instead,
          `${cost >= 1 ? '+' : '−'}${percent(Math.abs(cost - 1))}`,
          `× ${p99.toFixed(2)}`,
        ]),
      ),
    );
  }

  if (parts.includes('reality')) {
    const rows = await compare({
      replicas: values.replicas.split(',').map(Number),
      slots: 4,
      serviceMs: Number(values['service-ms']),
      seconds: Number(values.seconds),
      seed,
    });
    results.reality = rows;
    say(
      `\nthe simulator beside a real orchestrator and real verifiers: 4 slots of ${values['service-ms']} ms, ` +
        'at 70 % of what they can do\n',
    );
    const both = ([predicted, measured]: readonly [number, number], digits: number) => [
      predicted.toFixed(digits),
      measured.toFixed(digits),
      (measured / predicted).toFixed(2),
    ];
    say(
      table(
        [
          'replicas',
          'per s: told',
          'found',
          'ratio',
          'p50 ms: told',
          'found',
          'ratio',
          'p99 ms: told',
          'found',
          'ratio',
        ],
        rows.map(({ replicas, throughput, p50, p99 }) => [
          String(replicas),
          ...both(throughput, 0),
          ...both(p50, 1),
          ...both(p99, 1),
        ]),
      ),
    );
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
