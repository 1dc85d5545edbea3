/** SandboxFusion's requests and answers, as the OpenAPI document tells them. */

/** Its languages that we have, by our names. */
export const languages: Readonly<Record<string, string>> = {
  python: 'python3',
  cpp: 'cpp',
  nodejs: 'javascript',
  go: 'go',
  java: 'java',
  rust: 'rust',
};

/** Seconds. */
export const mostRunS = 600;

export const requestSchema = {
  type: 'object',
  required: ['code', 'language'],
  properties: {
    code: { type: 'string' },
    language: { type: 'string', enum: Object.keys(languages) },
    stdin: { type: ['string', 'null'] },
    compile_timeout: {
      type: 'number',
      description: 'Read and not used: compilers have limits of their own.',
    },
    run_timeout: {
      type: 'number',
      default: 10,
      maximum: mostRunS,
      description: 'CPU seconds; one that only waits ends after twice as long and ten seconds.',
    },
    memory_limit_MB: { type: 'integer', default: -1 },
    files: {
      type: 'object',
      additionalProperties: { type: ['string', 'null'], contentEncoding: 'base64' },
      description: 'By path in the working folder.',
    },
    fetch_files: { type: 'array', items: { type: 'string' } },
    args: { type: 'array', maxItems: 0, description: 'For pytest, which is not offered.' },
  },
};

const commandSchema = {
  type: ['object', 'null'],
  properties: {
    status: { enum: ['Finished', 'TimeLimitExceeded'] },
    execution_time: { type: ['number', 'null'], description: 'Seconds.' },
    cpu_time: { type: ['number', 'null'], description: 'Seconds.' },
    return_code: { type: ['integer', 'null'] },
    stdout: { type: 'string' },
    stderr: { type: 'string' },
  },
};

export const responseSchema = {
  type: 'object',
  properties: {
    status: { enum: ['Success', 'Failed', 'SandboxError'] },
    message: { type: 'string' },
    compile_result: commandSchema,
    run_result: commandSchema,
    executor_pod_name: { type: 'null' },
    files: { type: 'object', additionalProperties: { type: 'string', contentEncoding: 'base64' } },
  },
};
