/** Whether tests can use a Docker engine. */
import Docker from 'dockerode';
import { findImage } from '../engine.ts';

/** Why tests that need an image must be skipped; false where they need not. */
export async function withoutImage(image: string): Promise<string | false> {
  try {
    const found = await findImage(new Docker(), image);
    return found === undefined ? `no image ${image}: docker/build makes it` : false;
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'no Docker engine';
  }
}
