/** What runs inside the isolates of the computer algebra system. */
import { serve } from '../loop.ts';
import type { Ask } from './ask.ts';
import { decide } from './decide.ts';

/** Makes a Finding of each Ask. */
serve(() => (ask) => JSON.stringify(decide(JSON.parse(ask) as Ask)));
