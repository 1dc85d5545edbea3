/** A process that holds one ONNX model and runs it: see onnx-session.ts, which starts it. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromChild, Run, Start, TensorInfo } from './onnx-session.ts';

let session: InferenceSession | undefined;

process.on('message', async (message: Start | Run) => {
  const answer: FromChild = await ('file' in message ? start(message) : run(message)).catch(
    (error: Error): FromChild => ({ error: error.message }),
  );
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());

async function start({ file, threads }: Start): Promise<FromChild> {
  session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Plans are kept for each shape that was ever seen, and batches have many.
    enableMemPattern: false,
    // Threads that wait would otherwise use up a CPU that others need.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Errors are thrown, too.
    logSeverityLevel: 4,
  });
  return { inputs: infos(session.inputMetadata), outputs: infos(session.outputMetadata) };
}

function infos(metadata: readonly InferenceSession.ValueMetadata[]): TensorInfo[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: [...value.shape] }
      : { name: value.name, type: 'not a tensor', shape: [] },
  );
}

async function run({ feeds, dims, output }: Run): Promise<FromChild> {
  if (session === undefined) throw new Error('no model is loaded');
  const tensors = Object.entries(feeds).map(
    ([name, data]) => [name, new Tensor('int64', data, dims)] as const,
  );
  const { [output]: values } = await session.run(Object.fromEntries(tensors), [output]);
  if (!(values?.data instanceof Float32Array)) throw new Error(`${output} is no tensor of float32`);
  return { values: values.data, dims: [...values.dims] };
}
