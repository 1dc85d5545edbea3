/** The parsers by name: those of the twelve repositories of SWE-bench Lite, and of others that share them. */
import type { StatusMap } from '../status.ts';
import { django } from './django.ts';
import { matplotlib, pytest, pytestOptions, pytestPlain, seaborn } from './pytest.ts';
import { sympy } from './sympy.ts';

/** What the lines of a log say of each test; a later line goes before an earlier one. */
export type LogParser = (log: string) => StatusMap;

// Name in instances of version 5 (without `parse_log_`), repository in older ones, function.
const table: readonly (readonly [name: string, repository: string, parser: LogParser])[] = [
  ['astropy', 'astropy/astropy', pytestPlain],
  ['django', 'django/django', django],
  ['flask', 'pallets/flask', pytest],
  ['marshmallow', 'marshmallow-code/marshmallow', pytest],
  ['matplotlib', 'matplotlib/matplotlib', matplotlib],
  ['pvlib', 'pvlib/pvlib-python', pytest],
  ['pydicom', 'pydicom/pydicom', pytestOptions],
  ['pylint', 'pylint-dev/pylint', pytestOptions],
  ['astroid', 'pylint-dev/astroid', pytest],
  ['pytest', 'pytest-dev/pytest', pytest],
  ['pyvista', 'pyvista/pyvista', pytest],
  ['requests', 'psf/requests', pytestOptions],
  ['scikit', 'scikit-learn/scikit-learn', pytestPlain],
  ['seaborn', 'mwaskom/seaborn', seaborn],
  ['sphinx', 'sphinx-doc/sphinx', pytestPlain],
  ['sqlfluff', 'sqlfluff/sqlfluff', pytest],
  ['sympy', 'sympy/sympy', sympy],
  ['xarray', 'pydata/xarray', pytest],
];

const parsers = new Map<string, LogParser>([
  ...table.flatMap(([name, repository, parser]): [string, LogParser][] => [
    [`parse_log_${name}`, parser],
    [repository, parser],
  ]),
  ['parse_log_pytest_options', pytestOptions],
  ['parse_log_pytest_v2', pytestPlain],
]);

/**
 * The parser that an instance names, or else the one of its repository; undefined where there is none: a log is never
 * read with a parser that was guessed.
 */
export function findParser(problem: { logParser: string; repo: string }): LogParser | undefined {
  return parsers.get(problem.logParser === '' ? problem.repo : problem.logParser);
}
