import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnv } from './child-env.ts';

test('a verifier that is started here gets its settings and the ways of the machine, and nobody’s secrets', () => {
  const passed = {
    ...{ PATH: '/bin', HOME: '/root', LC_ALL: 'C', https_proxy: 'http://proxy', XDG_CACHE_HOME: '/cache' },
    ...{ DOCKER_HOST: 'unix:///run/docker.sock', LD_LIBRARY_PATH: '/lib', NODE_OPTIONS: '--stack-size=2000' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_SAMPLER: 'always_on' },
    ...{ ASSAY_TRACES: '/tmp/traces', ASSAY_DEBUG: '1', ASSAY_VERIFIER_SLOTS: '2' },
    ...{ ASSAY_REWARD_MODEL: 'model', ASSAY_REWARD_API_KEY: 'of the reward server' },
  };
  const kept = {
    ...{ ASSAY_STORE: 'postgres://user:secret@host/db', PGPASSWORD: 'secret', DATABASE_URL: 'secret' },
    ...{ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'secret' },
    ...{ ASSAY_TOKEN: 'secret', ASSAY_TOKENS: '/secret', ASSAY_TLS_KEY: '/secret', ASSAY_INSECURE: '1' },
    ...{ ASSAY_VERIFIER_TOKENS: '/secret', ASSAY_VERIFIER_TOKEN_FILE: '/secret', OPENAI_API_KEY: 'secret' },
    ...{ ASSAY_VERIFIER_REGISTER: 'host:1', ASSAY_VERIFIER_REGISTER_TOKEN_FILE: '/secret' },
    ...{ NODE_AUTH_TOKEN: 'secret', AWS_SECRET_ACCESS_KEY: 'secret', ASSAY_LEAN: '/of/another' },
  };
  assert.deepEqual(childEnv('reward', { ...passed, ...kept }), passed);
  assert.deepEqual(childEnv('lean', { ASSAY_LEAN: 'lean', ASSAY_LEAN_REPL: 'repl', ASSAY_LEANING: 'x' }), {
    ...{ ASSAY_LEAN: 'lean', ASSAY_LEAN_REPL: 'repl' },
  });
});
