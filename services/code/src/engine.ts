/** The Docker engine, and what it must have. */
import { AssayError, messageOf } from '@assay/contract';
import type Docker from 'dockerode';

/** @throws AssayError `no_docker`, `no_image` */
export async function requireImage(docker: Docker, image: string): Promise<void> {
  try {
    await docker.getImage(image).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) {
      throw new AssayError('no_image', `The Docker engine has no image ${image}.`, {
        mend: 'Build it with docker/build sandbox, or name another one with ASSAY_CODE_IMAGE.',
      });
    }
    throw new AssayError('no_docker', `No Docker engine answers: ${messageOf(error)}`, {
      mend: 'Start Docker, or name an engine with DOCKER_HOST. assay doctor says what is missing.',
    });
  }
}

export function engineError(error: Error): string {
  return `${error.message}, twice`;
}
