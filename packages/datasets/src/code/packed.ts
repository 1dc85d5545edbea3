/** The text in a field of LiveCodeBench that is packed: base64 of a zlib stream of a Python pickle of one string. */
import { isUtf8 } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { messageOf } from '@assay/contract';
import { Fault } from '../fault.ts';

/** Most bytes that are unpacked. */
const maxBytes = 1 << 28;

/**
 * Unpacks. Nothing is executed: of a pickle's opcodes only those are known that one string is written with.
 * @throws Fault `bad_packing`.
 */
export function unpack(text: string, name: string): string {
  const bad = (message: string) =>
    new Fault(
      'bad_packing',
      `\`${name}\` ${message}`,
      'Write the tests as a list, or as a text that is JSON; a pickle is only read where it is one string.',
    );
  const packed = Buffer.from(text, 'base64');
  // Buffer.from() skips what is no base64.
  if (packed.toString('base64').replace(/=+$/, '') !== text.replace(/[\s=]+/g, '')) {
    throw bad('is neither JSON nor base64');
  }
  let pickle: Buffer;
  try {
    pickle = inflateSync(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    throw bad(`is no zlib stream of at most ${maxBytes} bytes: ${messageOf(error)}`);
  }
  const string = stringOf(pickle);
  if (string === undefined) throw bad('is a pickle of something else than one string');
  return string;
}

/** The string that a pickle (protocol 2 and later) is of; undefined for every other pickle. */
export function stringOf(pickle: Buffer): string | undefined {
  let at = 0;
  let string: Buffer | undefined;
  const take = (bytes: number) => {
    if (at + bytes > pickle.length) throw new RangeError('the pickle is cut off');
    at += bytes;
    return pickle.subarray(at - bytes, at);
  };
  const hold = (length: number) => {
    if (string !== undefined) throw new RangeError('two strings');
    string = take(length);
  };
  try {
    if (take(1)[0] !== 0x80 || (take(1)[0] as number) < 2) return undefined;
    for (;;) {
      switch (take(1)[0]) {
        case 0x95: // FRAME
          take(8);
          break;
        case 0x8c: // SHORT_BINUNICODE
          hold(take(1).readUInt8());
          break;
        case 0x58: // BINUNICODE
          hold(take(4).readUInt32LE());
          break;
        case 0x8d: // BINUNICODE8
          hold(Number(take(8).readBigUInt64LE()));
          break;
        case 0x94: // MEMOIZE
          break;
        case 0x71: // BINPUT
          take(1);
          break;
        case 0x72: // LONG_BINPUT
          take(4);
          break;
        case 0x2e: // STOP
          return string !== undefined && at === pickle.length && isUtf8(string)
            ? string.toString()
            : undefined;
        default:
          return undefined;
      }
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
