// A change of Lean's WebAssembly: ordinary files are ordinary files again. Its makers had it import the public part of each
// module only (there is no other in the package), and with that it takes every file for a `module`, in which all is private
// unless it says `public` and `#print axioms` is refused. Lean.finalizeImport is told so by its last parameter, which
// is set to `false` here.

const imports = 2;
const exports = 7;
const code = 10;
const target = 'l_Lean_finalizeImport';
/** `Lean.finalizeImport state imports opts trustLevel leakEnv loadExts level isModule`. */
const parameter = 7;
/** i32.const 0, local.set */
const prologue = Buffer.from([0x41, 0, 0x21, parameter]);

/** Throws where there is no such function in it. */
export function withoutModule(wasm: Buffer): Buffer {
  const at = new Cursor(wasm, 8);
  let imported = 0;
  let index: number | undefined;
  while (at.offset < wasm.length) {
    const id = at.byte();
    const sizeAt = at.offset;
    const size = at.number();
    const start = at.offset;
    if (id === imports) imported = importedFunctions(at);
    else if (id === exports) index = exportedFunction(at, target);
    else if (id === code && index !== undefined) {
      at.number();
      for (let i = imported; i < index; i++) at.skip(at.number());
      const functionAt = at.offset;
      const functionSize = at.number();
      const bodyAt = at.offset;
      // Its local variables, in groups of a type.
      for (let groups = at.number(); groups > 0; groups--) {
        at.number();
        at.byte();
      }
      const grown = encode(functionSize + prologue.length);
      return Buffer.concat([
        wasm.subarray(0, sizeAt),
        encode(size + prologue.length + grown.length - (bodyAt - functionAt)),
        wasm.subarray(start, functionAt),
        grown,
        wasm.subarray(bodyAt, at.offset),
        prologue,
        wasm.subarray(at.offset),
      ]);
    }
    at.offset = start + size;
  }
  throw new Error(`lean.wasm is not as expected: it has no function ${target}`);
}

function importedFunctions(at: Cursor): number {
  let functions = 0;
  for (let left = at.number(); left > 0; left--) {
    at.name();
    at.name();
    const kind = at.byte();
    if (kind === 0) {
      functions++;
      at.number();
    } else if (kind === 1) {
      at.byte();
      at.limits();
    } else if (kind === 2) at.limits();
    else if (kind === 3) at.skip(2);
    else {
      at.byte();
      at.number();
    }
  }
  return functions;
}

function exportedFunction(at: Cursor, wanted: string): number | undefined {
  for (let left = at.number(); left > 0; left--) {
    const name = at.name();
    const kind = at.byte();
    const index = at.number();
    if (kind === 0 && name === wanted) return index;
  }
  return undefined;
}

class Cursor {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.offset++);
  }

  /** LEB128 without a sign. */
  number(): number {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }

  name(): string {
    const size = this.number();
    this.skip(size);
    return this.#bytes.toString('latin1', this.offset - size, this.offset);
  }

  limits(): void {
    const flags = this.byte();
    this.number();
    if (flags % 2 === 1) this.number();
  }

  skip(bytes: number): void {
    this.offset += bytes;
  }
}

/** As {@link Cursor.number} reads it. */
function encode(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
