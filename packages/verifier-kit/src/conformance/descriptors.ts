/** What a server's reflection says of the contract, beside what the contract says. */
import { fileDescriptorCodec, reflected } from '@assay/contract';

interface FieldDescriptor {
  name: string;
  number: number;
  /** Numbers of descriptor.proto's enums. */
  label: number;
  type: number;
}

interface Method {
  name: string;
  clientStreaming: boolean;
  serverStreaming: boolean;
}

export interface File {
  package: string;
  messageType?: { name: string; field?: FieldDescriptor[] }[];
  service?: { name: string; method?: Method[] }[];
}

/** The file descriptors of a ServerReflectionResponse; what is none is left out. */
export function descriptorsIn(answer: Buffer): File[] {
  const files: File[] = [];
  // file_descriptor_response = 4, in it file_descriptor_proto = 1.
  for (const response of fieldsOf(answer, 4)) {
    for (const bytes of fieldsOf(response, 1)) {
      try {
        files.push(fileOf(bytes));
      } catch {
        // Nobody's contract.
      }
    }
  }
  return files;
}

/** Contents of the length-delimited fields of this number; of a message that is cut off, those before. */
function* fieldsOf(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++] as number;
      value += (byte & 127) * shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag & 7;
    if (type === 2) {
      const length = varint();
      if (Math.floor(tag / 8) === wanted) yield message.subarray(at, at + length);
      at += length;
    } else if (type === 0) varint();
    else at += type === 1 ? 8 : type === 5 ? 4 : message.length;
  }
}

/** The messages without which no candidate is judged. */
const needed = ['DescribeResponse', 'VerifyRequest', 'VerifyResponse', 'Problem', 'Candidate', 'Verdict'];

/**
 * In what the files contradict the contract. Fields that they lack are of a later contract, and fields that they have
 * besides too: neither breaks anything.
 */
export function contractFault(files: readonly File[]): string | undefined {
  const ours = files.filter((file) => file.package === 'assay.v1');
  const methods =
    ours.flatMap(({ service = [] }) => service).find(({ name }) => name === 'Verifier')?.method ?? [];
  for (const [name, streams] of [
    ['Describe', false],
    ['Verify', true],
  ] as const) {
    const method = methods.find((one) => one.name === name);
    if (method === undefined) return `a service Verifier without ${name}`;
    if (method.clientStreaming || Boolean(method.serverStreaming) !== streams) {
      return `${name} that ${streams ? 'does not stream its answers' : 'streams'}`;
    }
  }
  const messages = messagesOf(files);
  for (const name of needed) {
    const own = fieldsIn(name);
    const theirs = messages.get(name)?.field;
    if (theirs === undefined) return `no message ${name}`;
    for (const field of theirs) {
      const same = own.get(field.number);
      if (same === undefined) continue;
      if (camel(field.name) !== camel(same.name) || field.type !== same.type || field.label !== same.label) {
        return `${name}.${field.name} = ${field.number} of type ${field.type}, which is ${same.name} of type ${same.type}`;
      }
    }
    // The first field of each has been there from the beginning.
    if (!theirs.some(({ number }) => number === Math.min(...own.keys())))
      return `${name} without its first field`;
  }
  return undefined;
}

function fieldsIn(message: string): Map<number, FieldDescriptor> {
  return new Map(contract.get(message)?.field?.map((field) => [field.number, field]));
}

/** The contract's own messages, read in the same way. */
const contract = messagesOf(
  Object.values(reflected())
    .flatMap((one) => ('fileDescriptorProtos' in one ? (one.fileDescriptorProtos as Buffer[]) : []))
    .map(fileOf),
);

function fileOf(bytes: Uint8Array): File {
  return fileDescriptorCodec.deserialize(Buffer.from(bytes)) as File;
}

function messagesOf(files: readonly File[]) {
  const own = files.filter((file) => file.package === 'assay.v1');
  return new Map(own.flatMap(({ messageType = [] }) => messageType).map((one) => [one.name, one]));
}

const camel = (name: string) => name.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
