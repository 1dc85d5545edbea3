// README.md of the Helm chart: its tables are made of the schema of its values (what they mean) and of values.yaml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: string[];
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly allOf?: { $ref: string }[];
}

/** The parts that have pods, by their place among the values. */
const components = [
  'orchestrator',
  'gateway',
  ...['math', 'code', 'lean', 'reward', 'rewardGpu'].map((v) => `verifiers.${v}`),
];
/** Columns of the table of defaults. */
const shown = [
  'enabled',
  'replicas',
  'slots',
  'drainSeconds',
  'startupSeconds',
  'scaling.by',
  'resources.requests',
  'resources.limits',
];

/** The whole file. */
export function chartReadme(chart: string): string {
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema;
  const values: unknown = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));
  const shared = at(schema, 'verifiers.math');
  const own = new Set(
    components.flatMap((place) =>
      Object.entries(at(schema, place)?.properties ?? {})
        .filter(([name, { description }]) => shared?.properties?.[name]?.description === description)
        .map(([name]) => `${place}.${name}`),
    ),
  );
  const rows = [...leaves(schema, '')]
    .filter(([place]) => ![...own].some((prefix) => place === prefix || place.startsWith(`${prefix}.`)))
    .map(([place, { description = '' }]) => [`\`${place}\``, description, code(valueAt(values, place))]);
  const sharedRows = [...leaves(shared ?? {}, '')].map(([place, { description = '' }]) => [
    `\`${place}\``,
    description,
  ]);
  const defaults = components.map((place) => [
    `\`${place}\``,
    ...shown.map((name) => code(valueAt(values, `${place}.${name}`))),
  ]);
  return `# The chart

What it installs, how to choose, how to keep it running: [deploy/README.md](../../README.md). Values for some kinds of
cluster: [deploy/values](../../values).

    helm install assay deploy/helm/assay --namespace assay --values deploy/values/kind.yaml

This file is made of \`values.schema.json\` and \`values.yaml\`: \`./assay node scripts/helm.ts --update\`.

## Values

${table(['Value', 'Meaning', 'Default'], rows)}

## Values of everything that has pods

Of \`orchestrator\`, \`gateway\`, and each of \`verifiers\` (\`slots\` and \`scaling\` of verifiers alone):

${table(['Value', 'Meaning'], sharedRows)}

Defaults:

${table(['', ...shown.map((name) => `\`${name}\``)], defaults)}
`;
}

/** Values that are set as one, with their places. */
function* leaves(schema: Schema, place: string): Generator<[string, Schema]> {
  if (schema.properties === undefined) yield [place, schema];
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    yield* leaves(inner, place === '' ? name : `${place}.${name}`);
  }
}

function at(schema: Schema, place: string): Schema | undefined {
  return place.split('.').reduce<Schema | undefined>((inner, name) => inner?.properties?.[name], schema);
}

function valueAt(values: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], values);
}

function code(value: unknown): string {
  if (value === undefined) return '';
  return `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')))),
  ].join('\n');
}
