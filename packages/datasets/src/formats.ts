/** The formats that can be read. */

export type FormatName =
  | 'gsm8k'
  | 'math'
  | 'jsonl'
  | 'parquet'
  | 'llmonk'
  | 'codecontests'
  | 'humaneval'
  | 'mbpp'
  | 'apps'
  | 'livecodebench'
  | 'swebench'
  | 'minif2f';

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
      'what it is judged by: `gold` (`answer`, `gt_answer`, `ground_truth`, `solution`); for programs `tests` ' +
      '[{input, output, example?, name?}] (also `test_cases` {input: [text], output: [text]}) or `test_code`, ' +
      'with `language`, `time_limit` (`timeout`; seconds), `memory_limit` (bytes), `comparer`, `prefix`, ' +
      '`entry_point`, `stop_sequences`, `all_tests`, `multi_answer`; for proofs `theorem`, as in `minif2f`; ' +
      '`custom` {kind, json}; or `problem`: an ' +
      'object in the JSON form of assay.v1.Problem (bytes are base64 there). Rows of one id belong together; ' +
      'a row without id is a problem of its own. One JSON list of rows is read too, of every format that has ' +
      'rows in JSON; its elements are counted where lines are elsewhere. `-` reads standard input.',
    example: '{"id": "p1", "prompt": "Two plus two?", "gold": "4", "samples": ["It is 4.", "It is 5."]}',
  },
  parquet: {
    title: 'Parquet',
    description:
      'The columns are the fields of `jsonl`, or of a code data set; `samples` is a list of strings or of ' +
      'structs. Held in memory: one row group at a time.',
    example: 'id: string, gold: string, samples: list<string>',
  },
  llmonk: {
    title: 'Large Language Monkeys',
    description:
      'YAML, one file per problem (its name is the id): {prompt, question, samples, and gt_answer, test_cases ' +
      'with timeout, or theorem_name}. A folder is read in the order of its names.',
    example: 'gt_answer: "4"\nquestion: Two plus two?\nsamples:\n- It is 4.\n- It is 5.',
  },
  codecontests: {
    title: 'CodeContests',
    description:
      'JSON or Parquet of {name, description, public_tests, private_tests, generated_tests, time_limit, ' +
      'memory_limit_bytes}, names also as the JSON of protocol buffers has them (publicTests), or of {problem, ' +
      'tests: {inputs, outputs}} with the limits at the end of the statement. Tests are {input: [text], output: ' +
      '[text]} or [{input, output}]; public ones are examples. The statement tells the comparer (tolerances, ' +
      'letters in any case), and problems that are interactive or have several answers. `solutions` are no ' +
      'candidates. Samples and settings may be given as in `jsonl`.',
    example:
      '{"name": "1_A. Sum", "description": "Print a + b.", "public_tests": {"input": ["1 2\\n"], "output": ["3\\n"]}}',
  },
  humaneval: {
    title: 'HumanEval',
    description:
      'JSON Lines of {task_id, prompt, entry_point, test}: the prompt, a completion and the tests are one ' +
      'Python program. A completion ends before the first of `stop_sequences` (`stop`), by default \\nclass, ' +
      '\\ndef, \\n#, \\nif, \\nprint, \\n@, \\nassert. Completions are `samples` in the row, or rows {task_id, ' +
      'completion} with --problems.',
    example:
      '{"task_id": "HumanEval/0", "prompt": "def two():\\n", "entry_point": "two", "test": "def check(f):\\n    assert f() == 2\\n", "samples": ["    return 2\\n"]}',
  },
  mbpp: {
    title: 'MBPP',
    description:
      'JSON of {task_id, text (or prompt), test_list, test_setup_code?, test_imports?}: a candidate is Python ' +
      'code after which the assertions of `test_list` must hold. Samples may be given as in `jsonl`, but not ' +
      'as `text`.',
    example: '{"task_id": 1, "text": "Add one.", "code": "", "test_list": ["assert add_one(1) == 2"]}',
  },
  apps: {
    title: 'APPS',
    description:
      'JSON of {problem_id, question, input_output}; `input_output` is JSON, also as a text: {inputs, outputs, ' +
      'fn_name?}. With `fn_name` an input is a list of arguments. Samples may be given as in `jsonl`.',
    example:
      '{"problem_id": 1, "question": "Print a + b.", "input_output": "{\\"inputs\\": [\\"1 2\\\\n\\"], \\"outputs\\": [\\"3\\\\n\\"]}"}',
  },
  livecodebench: {
    title: 'LiveCodeBench',
    description:
      'JSON of {question_id, question_content, public_test_cases, private_test_cases, metadata: {func_name?}}; ' +
      'test cases are [{input, output, testtype: "stdin" or "functional"}], also as a text that is JSON, or ' +
      'base64 of zlib of a pickled text. Samples may be given as in `jsonl`.',
    example:
      '{"question_id": "1", "question_content": "Print a + b.", "public_test_cases": "[{\\"input\\": \\"1 2\\", \\"output\\": \\"3\\", \\"testtype\\": \\"stdin\\"}]", "private_test_cases": "[]", "metadata": "{}"}',
  },
  swebench: {
    title: 'SWE-bench',
    description:
      'Instances {instance_id, repo, base_commit, test_patch, FAIL_TO_PASS, PASS_TO_PASS, version?, image?, ' +
      'eval_script?, log_parser?, eval_type?, …} and predictions {instance_id, model_patch}, these with ' +
      '--problems; predictions also as one object {instance_id: {model_patch, …}}. A prediction without a ' +
      'patch is a candidate, and wrong.',
    example:
      '{"instance_id": "a__b-1", "repo": "a/b", "base_commit": "0123", "test_patch": "diff", "FAIL_TO_PASS": "[\\"t.py::one\\"]", "PASS_TO_PASS": "[]"}',
  },
  minif2f: {
    title: 'MiniF2F',
    description:
      'JSON of {name, formal_statement, header?, informal_prefix?, split?, …}, of other sets of this form as well, and ' +
      'folders with a `.lean` file for each theorem. What stands before `theorem` is header; `sorry` at the end is left ' +
      'out. Also `theorem` or `lean_code` for `formal_statement`; of several theorems `name` says which is meant. ' +
      '`informal_prefix` is for the prompt alone. `theorem_name` with `set` names a statement that the verifier has. ' +
      'Settings: `toolchain`, `time_limit` (CPU seconds), `memory_limit` (bytes), `max_heartbeats` (as in Lean), ' +
      '`independent` (none, first, all), `axioms` [name], `set` (statement set; minif2f), `sha256` of header, NUL and ' +
      'statement. Samples may be given as in `jsonl`, or as rows {name, completion} with --problems and --format.',
    example:
      '{"name": "two", "split": "test", "header": "import Mathlib\\n", "formal_statement": "theorem two : 1 + 1 = 2 := by\\n", "samples": ["  rfl"]}',
  },
};
