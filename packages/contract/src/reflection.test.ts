import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { loaderOptions } from './proto.ts';
import { reflected } from './reflection.ts';

interface Message {
  name: string;
  field?: { name: string; jsonName: string; typeName?: string; proto3Optional?: boolean; label: string }[];
  nestedType?: Message[];
}

const codec = loadSync('google/protobuf/descriptor.proto', { enums: String })[
  'google.protobuf.FileDescriptorProto'
] as MessageTypeDefinition<object, { name: string; messageType: Message[] }>;

function filesOf(...services: Parameters<typeof reflected>) {
  const files = new Map<string, Message[]>();
  for (const { fileDescriptorProtos } of Object.values(reflected(...services))) {
    for (const file of Array.isArray(fileDescriptorProtos) ? (fileDescriptorProtos as Buffer[]) : []) {
      const { name, messageType } = codec.deserialize(file);
      files.set(name, messageType);
    }
  }
  return files;
}

test('descriptors are as protoc writes them: maps, optional fields, names of the contract and of JSON', () => {
  const [messages = []] = filesOf().values();
  const message = (name: string) => messages.find((each) => each.name === name);
  const field = (of: string, name: string) => message(of)?.field?.find((each) => each.name === name);

  assert.equal(field('CreateRunRequest', 'labels')?.typeName, 'LabelsEntry');
  assert.deepEqual(
    message('CreateRunRequest')?.nestedType?.map(({ name }) => name),
    ['LabelsEntry'],
  );
  assert.equal(field('CreateRunRequest', 'early_stop')?.jsonName, 'earlyStop');
  assert.equal(field('Verdict', 'score')?.proto3Optional, true);
  assert.equal(field('Verdict', 'index')?.proto3Optional, undefined);
});

test('what methods of further services take is there, too', () => {
  const other = loadSync('externalscaler/externalscaler.proto', loaderOptions);
  const service = other['externalscaler.ExternalScaler'] as Parameters<typeof reflected>[0];
  const files = filesOf(service);
  assert.deepEqual([...files.keys()].sort(), ['assay_v1.proto', 'externalscaler.proto']);
  const object = files.get('externalscaler.proto')?.find(({ name }) => name === 'ScaledObjectRef');
  assert.equal(object?.nestedType?.[0]?.name, 'ScalerMetadataEntry');
});
