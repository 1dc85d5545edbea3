/** The files of a new verifier: small, working, tested. */
import { AssayError } from '@assay/contract';

export interface NewVerifierOptions {
  /** Kind of problem it takes (Custom.kind). @default the name, with _ for - */
  kind?: string;
}

/**
 * Files of a verifier package for services/NAME, by path in it.
 * Throws AssayError `bad_name` where the name or kind breaks the contract.
 */
export function newVerifierFiles(name: string, options: NewVerifierOptions = {}): Record<string, string> {
  const kind = options.kind ?? name.replaceAll('-', '_');
  if (!/^[a-z0-9-]{1,63}$/.test(name)) {
    throw new AssayError('bad_name', `${JSON.stringify(name)} is no name of a verifier`, {
      mend: 'Use 1 to 63 of a-z, 0-9 and -.',
    });
  }
  if (!/^[a-z0-9_]{1,63}$/.test(kind)) {
    throw new AssayError('bad_name', `${JSON.stringify(kind)} is no kind of problem`, {
      mend: 'Use 1 to 63 of a-z, 0-9 and _.',
    });
  }
  return {
    'package.json': packageJson(name),
    'tsconfig.json': tsconfig,
    'README.md': readme(name, kind),
    'problem.json': problem(kind),
    'src/main.ts': main,
    'src/verifier.ts': verifier(name, kind),
    'src/verifier.test.ts': test(kind),
  };
}

const packageJson = (name: string) => `{
  "name": "@assay/${name}",
  "version": "0.1.0",
  "description": "The ${name} verifier.",
  "private": true,
  "type": "module",
  "engines": {
    "node": ">=24"
  },
  "exports": {
    ".": "./src/verifier.ts"
  },
  "scripts": {
    "start": "node src/main.ts",
    "types": "tsc --project .",
    "test": "node --disable-warning=ExperimentalWarning --test \\"src/**/*.test.ts\\""
  },
  "dependencies": {
    "@assay/verifier-kit": "0.1.0"
  }
}
`;

const tsconfig = `{
  "extends": "../../tsconfig.base.json",
  "include": ["src"]
}
`;

const main = `import { runVerifier } from '@assay/verifier-kit';
import { verifier } from './verifier.ts';

await runVerifier(verifier);
`;

const verifier = (
  name: string,
  kind: string,
) => `import type { VerdictBody, VerifierDefinition } from '@assay/verifier-kit';

/** What \`custom.json\` of a problem holds. */
interface Spec {
  answer: string;
}

export const verifier: VerifierDefinition = {
  name: '${name}',
  // Verdicts are cached under name and version: change it whenever a verdict could change.
  version: '1',
  kinds: ['${kind}'],

  checkProblem(problem) {
    const spec: Partial<Spec> | null = JSON.parse(problem.custom?.json ?? 'null');
    return typeof spec?.answer === 'string' ? undefined : 'json has no text "answer"';
  },

  verify(problem, candidate) {
    const { answer }: Spec = JSON.parse(problem.custom?.json ?? '');
    return judge(candidate.text, answer);
  },
};

/** The last line of the text must be the answer. */
export function judge(text: string, wanted: string): VerdictBody {
  const answer = text.trimEnd().split('\\n').at(-1)?.trim() ?? '';
  if (answer === '') return { status: 'INCORRECT', reason: 'no_answer' };
  if (answer !== wanted) return { status: 'INCORRECT', reason: 'wrong_answer', answer, answerClass: answer };
  return { status: 'CORRECT', answer, answerClass: answer };
}
`;

const test = (kind: string) => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance, serveVerifier } from '@assay/verifier-kit';
import { judge, verifier } from './verifier.ts';

test('the last line decides', () => {
  assert.equal(judge('Six times seven\\n42\\n', '42').status, 'CORRECT');
  assert.equal(judge('42\\nor rather 41', '42').reason, 'wrong_answer');
  assert.equal(judge(' \\n', '42').reason, 'no_answer');
});

test('keeps the contract', async () => {
  const running = await serveVerifier(verifier, { logLevel: 'fatal' });
  try {
    const results = await conformance(running.address, {
      problem: { custom: { kind: '${kind}', json: JSON.stringify({ answer: '42' }) } },
      candidates: ['42', '41', ''],
    });
    assert.deepEqual(
      results.filter(({ status }) => status === 'fail'),
      [],
    );
  } finally {
    await running.close();
  }
});
`;

const problem = (kind: string) => `{
  "problem": { "custom": { "kind": "${kind}", "json": "{\\"answer\\": \\"42\\"}" } },
  "candidates": ["42", "41", ""]
}
`;

const readme = (name: string, kind: string) => `# ${name}

A verifier of problems of kind \`${kind}\`. It judges in \`src/verifier.ts\`: one function, from a problem and a
candidate to a verdict. Everything else (gRPC, limits, timeouts, health, metrics, drain) is the kit's.

\`\`\`sh
npm test                  # the function, and the conformance suite
npm start                 # writes one line with its address, then serves
npm start -- --help       # port, slots, timeouts, metrics, registration
\`\`\`

\`problem.json\` is a problem with candidates for \`assay conformance HOST:PORT --problem problem.json\`, which checks a
running verifier: keep it one that is judged.

A problem says what its verifier needs in \`custom\`:

\`\`\`json
{ "custom": { "kind": "${kind}", "json": "{\\"answer\\": \\"42\\"}" } }
\`\`\`

A candidate that is right gets \`CORRECT\`; one that is wrong by its own doing gets \`INCORRECT\` with a reason code.
What the function throws becomes \`ERROR\`: the candidate could not be judged, and that never counts as its failure.
`;
