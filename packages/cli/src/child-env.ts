/** What a verifier's process is told of this one's environment. */

/** What the machine's programs need to find their way, and what says where traces go. */
const machine = new RegExp(
  `^(${[
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'LC_\\w+', 'TZ', 'TERM', 'NO_COLOR'],
    ...['TMPDIR', 'TMP', 'TEMP', 'XDG_\\w+', 'LD_\\w+', 'SSL_CERT_(FILE|DIR)', '(HTTPS?|ALL|NO)_PROXY'],
    ...['OMP_NUM_THREADS', '(CUDA|NVIDIA)_\\w+', 'SSH_AUTH_SOCK', 'ELAN_\\w+', 'LEAN_\\w+'],
    'NODE_(OPTIONS|ENV|EXTRA_CA_CERTS|USE_ENV_PROXY|COMPILE_CACHE|V8_COVERAGE)',
    'DOCKER_(HOST|API_VERSION|CERT_PATH|TLS_VERIFY|CONFIG|CONTEXT)',
    ...['ASSAY_DEBUG', 'ASSAY_TRACES', 'OTEL_(?!\\w*HEADERS)\\w+'],
    // Here neither TLS nor tokens are needed.
    'ASSAY_VERIFIER_(?!TOKEN|REGISTER)\\w+',
  ].join('|')})$`,
  'i',
);

/**
 * The part of the environment that the verifier `name` is to have: besides the machine's its own settings, ASSAY_NAME_….
 * What judges candidates should know no secrets of those whom it serves, and those may be under any name.
 */
export function childEnv(name: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const own = `ASSAY_${name.toUpperCase().replaceAll('-', '_')}`;
  const isPassed = (key: string) => machine.test(key) || key === own || key.startsWith(`${own}_`);
  return Object.fromEntries(Object.entries(env).filter(([key]) => isPassed(key)));
}
