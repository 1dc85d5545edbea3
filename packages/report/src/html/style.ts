/** The style sheet of the report and of the live view. */
import { readFileSync } from 'node:fs';

/** In their order: what comes later counts more. */
const parts = ['page', 'cards', 'tables', 'candidate', 'charts', 'screens'];

/** Style sheet, without comments. Its custom properties are the palette: `--c0` to `--c7`, in light and in dark. */
export function styleSheet(): string {
  const sheets = parts.map((name) => readFileSync(new URL(`style/${name}.css`, import.meta.url), 'utf8'));
  return sheets.join('\n').replace(/\/\*.*?\*\/\n?/gs, '');
}
