// Imports point one way. Layers are data, lowest first; a package may import packages of lower layers only, by
// name, and only those that its package.json lists. A service never imports another service.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const layers = [
  ['contract'],
  ['statistics', 'datasets', 'store', 'verifier-kit', 'client'],
  ['report', 'sampler'],
  ['orchestrator', 'gateway', 'math', 'code', 'lean', 'reward'],
  ['cli'],
  ['test', 'bench'],
];

const root = join(import.meta.dirname, '..');
const rank = new Map<string, number>(
  layers.flatMap((names, layer) => names.map((name) => [`@assay/${name}`, layer] as const)),
);
/** The last line of an import or re-export, as the formatter writes it. */
const statement = /^(?:(?:import|export)\b.* from|\} from|import) '([^']+)';$/gm;
const faults: string[] = [];

for (const manifest of globSync('{packages,services}/*/package.json', { cwd: root }).concat(
  'test/package.json',
  'bench/package.json',
)) {
  const folder = join(root, dirname(manifest));
  const {
    name,
    dependencies = {},
    devDependencies = {},
  } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as Record<string, never> & {
    name: string;
    dependencies?: object;
    devDependencies?: object;
  };
  const listed = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  const own = rank.get(name);
  if (own === undefined) {
    faults.push(`${manifest}: ${name} has no layer; give it one in scripts/imports.ts`);
    continue;
  }
  for (const file of globSync('**/*.ts', { cwd: folder, exclude: (path) => path === 'node_modules' })) {
    const path = join(folder, file);
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(statement)) {
      const where = `${relative(root, path)}: ${specifier}`;
      if (specifier.startsWith('.')) {
        if (relative(folder, resolve(dirname(path), specifier)).startsWith('..')) {
          faults.push(`${where} reaches into another package: import it by name`);
        }
        continue;
      }
      if (specifier.startsWith('node:')) continue;
      const parts = specifier.split('/');
      const imported = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
      if (imported === name) continue;
      if (!listed.has(imported)) faults.push(`${where} is not listed in ${manifest}`);
      const other = rank.get(imported);
      if (other !== undefined && other >= own) faults.push(`${where} points the wrong way`);
    }
  }
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
