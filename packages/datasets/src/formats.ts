/** The formats that can be read. */

export type FormatName = 'gsm8k' | 'math' | 'jsonl' | 'parquet' | 'llmonk';

export const formats: Record<FormatName, { title: string; description: string; example: string }> = {
  gsm8k: {
    title: 'GSM8K',
    description:
      'JSON Lines of {question, answer}; the answer is a worked solution that ends in `#### 18`. Also the ' +
      'model solutions of openai/grade-school-math, {question, ground_truth, <model>: {solution, …}, …}: ' +
      "each model's solution is a candidate, in the order of the row. Samples may be given as in `jsonl`.",
    example: '{"question": "Two plus two?", "answer": "2 + 2 = 4\\n#### 4"}',
  },
  math: {
    title: 'MATH',
    description:
      'JSON Lines of {problem, solution, answer?, unique_id?}; the gold answer is `answer`, else what ' +
      '`solution` boxes. Samples may be given as in `jsonl`.',
    example:
      '{"problem": "What is $1+1$?", "solution": "It is $\\\\boxed{2}$.", "samples": ["$\\\\boxed{2}$"]}',
  },
  jsonl: {
    title: 'JSON Lines',
    description:
      'One row per problem with `samples` (a list of texts or of {text, tokens?, index?}), or one row per ' +
      'candidate with `sample` (`completion`, `response`, `text`) and optional `index` and `tokens`. ' +
      'Problem: `id` (`problem_id`, `task_id`, `unique_id`), `prompt` (`question`, `problem`), `dataset`, and ' +
      'what it is judged by: `gold` (`answer`, `gt_answer`, `ground_truth`, `solution`), `test_cases` ' +
      '{input: [text], output: [text]} with `timeout` and `language`, `custom` {kind, json}, or `problem`: an ' +
      'object in the JSON form of assay.v1.Problem (bytes are base64 there). Rows of one id belong together; ' +
      'a row without id is a problem of its own. `-` reads standard input.',
    example: '{"id": "p1", "prompt": "Two plus two?", "gold": "4", "samples": ["It is 4.", "It is 5."]}',
  },
  parquet: {
    title: 'Parquet',
    description:
      'The columns are the fields of `jsonl`; `samples` is a list of strings or of structs. Held in memory: ' +
      'one row group at a time.',
    example: 'id: string, gold: string, samples: list<string>',
  },
  llmonk: {
    title: 'Large Language Monkeys',
    description:
      'YAML, one file per problem (its name is the id): {prompt, question, samples, and gt_answer, test_cases ' +
      'with timeout, or theorem_name}. A folder is read in the order of its names.',
    example: 'gt_answer: "4"\nquestion: Two plus two?\nsamples:\n- It is 4.\n- It is 5.',
  },
};
