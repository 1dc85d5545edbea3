/** The code verifier as a process. */
import { runVerifier } from '@assay/verifier-kit';
import Docker from 'dockerode';
import { findImage } from './engine.ts';
import { codeVerifier, imageName } from './service.ts';

// Where there is none, the start says so.
const image = await findImage(new Docker(), imageName()).catch(() => undefined);
await runVerifier(codeVerifier({ imageId: image?.Id }));
