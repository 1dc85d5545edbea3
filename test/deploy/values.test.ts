/** The chart's values: the schema says all of them, refuses all others, and its defaults are what values.yaml has. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { repository } from '../support/temp.ts';

interface Schema {
  readonly type?: string | string[];
  readonly description?: string;
  readonly additionalProperties?: boolean | Schema;
  readonly properties?: Record<string, Schema>;
  readonly patternProperties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly definitions?: Record<string, Schema>;
  readonly allOf?: { $ref: string }[];
  readonly $ref?: string;
}

const chart = join(repository, 'deploy/helm/assay');
const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema;
const values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as unknown;

/** Kubernetes' own objects, which are passed on as they are. */
const passedOn = ['nodeAffinity', 'podAffinity', 'podAntiAffinity', 'global'];

function* objects(place: string, at: Schema): Generator<[string, Schema]> {
  if (at.type === 'object') yield [place, at];
  const inner = { ...at.properties, ...at.patternProperties, ...at.definitions };
  for (const [name, each] of Object.entries(inner)) yield* objects(`${place}.${name}`, each);
  if (at.items !== undefined) yield* objects(`${place}[]`, at.items);
}

test('no object takes names that it does not know', () => {
  for (const [place, { additionalProperties }] of objects('', schema)) {
    if (passedOn.some((name) => place.endsWith(`.${name}`))) continue;
    assert.ok(additionalProperties === false || typeof additionalProperties === 'object', place);
  }
});

test('every value says what it means', () => {
  for (const [place, { properties = {} }] of objects('', schema)) {
    for (const [name, { description, $ref }] of Object.entries(properties)) {
      assert.ok($ref !== undefined || (description ?? '').endsWith('.'), `${place}.${name}`);
    }
  }
});

test('values.yaml has every value, and no other', () => {
  const compare = (place: string, at: Schema, value: unknown) => {
    const names = Object.keys(at.properties ?? {}).filter((name) => place !== '' || name !== 'global');
    if (names.length === 0) return;
    assert.equal(typeof value, 'object', place);
    assert.deepEqual(Object.keys(value as object).sort(), names.sort(), place || 'values.yaml');
    for (const [name, each] of Object.entries(at.properties ?? {})) {
      compare(`${place}.${name}`, each, (value as Record<string, unknown>)[name]);
    }
  };
  compare('', schema, values);
});

test('every reference within the schema resolves', () => {
  const text = JSON.stringify(schema);
  for (const [, name = ''] of text.matchAll(/"#\/definitions\/([^"]+)"/g))
    assert.ok(schema.definitions?.[name], name);
  for (const name of Object.keys(schema.definitions ?? {})) {
    assert.ok(text.includes(`"#/definitions/${name}"`), `${name} is not used`);
  }
});
