/** The benchmark's tables. */
import { type Agreement, type Score, sum } from './agreement.ts';
import type { Latency, Speed } from './speed.ts';

export function agreementTable(agreements: readonly Agreement[]): string {
  const head = ['suite', 'preset', 'n', 'right', '%', 'FP', 'FN', 'undecided', 'MV right', '%', 'FP', 'FN'];
  const rows = agreements.map(({ suite, preset, pairs, ours, peer }) => {
    return [suite, preset, `${pairs}`, ...oursCells(ours, pairs), ...peerCells(peer, pairs)];
  });
  const pairs = agreements.reduce((n, agreement) => n + agreement.pairs, 0);
  const peers = agreements.flatMap(({ peer }) => peer ?? []);
  const total = [
    'all',
    '',
    `${pairs}`,
    ...oursCells(sum(agreements.map(({ ours }) => ours)), pairs),
    ...peerCells(peers.length > 0 ? sum(peers) : undefined, pairs),
  ];
  return table([head, ...rows, total], 2);
}

function oursCells(score: Score, pairs: number): string[] {
  const { right, falsePositives, falseNegatives, undecided } = score;
  return [right, share(right, pairs), falsePositives, falseNegatives, undecided].map(String);
}

function peerCells(score: Score | undefined, pairs: number): string[] {
  if (score === undefined) return ['–', '–', '–', '–'];
  const { right, falsePositives, falseNegatives } = score;
  return [right, share(right, pairs), falsePositives, falseNegatives].map(String);
}

/** Every verdict of ours that differs from its label, those without a reason first. */
export function differenceList(agreements: readonly Agreement[]): string {
  const differences = agreements.flatMap((agreement) => agreement.differences);
  const open = differences.filter(({ reason }) => reason === undefined);
  const lines = [...open, ...differences.filter(({ reason }) => reason !== undefined)].map((difference) => {
    const { suite, row, hash, gold, answer, expected, outcome, message, peer, reason } = difference;
    const theirs = peer === undefined ? '' : `, MV ${peer === expected ? 'right' : 'wrong'}`;
    return [
      `${suite}:${row} ${hash}: ${outcome}, label ${expected ? 'equal' : 'unequal'}${theirs}`,
      `  gold   ${shorten(gold)}`,
      `  answer ${shorten(answer)}`,
      `  ${reason === undefined ? message : `reason: ${reason}`}`,
    ].join('\n');
  });
  const heading = `${differences.length} differences from labels, ${open.length} of them without a reason`;
  return [heading, ...lines, ''].join('\n');
}

export function speedTable(speeds: readonly Speed[]): string {
  const head = [
    'workload',
    'pairs',
    'calls',
    'idle',
    'over gRPC',
    'in process',
    'MV',
    'ratio gRPC',
    'in process',
  ];
  const rows = speeds.map(({ workload, pairs, calls, idle, ours, inProcess, peer }) => {
    const ratio = (rate: number) => (peer === undefined ? '–' : `${(rate / peer).toFixed(0)}×`);
    const rates = [idle.toFixed(0), ours.toFixed(0), inProcess.toFixed(0), peer?.toFixed(0) ?? '–'];
    return [workload, `${pairs}`, `${calls}`, ...rates, ratio(ours), ratio(inProcess)];
  });
  return table([head, ...rows], 1);
}

export function latencyTable(latencies: readonly Latency[]): string {
  const rows = latencies.flatMap(({ workload, client, service, peer }) => [
    [`${workload}: our client, one call a pair`, ...cells(client)],
    [`${workload}: our service, of these`, ...cells(service)],
    ...(peer ? [[`${workload}: MV, parse, parse, verify`, ...cells(peer)]] : []),
  ]);
  return table([['latency, ms', 'p50', 'p99'], ...rows], 1);
}

function cells({ p50, p99 }: Latency['client']): string[] {
  return [p50.toFixed(2), p99.toFixed(2)];
}

function share(part: number, of: number): string {
  return ((100 * part) / Math.max(1, of)).toFixed(1);
}

/** One line, its end where it is long: that is where the answer stands. */
function shorten(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length <= 160 ? line : `…${line.slice(-160)}`;
}

/** Columns; the first `left` ones are flush left. */
function table(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
