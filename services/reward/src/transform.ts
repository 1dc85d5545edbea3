/** From a logit to the score of a verdict. */

/** `none`: the logit itself. `sigmoid`: 1 / (1 + e^-x), the chance of being preferred to a response of logit 0 (Bradley-Terry). */
export const transforms = {
  none: (logit: number) => logit,
  sigmoid: (logit: number) => {
    // Without overflow, nor loss of digits, on either side of 0.
    const small = Math.exp(-Math.abs(logit));
    return (logit >= 0 ? 1 : small) / (1 + small);
  },
} as const;

export type Transform = keyof typeof transforms;
