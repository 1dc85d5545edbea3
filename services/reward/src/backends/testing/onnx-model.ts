/**
 * Writes small models in the ONNX format: what examples and tests are made of. Field numbers are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */

export interface Graph {
  /** Name, element type and shape; a name in a shape is a size that is known at run time. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly constants: Readonly<Record<string, Constant>>;
}

export type Value = readonly [name: string, type: ElementType, shape: readonly (number | string)[]];

/** Operator with the names of what it reads and writes, and whole-numbered attributes. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints?: Readonly<Record<string, number>>;
}

export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

/** TensorProto.DataType. */
const elementTypes = { float: 1, int32: 6, int64: 7, double: 11 } as const;
export type ElementType = keyof typeof elementTypes;

/** AttributeProto.INT */
const intAttribute = 2;

/** ONNX IR 8 with operator set 13. */
export function onnxModel({ inputs, outputs, nodes, constants }: Graph): Buffer {
  return Buffer.concat([
    number(1, 8),
    text(2, 'assay'),
    message(
      7,
      ...nodes.map(({ op, inputs: reads, outputs: writes, ints = {} }) =>
        message(
          1,
          ...reads.map((name) => text(1, name)),
          ...writes.map((name) => text(2, name)),
          text(4, op),
          ...Object.entries(ints).map(([name, value]) =>
            message(5, text(1, name), number(3, value), number(20, intAttribute)),
          ),
        ),
      ),
      text(2, 'graph'),
      ...Object.entries(constants).map(([name, { shape, data }]) =>
        message(
          5,
          ...shape.map((size) => number(1, size)),
          number(2, elementTypes[typeOf(data)]),
          text(8, name),
          bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
        ),
      ),
      ...inputs.map((value) => message(11, ...valueInfo(value))),
      ...outputs.map((value) => message(12, ...valueInfo(value))),
    ),
    message(8, number(2, 13)),
  ]);
}

function valueInfo([name, type, shape]: Value): Buffer[] {
  const sizes = shape.map((size) => message(1, typeof size === 'number' ? number(1, size) : text(2, size)));
  return [text(1, name), message(2, message(1, number(1, elementTypes[type]), message(2, ...sizes)))];
}

function typeOf(data: Constant['data']): ElementType {
  if (data instanceof Float32Array) return 'float';
  return data instanceof BigInt64Array ? 'int64' : 'int32';
}

// Protobuf's wire format: https://protobuf.dev/programming-guides/encoding/

function varint(value: number): Buffer {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
  return Buffer.from([...digits, Number(rest)]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function message(field: number, ...fields: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(fields));
}
