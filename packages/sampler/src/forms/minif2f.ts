/** MiniF2F, and other theorems in Lean 4: the statement is given up to `by`, and tactics follow. */
import type { ProblemInit } from '@assay/contract';
import { type Api, type Form, promptOf, type Question, type Shot, textIn } from './form.ts';

const header = 'import Mathlib\n\nopen BigOperators Real Nat Topology\n\n';

/**
 * Header and statement, up to `by`. To a completion the theorem has no name of its own, as in the paper: the name of a
 * known one may give its proof away. A chat model may answer with the whole theorem, so there it keeps its name.
 */
function question(problem: ProblemInit, api: Api): Question | undefined {
  const { theorem } = problem;
  if (theorem?.statement === undefined || theorem.statement === '') return promptOf(problem);
  const { name = '' } = theorem;
  const stated = theorem.statement.trimEnd();
  const text = api === 'completions' ? unnamed(stated, name) : stated;
  // A proof alone begins where the statement ends.
  const begun = /\bby\s*\(?$/.test(stated);
  return { text: `${theorem.header ?? ''}${text}${begun ? '' : ' by'}`, ...(!begun && { lead: 'by\n' }) };
}

function unnamed(statement: string, name: string): string {
  const at = name === '' ? -1 : statement.indexOf(name);
  if (at < 0 || !/^\s*(?:theorem|lemma)\s+$/.test(statement.slice(0, at))) return statement;
  return `${statement.slice(0, at)}problem${statement.slice(at + name.length)}`;
}

/** A row of a set with proofs. */
function shotOf(fields: Readonly<Record<string, unknown>>): Shot | undefined {
  const statement = textIn(fields, ['formal_statement', 'theorem']);
  const proof = textIn(fields, ['proof', 'solution']);
  if (statement === undefined || proof === undefined) return undefined;
  const stated = statement
    .trimEnd()
    .replace(/\bsorry$/, '')
    .trimEnd();
  const by = /\bby\s*\(?$/.test(stated) ? '' : ' by';
  const tactics = proof
    .replace(/^\s*(?::=)?\s*by\s*?(?=\n|\s)/, '')
    .replace(/^\n+/, '')
    .trimEnd();
  return { question: `${textIn(fields, ['header']) ?? ''}${stated}${by}`, answer: `${tactics}\n` };
}

export const minif2f: Form = {
  temperature: 0.5,
  topP: 1,
  maxTokens: 200,
  stop: ['```'],
  shots: 5,
  instruction:
    'Prove the theorem in Lean 4 with Mathlib. Answer with one ```lean4 fence. It holds the tactics that follow `by`, or ' +
    'the whole theorem, stated as it is given here.',
  question,
  ask: (text) => `Complete this proof in Lean 4. All of Mathlib may be used.\n\`\`\`lean4\n${text}\n`,
  gap: '',
  end: '```\n\n',
  chatAnswer: (answer) => `\`\`\`lean4\n${answer}\`\`\``,
  shotOf,
  own: [
    {
      question: `${header}theorem problem (x : ℝ) (h₀ : 3 * x + 5 = 20) : x = 5 := by`,
      answer: '  linarith\n',
    },
    {
      question: `${header}theorem problem (a b : ℝ) (h₀ : a + b = 7) (h₁ : a - b = 3) : a * b = 10 := by`,
      answer:
        '  have ha : a = 5 := by linarith\n  have hb : b = 2 := by linarith\n  rw [ha, hb]\n  norm_num\n',
    },
    {
      question: `${header}theorem problem : (2 ^ 10) % 7 = 2 := by`,
      answer: '  norm_num\n',
    },
    {
      question: `${header}theorem problem (f : ℝ → ℝ) (h₀ : ∀ x, f x = 2 * x - 3) : f (f 4) = 7 := by`,
      answer: '  rw [h₀, h₀]\n  norm_num\n',
    },
    {
      question: `${header}theorem problem (n : ℕ) (h₀ : n % 6 = 4) : n % 2 = 0 := by`,
      answer: '  omega\n',
    },
  ],
};
