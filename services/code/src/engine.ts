/** The Docker engine, and what it must have. */
import { AssayError, messageOf } from '@assay/contract';
import type Docker from 'dockerode';

/**
 * Has the engine do something in limited time: one that accepts calls and does not answer is as good as none.
 * @throws Error what `work` throws, or that the engine does not answer
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = new Error(`the Docker engine does not answer within ${ms / 1000} s`);
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The error of whoever needs an engine and gets no answer. */
export function noDocker(cause: unknown): AssayError {
  return new AssayError('no_docker', `No Docker engine answers: ${messageOf(cause)}`, {
    mend: 'Start Docker, or name an engine with DOCKER_HOST. assay doctor says what is missing.',
    cause,
  });
}

/** An image; undefined where the engine has none of that name. @throws AssayError `no_docker` */
export async function findImage(docker: Docker, image: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await within(30_000, (abortSignal) =>
      docker.getImage(image).inspect({ abortSignal } as Docker.ImageInspectOptions),
    );
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw noDocker(error);
  }
}

/** @throws AssayError `no_docker`, `no_image` */
export async function requireImage(docker: Docker, image: string): Promise<void> {
  if ((await findImage(docker, image)) !== undefined) return;
  throw new AssayError('no_image', `The Docker engine has no image ${image}.`, {
    mend: 'Build it with docker/build sandbox, or name another one with ASSAY_CODE_IMAGE.',
  });
}
