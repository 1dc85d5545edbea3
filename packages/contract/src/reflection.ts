/** What gRPC reflection is served from: descriptors as protoc would write them, so that any client takes them. */
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { loaderOptions } from './proto.ts';

/** A service that was loaded from a file; the types of grpc-js do not tell that its methods have their messages. */
type Service = Readonly<Record<string, { path: string; requestType?: unknown }>>;

/** The parts of google.protobuf's descriptors that are mended here. */
interface FileDescriptor {
  messageType?: MessageDescriptor[];
}
interface MessageDescriptor {
  name: string;
  field?: {
    name: string;
    jsonName?: string;
    typeName?: string;
    oneofIndex?: number;
    proto3Optional?: boolean;
  }[];
  nestedType?: MessageDescriptor[];
  oneofDecl?: { name: string }[];
  options?: { mapEntry?: boolean };
}

/**
 * Everything in proto/assay/v1, and what the methods of further services take and give (health, for one).
 * To be passed to a ReflectionService.
 */
export function reflected(...services: Service[]): PackageDefinition {
  const contract = loadSync('assay/v1/orchestrator.proto', { ...loaderOptions, keepCase: true });
  // Each type carries the descriptors of its whole file.
  const others = services.flatMap((service) =>
    Object.values(service).map(({ path, requestType }) => [path, requestType]),
  );
  const mended = new Map<Buffer, Buffer>();
  const all: PackageDefinition = { ...contract, ...Object.fromEntries(others) };
  return Object.fromEntries(
    Object.entries(all).map(([name, definition]) => {
      if (!Array.isArray(definition.fileDescriptorProtos)) return [name, definition];
      const files = definition.fileDescriptorProtos.map((file) => {
        if (!mended.has(file)) mended.set(file, mend(file));
        return mended.get(file) ?? file;
      });
      return [name, { ...definition, fileDescriptorProtos: files }];
    }),
  );
}

/**
 * protobufjs (7.6) names the entries of a map as its field, which Go's protobuf refuses; marks no field as optional, so that
 * clients show a oneof; and leaves out names in JSON, which some clients do not make up themselves.
 */
function mend(file: Buffer): Buffer {
  const decoded = fileDescriptorCodec.deserialize(file);
  for (const message of decoded.messageType ?? []) mendMessage(message);
  return fileDescriptorCodec.serialize(decoded);
}

function mendMessage({ field = [], nestedType = [], oneofDecl = [] }: MessageDescriptor): void {
  for (const each of field) {
    each.jsonName = camel(each.name);
    const oneof = each.oneofIndex === undefined ? undefined : oneofDecl[each.oneofIndex];
    if (oneof?.name === `_${each.name}`) each.proto3Optional = true;
    const entry = nestedType.find(({ name, options }) => options?.mapEntry && name === each.typeName);
    if (entry === undefined) continue;
    entry.name = `${camel(`_${each.name}`)}Entry`;
    each.typeName = entry.name;
  }
  for (const nested of nestedType) mendMessage(nested);
}

/** As protoc does it: underscores go, and what follows one is upper case. */
function camel(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Descriptors are messages themselves. */
export const fileDescriptorCodec = loadSync('google/protobuf/descriptor.proto')[
  'google.protobuf.FileDescriptorProto'
] as MessageTypeDefinition<FileDescriptor, FileDescriptor>;
