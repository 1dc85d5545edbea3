/** Repeated sampling from servers of language models, into a file of candidates. */
export { type FewShot, openFewShot } from './few-shot.ts';
export { SampleFile, type SampleRow } from './file.ts';
export { type Api, apis, type Form } from './forms/form.ts';
export { type FormName, formOf, forms } from './forms/index.ts';
export { type Asked, Plan } from './plan.ts';
export { buildPrompt, type Prompt } from './prompt.ts';
export { Sampler, type SetAside } from './sampler.ts';
export { ModelServer, type ServerOptions } from './server.ts';
export { type FormSettings, readSettings, type Settings } from './settings.ts';
