// The Helm chart (deploy/helm/assay): linted and rendered by the real Helm for each of deploy/values, compared with the
// renders that are kept in test/deploy/golden, and checked by kubeconform against Kubernetes' own schemas. Where Go, or
// what is built with it, cannot be had, it is left out, saying so; test/deploy checks the kept renders all the same.
//   ./assay node scripts/helm.ts            checks
//   ./assay node scripts/helm.ts --update   writes the renders and the chart's README.md anew
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { goTool } from './go-tools.ts';
import { chartReadme } from './helm-readme.ts';
import { provideSchemas, schemaLocation } from './kube-schemas.ts';
import { attempt, timed } from './machine.ts';

const root = join(import.meta.dirname, '..');
export const chart = join(root, 'deploy/helm/assay');
const values = join(root, 'deploy/values');
const golden = join(root, 'test/deploy/golden');

export const helmTool = ['helm.sh/helm/v4/cmd/helm', 'v4.3.1'] as const;
const kubeconformTool = ['github.com/yannh/kubeconform/cmd/kubeconform', 'v0.8.0'] as const;
/** The newest that there are schemas of, and that is the one they are checked for. */
const kubeVersion = 'v1.37.2';

/** Flags of Helm, by name: without any values, and with each file of deploy/values. */
export function cases(): Record<string, string[]> {
  const files = readdirSync(values).filter((file) => file.endsWith('.yaml'));
  const named = files.map((file) => {
    const name = basename(file, '.yaml');
    return [
      name,
      ['--namespace', name === 'code-apart' ? 'assay-code' : 'assay', '--values', join(values, file)],
    ];
  });
  return { defaults: ['--namespace', 'assay'], ...Object.fromEntries(named) };
}

/** True where all is as it should be, or cannot be checked here. */
export async function checkChart(update = false): Promise<boolean> {
  const faults: string[] = [];
  const same = (file: string, content: string, what: string) => {
    if (update) return writeFileSync(file, content);
    if (read(file) !== content)
      faults.push(`${what} is not up to date: ./assay node scripts/helm.ts --update`);
  };
  same(join(chart, 'README.md'), chartReadme(chart), 'deploy/helm/assay/README.md');
  // A chart holds no file of other folders.
  same(
    join(chart, 'files/dashboard.json'),
    read(join(root, 'deploy/grafana/assay.json')),
    "the chart's dashboard",
  );
  const helm = await goTool(...helmTool);
  const kubeconform = await goTool(...kubeconformTool);
  if (helm !== undefined) {
    for (const [name, flags] of Object.entries(cases())) {
      const lint = await attempt(helm, ['lint', '--strict', '--quiet', chart, ...flags]);
      if (!lint.ok) faults.push(`helm lint, ${name}: ${lint.output}`);
      const render = await attempt(helm, [
        ...['template', 'assay', chart, '--kube-version', kubeVersion],
        ...flags,
      ]);
      if (render.ok)
        same(join(golden, `${name}.yaml`), withoutChance(render.output), `test/deploy/golden/${name}.yaml`);
      else faults.push(`helm template, ${name}: ${render.output}`);
    }
  }
  const hasSchemas = kubeconform !== undefined && (await timed('schemas', provideSchemas));
  if (hasSchemas) {
    const { ok, output } = await attempt(kubeconform, [
      ...['-strict', '-summary', '-kubernetes-version', kubeVersion.slice(1)],
      ...['-schema-location', schemaLocation, golden],
    ]);
    console.log(`kubeconform: ${output.trim()}`);
    if (!ok) faults.push('kubeconform finds faults in the renders');
  }
  for (const fault of faults) console.log(fault);
  return faults.length === 0;
}

/** The password that the chart makes differs each time. */
function withoutChance(render: string): string {
  return render.replace(/^( {2}(?:password|url)): \S{24,}$/gm, '$1: bWFkZSBieSB0aGUgY2hhcnQ=');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) process.exitCode = (await checkChart(process.argv.includes('--update'))) ? 0 : 1;
