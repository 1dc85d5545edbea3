/** The code verifier as a process. */
import { runVerifier } from '@assay/verifier-kit';
import Docker from 'dockerode';
import { findImage } from './engine.ts';
import { codeVerifier, sandboxImage } from './service.ts';

// Where there is none, the start says so.
const image = await findImage(new Docker(), sandboxImage()).catch(() => undefined);
await runVerifier(codeVerifier({ imageId: image?.Id }));
