/** Function tasks in languages with braces (the MultiPL-E form): prefix, candidate and test code, one after the other. */
import { canonicalLanguage, extractProgram, hasFence } from '../extract/index.ts';
import { cutAtStop } from './candidate.ts';
import type { FunctionTask, Program } from './task.ts';

/**
 * A text without a fence, and code in one that does not define the function, goes on where the prefix ends, up to a stop
 * sequence. Code in a fence that defines the function stands in place of the prefix from the definition on. Where the test
 * code begins with the brace that closes the function, the code's last one goes, in Java that of its class too. Undefined
 * where the answer holds no code.
 */
export function bracesProgram(task: FunctionTask, answer: string): (Program & { how: string }) | undefined {
  const { entryPoint, prefix, testCode, stopSequences } = task;
  const standsAlone = prefix.trim() === '';
  const found = hasFence(answer) || standsAlone ? extractProgram(answer, task.language) : undefined;
  if (found === undefined) {
    if (standsAlone) return undefined;
    return {
      source: `${prefix}${cutAtStop(answer, stopSequences)}\n${testCode}\n`,
      proof: '',
      how: 'completion',
    };
  }
  const defines = entryPoint !== '' && definitionOf(entryPoint).test(found.code);
  if (!standsAlone && !defines) {
    const code = cutAtStop(found.code, stopSequences);
    return { source: `${prefix}${code}\n${testCode}\n`, proof: '', how: `body: ${found.how}` };
  }
  const inClass = canonicalLanguage(task.language) === 'java' && /\bclass\s+\w/.test(found.code);
  const closing = /^\s*\}/.test(testCode) ? (inClass ? 2 : 1) : 0;
  const code = withoutLastBraces(found.code, closing);
  const head = headOf(prefix, entryPoint, code, inClass);
  return { source: `${head}${code}\n${testCode}\n`, proof: '', how: found.how };
}

/** Matches a line that opens the body of a function of this name. */
function definitionOf(name: string): RegExp {
  return new RegExp(`^.{0,300}\\b${name}\\b.{0,300}(?:\\{|=>)[ \\t\\r]*$`, 'm');
}

function withoutLastBraces(code: string, count: number): string {
  let kept = code;
  for (let left = count; left > 0; left--) {
    const end = kept.trimEnd();
    if (!end.endsWith('}')) return kept;
    kept = end.slice(0, -1);
  }
  return kept;
}

/**
 * What of a prefix comes before the function, without what the code includes or imports itself; only what is included or
 * imported where the code has a class of its own, nothing where it is a whole Go file.
 */
function headOf(prefix: string, name: string, code: string, inClass: boolean): string {
  if (/^package\s/m.test(code)) return '';
  const own = new Set(code.split('\n').map((line) => line.trim()));
  const lines = prefix.split('\n');
  const at = lines.findLastIndex(
    (line) => new RegExp(`\\b${name}\\b`).test(line) && !/^\s*(?:\/[/*]|\*)/.test(line),
  );
  const head = lines.slice(0, at < 0 ? undefined : at).filter((line) => {
    const includes = /^\s*(?:#\s*include|import|using|use|package)\b|^(?:const|var|let) .*\brequire\(/.test(
      line,
    );
    return includes ? !own.has(line.trim()) : at >= 0 && !inClass;
  });
  return head.length === 0 ? '' : `${head.join('\n')}\n`;
}
