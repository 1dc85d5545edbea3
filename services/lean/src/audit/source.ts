/** The audit as Lean text: as a command inside the environment that is judged, or as a file that reads a module. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { commandsIn } from '../theorem/commands.ts';
import { codeOf } from '../theorem/tokens.ts';
import type { Header } from '../types.ts';

const core = readFileSync(new URL('core.lean', import.meta.url), 'utf8');

/**
 * What a theorem of Mathlib's rests on are tens of thousands of constants. Lean's own collector walks through them compiled,
 * where this text is interpreted; so where there is one, only what the candidate has made is walked through here too.
 */
const libraryAxioms = `
elab "ASSAY_of_libraries" : term => do
  let env ← Lean.MonadEnv.getEnv
  let text ←
    if env.contains \`Lean.collectAxioms then
      \`(fun (n : Lean.Name) => (do
        try
          let found ← Lean.collectAxioms n
          pure (some found.toList)
        catch _ => pure none : Lean.Elab.Command.CommandElabM (Option (List Lean.Name))))
    else
      \`(fun (_ : Lean.Name) => (pure none : Lean.Elab.Command.CommandElabM (Option (List Lean.Name))))
  Lean.Elab.Term.elabTerm text none

def ASSAY.ofLibraries : Lean.Name → Lean.Elab.Command.CommandElabM (Option (List Lean.Name)) := ASSAY_of_libraries
`;

/** A word for names and nonces that nobody can foresee. */
export function randomWord(): string {
  return `a${randomBytes(12).toString('hex')}`;
}

/**
 * Commands that define the audit. They go right after the imports, before anything else could give their words another
 * meaning. `Lean` must be among the modules that are imported, by itself or by others.
 *
 * @param suffix `randomWord()`: with it, no candidate can address the audit
 */
export function auditCommand(suffix: string): string {
  return `${coreOf(suffix)}${libraryAxioms.replaceAll('ASSAY', `assay_${suffix}`)}
elab "#assay_${suffix} " n:ident k:ident : command => do
  let env ← Lean.MonadEnv.getEnv
  let library ← if env.contains n.getId then assay_${suffix}.ofLibraries n.getId else pure none
  let cx := assay_${suffix}.here env
  let message := assay_${suffix}.answer cx library n.getId (assay_${suffix}.nameText k.getId)
  modify fun s => { s with messages := s.messages.add message }
`;
}

/**
 * The command that answers, with one info message that `parseAudit` reads. The name is quoted: a candidate's notation may
 * have made tokens of its parts.
 *
 * @param name of the constant, from the root: `constantName`
 * @param nonce `randomWord()`: a new one each time
 */
export function auditRequest(suffix: string, name: string, nonce: string): string {
  return `#assay_${suffix} ${componentsOf(name).map(quoted).join('.')} ${nonce}`;
}

/**
 * A file whose only message is the audit of a constant of a compiled module, which was made with these imports. It
 * reads the module as data, and runs nothing that is in it.
 *
 * @param olean path of the module
 */
export function auditFile(header: Header, olean: string, name: string, nonce: string): string {
  const suffix = randomWord();
  const imports = [...header.imports, 'Lean'].map((module) => `import ${module}\n`).join('');
  return `${imports}${coreOf(suffix)}
elab "#assay_${suffix} " n:ident : command => do
  let env ← Lean.MonadEnv.getEnv
  let data ← Lean.readModuleData (System.FilePath.mk ${JSON.stringify(olean)})
  let message := assay_${suffix}.answer (assay_${suffix}.over env (assay_${suffix}.names data.1.constants.toList)) none n.getId "${nonce}"
  modify fun s => { s with messages := s.messages.add message }
#assay_${suffix} ${name}
`;
}

function coreOf(suffix: string): string {
  return core.replaceAll('ASSAY', `assay_${suffix}`);
}

/** Name, from the root, of what a theorem of this name after this header is called. */
export function constantName(header: Header, name: string): string {
  const plain = name.replace(/\.\{[^}]*\}$/, '');
  if (plain.startsWith('_root_.')) return plain.slice('_root_.'.length);
  return [...openNamespaces(header.rest), plain].join('.');
}

function componentsOf(name: string): string[] {
  return name.match(/«[^»]*»|[^.]+/g) ?? [''];
}

function quoted(component: string): string {
  return component.startsWith('«') ? component : `«${component}»`;
}

/** Namespaces that are open at the end of a text, component by component. */
function openNamespaces(text: string): string[] {
  // Sections and mutual blocks have undefined ones.
  const open: (string | undefined)[] = [];
  for (const command of commandsIn(codeOf(text))) {
    if (command.in) continue;
    const components = componentsOf(command.name ?? '');
    if (command.keyword === 'namespace') open.push(...components);
    else if (command.keyword === 'section') open.push(...components.map(() => undefined));
    else if (command.keyword === 'mutual') open.push(undefined);
    else if (command.keyword === 'end') open.splice(-components.length);
  }
  return open.filter((name) => name !== undefined);
}
