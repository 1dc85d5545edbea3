/** Forms without exemplars: patches, and prompts as they are. */
import type { ProblemInit } from '@assay/contract';
import { type Form, promptOf, type Question } from './form.ts';

/**
 * SWE-bench. The paper drew patches with an agent (Moatless Tools) that reads the repository; its patches are brought as
 * predictions. This asks for the patch at once, from the issue alone, and keeps nothing of the paper but its temperature.
 */
export const swebench: Form = {
  temperature: 1.6,
  topP: 1,
  maxTokens: 4096,
  stop: ['\n```\n'],
  shots: 0,
  own: [],
  instruction:
    'Resolve the issue. Answer with one patch to the repository, a unified diff as `git diff` writes it, in a ```diff fence.',
  question: issueOf,
  ask: (question) =>
    `${question}\n\nA patch that resolves the issue, as \`git diff\` writes it:\n\`\`\`diff\n`,
  gap: '',
  end: '```\n\n',
  shotOf: () => undefined,
};

function issueOf(problem: ProblemInit): Question | undefined {
  const issue = promptOf(problem);
  if (issue === undefined) return undefined;
  const { repo = '', baseCommit = '' } = problem.repositoryPatch ?? {};
  const where = repo === '' ? '' : `Repository: ${repo}\nCommit: ${baseCommit}\n\n`;
  return { text: `${where}Issue:\n${issue.text.trim()}` };
}

/** The prompt, with its tests where they alone tell what the function is called (MBPP: Austin et al. 2021, arXiv 2108.07732). */
function taskOf(problem: ProblemInit): Question | undefined {
  const task = promptOf(problem);
  const { testCode = '', entryPoint = '', prefix = '' } = problem.programTests ?? {};
  if (task === undefined || testCode === '' || entryPoint !== '' || prefix !== '') return task;
  return { text: `${task.text}\nYour code should pass these tests:\n\n${testCode.trim()}\n` };
}

/** The prompt as it is, for all other problems (HumanEval's are the beginnings of functions). */
export const plain: Form = {
  temperature: 0.6,
  topP: 1,
  maxTokens: 1024,
  stop: [],
  shots: 0,
  own: [],
  instruction: '',
  question: taskOf,
  ask: (question) => question,
  gap: '',
  end: '',
  shotOf: () => undefined,
};
