/** Conversations as token ids. */
export type { EncodedSteps, TokenEncoder, Truncation } from './encoder.ts';
export { type EncoderOptions, openEncoder } from './folder.ts';
