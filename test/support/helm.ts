/** Helm's own renders of the chart, with values of a test's own. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { goTool } from './go-tools.ts';
import { type KubeObject, parseRender } from './kube.ts';
import { startProgram } from './process.ts';
import { repository } from './temp.ts';

export const helm = goTool('helm');
const chart = join(repository, 'deploy/helm/assay');

/** What `helm template` says with these `--set`s. */
export async function template(t: TestContext, set: readonly string[], release = 'assay') {
  const flags = set.flatMap((each) => ['--set', each]);
  return startProgram(t, helm.path, ['template', release, chart, '--namespace', 'assay', ...flags]).ended;
}

/** The objects that it makes. */
export async function rendered(
  t: TestContext,
  set: readonly string[],
  release?: string,
): Promise<KubeObject[]> {
  const { code, stdout, stderr } = await template(t, set, release);
  assert.equal(code, 0, stderr);
  return parseRender(stdout);
}

/** Egress for the code verifier's pods. */
const codeEgress = 'networkPolicy.codeEgress[0]';
export const egress = `${codeEgress}.to[0].ipBlock.cidr=10.0.0.6/32,${codeEgress}.ports[0].port=2376`;
