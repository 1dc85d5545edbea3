import { type Language, mb } from './language.ts';

/** Names are bounded as those of files are; spaces stay on their line, so that no source takes long to search. */
const type = String.raw`(?:class|interface|enum|record)[ \t]+(\w{1,200})(?!\w)`;
const modifiers = String.raw`(?:(?:final|abstract|strictfp|sealed|static)[ \t]+){0,4}`;
const publicType = new RegExp(String.raw`^[ \t]*public[ \t]+${modifiers}${type}`, 'm');
const anyType = new RegExp(String.raw`^[ \t]*(?:public[ \t]+)?${modifiers}${type}`, 'gm');

/** Java 17. The class with `main` may have any name; the file is called after the public class. */
export const java: Language = {
  name: 'java',
  sourceName: (source) => `${publicType.exec(source)?.[1] ?? 'Main'}.java`,
  compile: {
    command: (name) => [
      '/usr/bin/javac',
      '-J-Xmx512m',
      '-J-XX:+UseSerialGC',
      '-J-XX:-UsePerfData',
      '-J-XX:TieredStopAtLevel=1',
      '-encoding',
      'UTF-8',
      '-d',
      '/tmp/classes',
      '-sourcepath',
      '/box',
      `/box/${name}`,
    ],
    output: 'classes',
    cpuSeconds: 20,
    memoryBytes: 1024 * mb,
  },
  run: ({ source, sourceName }, memoryBytes) => [
    '/usr/bin/java',
    '-XX:+UseSerialGC',
    '-XX:-UsePerfData',
    '-Xss64m',
    `-Xmx${Math.max(16, Math.floor(memoryBytes / mb))}m`,
    '-cp',
    '/box/classes',
    mainClass(source) ?? sourceName.replace(/\.java$/, ''),
  ],
  memoryExtraBytes: 192 * mb,
  processesExtra: 64,
  stackBytes: 64 * mb,
  memoryError: /OutOfMemoryError/,
};

/** The class whose body holds `public static void main`: the last one that begins before it. */
function mainClass(source: string): string | undefined {
  const at = source.search(/\bstatic\s+(?:final\s+)?(?:public\s+)?void\s+main\s*\(/);
  if (at < 0) return undefined;
  const pack = /^[ \t]*package[ \t]+([\w.]{1,200})[ \t]*;/m.exec(source)?.[1];
  const name = [...source.slice(0, at).matchAll(anyType)].at(-1)?.[1];
  if (name === undefined) return undefined;
  return pack === undefined ? name : `${pack}.${name}`;
}
