/** How much the day's cost and times hang on single inputs. */
import { costOf } from './cost.ts';
import { simulateDay } from './day.ts';
import { type Inputs, withOverrides } from './inputs.ts';

export interface Sensitivity {
  input: string;
  instead: string;
  /** Over that of the inputs as they are; 1 is no change. */
  cost: number;
  /** The largest p99 of any verifier, over that of the inputs as they are. */
  p99: number;
}

export function sensitivityOf(inputs: Inputs, seed: number): Sensitivity[] {
  const { verifiers, scaling, postgres, gvisor } = inputs;
  const all = (change: (verifier: Inputs['verifiers'][string]) => object) => ({
    verifiers: Object.fromEntries(Object.entries(verifiers).map(([name, each]) => [name, change(each)])),
  });
  const variants: [string, string, object][] = [
    ['duplicates', 'none are shared', all(() => ({ duplicates: 0 }))],
    ['service times', 'twice as long', all(({ serviceS }) => ({ serviceS: 2 * serviceS }))],
    ['waves', 'none: the daily profile alone', { waves: { factor: 1 } }],
    ['waves', 'four times as many', { waves: { factor: 4 } }],
    ['preemptible machines', 'none', { spotShare: 0 }],
    ['preemptible machines', 'live an hour', { spotLifeS: 3_600 }],
    ['target of the scaler', '5 s for each', all(() => ({ targetS: 5 }))],
    ['least pods', 'what the mean needs', all(() => ({ floor: 1 }))],
    ['start of a node', '5 minutes', { scaling: { nodeStartS: 300 } }],
    ['use of the slots', '50 %', { scaling: { utilization: scaling.utilization === 0.5 ? 0.7 : 0.5 } }],
    ['days kept in Postgres', 'a tenth', { postgres: { retentionDays: postgres.retentionDays / 10 } }],
  ];
  const { code, lean } = verifiers;
  if (code !== undefined) {
    const serviceS = code.serviceS * gvisor.factor;
    variants.push(['programs', 'in gVisor', { verifiers: { code: { serviceS } } }]);
  }
  if (lean !== undefined) {
    variants.push(['share of Lean', 'half', { verifiers: { lean: { share: lean.share / 2 } } }]);
  }
  const figures = (of: Inputs) => {
    const days = simulateDay(of, seed);
    const p99 = Math.max(...Object.values(days).map((each) => each.quantileS(0.99)));
    return { cost: costOf(of, days).total, p99 };
  };
  const before = figures(inputs);
  return variants.map(([input, instead, change]) => {
    const { cost, p99 } = figures(withOverrides(change, inputs));
    return { input, instead, cost: cost / before.cost, p99: p99 / before.p99 };
  });
}
