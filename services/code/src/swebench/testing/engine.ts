/** A Docker engine for tests, or why there is none. */
import Dockerode from 'dockerode';

export const docker = new Dockerode();

/** What `skip` is to be: false where the engine answers and has the image. */
export async function skipWithout(image: string): Promise<string | false> {
  try {
    await docker.ping();
  } catch (error) {
    return `no Docker engine: ${error instanceof Error ? error.message : error}`;
  }
  return docker
    .getImage(image)
    .inspect()
    .then(
      () => false as const,
      () => `no image ${image}: run docker/build ${image.replace(/^assay\/|:.*$/g, '')}`,
    );
}
