/** Kimina's requests and answers, as the OpenAPI document tells them. */

export const mostSnippets = 10_000;

const position = {
  type: 'object',
  properties: {
    line: { type: 'integer' },
    column: { type: 'integer', description: 'From 0, in code points.' },
  },
};

export const checkSchema = {
  type: 'object',
  required: ['snippets'],
  properties: {
    snippets: {
      type: 'array',
      minItems: 1,
      maxItems: mostSnippets,
      items: {
        type: 'object',
        required: ['id', 'code'],
        properties: { id: { type: 'string' }, code: { type: 'string' } },
      },
    },
    timeout: { type: 'number', default: 30, description: 'CPU seconds of each snippet.' },
    debug: { type: 'boolean', default: false },
    reuse: {
      type: 'boolean',
      default: true,
      description: 'False: each on a process that has judged nothing before.',
    },
    infotree: { type: 'null', description: 'Not supported.' },
  },
};

export const verifySchema = {
  type: 'object',
  required: ['codes'],
  properties: {
    codes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['custom_id'],
        properties: {
          custom_id: { type: ['string', 'integer'] },
          proof: { type: ['string', 'null'] },
          code: { type: ['string', 'null'] },
        },
      },
    },
    timeout: { type: 'number', default: 300 },
    disable_cache: { type: 'boolean', default: false },
    infotree_type: { type: 'null', description: 'Not supported.' },
  },
};

export const checkedSchema = {
  type: 'object',
  required: ['results'],
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'time'],
        properties: {
          id: { type: 'string' },
          time: { type: 'number', description: 'Seconds.' },
          error: { type: 'string', description: 'There is this or `response`.' },
          response: {
            type: 'object',
            properties: {
              env: { type: 'integer', description: 'Of no use here.' },
              messages: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: {
                    severity: { enum: ['error', 'warning', 'info', 'trace'] },
                    pos: position,
                    endPos: { anyOf: [position, { type: 'null' }] },
                    data: { type: 'string' },
                  },
                },
              },
              sorries: { type: 'array', items: { type: 'object' } },
            },
          },
          diagnostics: { type: 'object' },
        },
      },
    },
  },
};
