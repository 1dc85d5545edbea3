// JSON schemas of what the Helm chart renders, for kubeconform: made from Kubernetes' own OpenAPI document, and from the
// CRDs of what else the chart makes objects of, all out of Go modules. Unknown fields are faults.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { goModule, toolsFolder } from './go-tools.ts';

/** Changes whenever what is made of the modules does. */
const edition = 1;
const kubernetes = 'v1.37.2';
/** Files of CRDs, by module. */
const definitions = {
  'github.com/kedacore/keda/v2': {
    version: 'v2.21.0',
    files: ['scaledobjects', 'triggerauthentications'].map((name) => `config/crd/bases/keda.sh_${name}.yaml`),
  },
  'github.com/cert-manager/cert-manager': {
    version: 'v1.21.2',
    files: ['deploy/crds/cert-manager.io_certificates.yaml'],
  },
  'github.com/prometheus-operator/prometheus-operator': {
    version: 'v0.85.0',
    files: ['example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml'],
  },
} as const;

const folder = join(toolsFolder, `kube-schemas-${kubernetes}-${edition}`);

/** What kubeconform's -schema-location is to be. */
export const schemaLocation = join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json');

type Schema = { [key: string]: unknown };

/** Makes them unless they are there; false where the modules cannot be had, which is said on stdout. */
export async function provideSchemas(): Promise<boolean> {
  if (existsSync(folder)) return true;
  const draft = join(toolsFolder, `draft-${process.pid}`);
  try {
    await mkdir(draft, { recursive: true });
    const core = await goModule('k8s.io/kubernetes', kubernetes);
    if (core === undefined) return false;
    await writeCore(join(core, 'api/openapi-spec/swagger.json'), draft);
    for (const file of (await definitionFiles()) ?? []) await writeDefinition(file, draft);
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The files of CRDs; undefined where a module cannot be had. */
export async function definitionFiles(): Promise<string[] | undefined> {
  const found: string[] = [];
  for (const [module, { version, files }] of Object.entries(definitions)) {
    const place = await goModule(module, version);
    if (place === undefined) return undefined;
    found.push(...files.map((file) => join(place, file)));
  }
  return found;
}

/** A file for each kind, which holds all definitions that it needs. */
async function writeCore(openApi: string, to: string): Promise<void> {
  const all = (JSON.parse(await readFile(openApi, 'utf8')) as { definitions: Record<string, Schema> })
    .definitions;
  for (const [name, schema] of Object.entries(all)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as Record<
      'group' | 'version' | 'kind',
      string
    >[];
    // Options of calls belong to many groups, and are nothing to apply.
    if (kinds.length !== 1 || kinds[0] === undefined) continue;
    const needed = new Set([name]);
    for (const each of needed) for (const other of referencesOf(all[each])) needed.add(other);
    const own = Object.fromEntries([...needed].map((each) => [each, strict(all[each])]));
    const { group, version, kind } = kinds[0];
    await write(to, group, version, kind, { $ref: `#/definitions/${name}`, definitions: own });
  }
}

async function writeDefinition(file: string, to: string): Promise<void> {
  const { spec } = parse(await readFile(file, 'utf8')) as {
    spec: {
      group: string;
      names: { kind: string };
      versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
    };
  };
  for (const { name, schema } of spec.versions) {
    const whole = strict(schema.openAPIV3Schema) as { properties: Schema };
    // The server itself knows the rest of it.
    whole.properties = { ...whole.properties, metadata: { type: 'object' } };
    await write(to, spec.group, name, spec.names.kind, whole);
  }
}

function write(to: string, group: string, version: string, kind: string, schema: Schema): Promise<void> {
  const suffix = [group.split('.')[0], version].filter(Boolean).join('-');
  return writeFile(join(to, `${kind}-${suffix}.json`.toLowerCase()), JSON.stringify(schema));
}

function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' ? [String(inner).replace('#/definitions/', '')] : referencesOf(inner),
  );
}

/** As JSON Schema has it: no unknown fields, numbers where Kubernetes reads them, and no words. */
function strict(value: unknown): Schema {
  const walk = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    const schema = Object.fromEntries(
      Object.entries(inner).map(([key, each]) => [key, key === 'properties' ? properties(each) : walk(each)]),
    );
    if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) {
      return { type: ['integer', 'string'] };
    }
    if (schema.properties !== undefined && !schema['x-kubernetes-preserve-unknown-fields']) {
      schema.additionalProperties ??= false;
    }
    delete schema.description;
    return schema;
  };
  // Names of fields, which may be "description".
  const properties = (fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, walk(each)]));
  return walk(value) as Schema;
}
