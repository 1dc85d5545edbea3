import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApi } from './index.ts';

const file = join(import.meta.dirname, '../../../docs/openapi.json');

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { operationId?: string; responses: object }>>;
  components: { schemas: Record<string, object> };
}

const document = (await openApi()) as Document;

test('docs/openapi.json is what the gateway serves (ASSAY_WRITE=1 writes it)', () => {
  if (process.env.ASSAY_WRITE === '1') writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(document)));
});

test('every reference leads somewhere, every schema is used, every operation has a name of its own', () => {
  assert.equal(document.openapi, '3.1.0');
  const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  assert.deepEqual([...new Set(referred)].sort(), Object.keys(document.components.schemas).sort());
  assert.equal(JSON.stringify(document).match(/"\$ref":/g)?.length, referred.length);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => id !== undefined));
  assert.ok(operations.length >= 14, `${operations.length} operations`);
});
