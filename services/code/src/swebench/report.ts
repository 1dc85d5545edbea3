/** Reports with the field names of SWE-bench's harness: one for each instance, one for a run. */
import type { Graded, TestsStatus } from './grade.ts';
import type { FailureLabel } from './labels.ts';

/** What `report.json` holds under an instance's id. */
export interface InstanceReport {
  patch_is_None: boolean;
  patch_exists: boolean;
  patch_successfully_applied: boolean;
  resolved: boolean;
  tests_status?: TestsStatus;
}

/** The summary of a run, `schema_version` 2. */
export interface RunReport {
  total_instances: number;
  submitted_instances: number;
  completed_instances: number;
  resolved_instances: number;
  unresolved_instances: number;
  infra_failure_instances: number;
  ambiguous_failure_instances: number;
  empty_patch_instances: number;
  error_instances: number;
  completed_ids: string[];
  incomplete_ids: string[];
  empty_patch_ids: string[];
  submitted_ids: string[];
  resolved_ids: string[];
  unresolved_ids: string[];
  infra_failure_ids: string[];
  ambiguous_failure_ids: string[];
  error_ids: string[];
  failure_reasons: Record<string, string>;
  schema_version: 2;
}

/** What became of one instance's patch; `report` is missing where there was no verdict on it. */
export interface InstanceOutcome {
  readonly instanceId: string;
  readonly patch: string | null;
  readonly report?: InstanceReport;
  readonly failure?: FailureLabel;
}

/** The report on one patch; `graded` is missing where its log could not be graded, or there is none. */
export function instanceReport(
  patch: string | null,
  graded?: Pick<Graded, 'tests' | 'resolution'>,
): InstanceReport {
  const report: InstanceReport = {
    patch_is_None: patch === null,
    patch_exists: patch !== null,
    patch_successfully_applied: graded !== undefined,
    resolved: graded?.resolution === 'RESOLVED_FULL',
  };
  if (graded !== undefined) report.tests_status = graded.tests;
  return report;
}

/** The summary of a run over a data set's instances; predictions may be missing for some. */
export function runReport(instanceIds: readonly string[], outcomes: readonly InstanceOutcome[]): RunReport {
  const byId = new Map(outcomes.map((outcome) => [outcome.instanceId, outcome]));
  const select = (test: (outcome: InstanceOutcome) => boolean) =>
    outcomes
      .filter(test)
      .map(({ instanceId }) => instanceId)
      .sort();
  const empty = ({ patch }: InstanceOutcome) => patch === null || patch === '';
  const completed = select((outcome) => !empty(outcome) && outcome.report !== undefined);
  const resolved = select((outcome) => !empty(outcome) && outcome.report?.resolved === true);
  const unresolved = select((outcome) => !empty(outcome) && outcome.report?.resolved === false);
  const errors = select((outcome) => !empty(outcome) && outcome.report === undefined);
  const infra = select(({ failure }) => failure?.kind === 'environment');
  const ambiguous = select(({ failure }) => failure?.kind === 'ambiguous');
  const emptied = select(empty);
  return {
    total_instances: instanceIds.length,
    submitted_instances: outcomes.length,
    completed_instances: completed.length,
    resolved_instances: resolved.length,
    unresolved_instances: unresolved.length,
    infra_failure_instances: infra.length,
    ambiguous_failure_instances: ambiguous.length,
    empty_patch_instances: emptied.length,
    error_instances: errors.length,
    completed_ids: completed,
    incomplete_ids: instanceIds.filter((id) => !byId.has(id)).sort(),
    empty_patch_ids: emptied,
    submitted_ids: [...byId.keys()].sort(),
    resolved_ids: resolved,
    unresolved_ids: unresolved,
    infra_failure_ids: infra,
    ambiguous_failure_ids: ambiguous,
    error_ids: errors,
    failure_reasons: Object.fromEntries(
      outcomes.flatMap(({ instanceId, failure }) =>
        failure === undefined ? [] : [[instanceId, failure.reason]],
      ),
    ),
    schema_version: 2,
  };
}
