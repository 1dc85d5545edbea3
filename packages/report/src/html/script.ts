/** The page's script: modules of TypeScript joined into one, types stripped. There is no bundler, and needs to be none. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/** An import of one of our own modules, as the formatter writes it: of names as they are. */
const importStatement = /^import \{([^}]*)\} from '(\.[^']+)';$/gm;
const exportStatement = /^export ((?:async )?(?:function|const|class)) (\w+)/gm;

/**
 * The script of these modules (paths from this folder, such as `client/report.ts`) and of all that they import, each
 * once, as a function of its own behind those that it needs; modules do not import each other in circles. To be run as
 * a module. Nothing in it can end a script element.
 */
export function clientScript(names: readonly string[]): string {
  const parts = new Map<string, string>();
  const add = (path: string) => {
    if (parts.has(path)) return;
    // What is imported for its types alone is stripped with them.
    const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    for (const [, , specifier = ''] of source.matchAll(importStatement))
      add(resolve(dirname(path), specifier));
    parts.set(path, wrapped(path, source));
  };
  for (const name of names) add(join(import.meta.dirname, name));
  const code = ['const modules = {};', ...parts.values()].join('\n');
  return code.replace(/<(?=\/script|!--)/gi, '\\x3C');
}

/** `modules["name"] = (() => { … return { exported }; })();` */
function wrapped(path: string, source: string): string {
  const nameOf = (file: string) => JSON.stringify(relative(import.meta.dirname, file));
  const exported = [...source.matchAll(exportStatement)].map(([, , name = '']) => name);
  const body = source
    .replace(importStatement, (_, list: string, specifier: string) => {
      const imported = list.split(',').map((name) => name.trim());
      const wanted = imported.filter((name) => name !== '').join(', ');
      return `const { ${wanted} } = modules[${nameOf(resolve(dirname(path), specifier))}];`;
    })
    .replace(exportStatement, '$1 $2')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
  return `modules[${nameOf(path)}] = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
}
