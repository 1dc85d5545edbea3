/** How the options of assay cost are read. */
import { amountIn, tokenPricesIn } from '@assay/report';
import { type ModelShape, modelShape, modelShapes, requireShape, type TokenPrices } from '@assay/statistics';
import { usageError } from '../exit.ts';
import { nearest } from '../tables/near.ts';
import { oneLine } from '../terminal.ts';

/** `NAME=PARAMETERS,LAYERS,WIDTH`, or the name of a known model. Error: `usage`. */
export function modelOf(text: string): ModelShape {
  const given = text.match(/^(.+)=([^=,]*),([^=,]*),([^=,]*)$/s);
  if (given === null) return modelShape(text) ?? unknownModel(text);
  const [, name = '', ...figures] = given;
  const [parameters = 0, layers = 0, width = 0] = figures.map((figure) => amountIn(figure) ?? Number.NaN);
  const shape = { name, parameters, layers, width, source: 'given' };
  try {
    requireShape(shape);
  } catch (error) {
    throw usageError(
      `--model ${oneLine(text, 80)}: ${oneLine((error as RangeError).message)}.`,
      'Give NAME=PARAMETERS,LAYERS,WIDTH, such as mine=8e9,32,4096.',
    );
  }
  return shape;
}

function unknownModel(text: string): never {
  const names = nearest(
    text.slice(text.lastIndexOf('/') + 1),
    modelShapes.map(({ name }) => name),
  );
  const figures = '--model NAME=PARAMETERS,LAYERS,WIDTH, such as mine=8e9,32,4096';
  throw usageError(
    `The shape of ${oneLine(JSON.stringify(text), 80)} is not known.`,
    names.length === 0
      ? `Give its figures: ${figures}.`
      : `Do you mean ${names.join(' or ')}? Else give its figures: ${figures}.`,
  );
}

/** `PROMPT,COMPLETION`. Error: `usage`. */
export function pricesOf(text: string): TokenPrices {
  const prices = tokenPricesIn(text);
  if (prices !== undefined) return prices;
  throw usageError(
    `--price ${oneLine(text, 80)}: these are no two prices.`,
    'Give PROMPT,COMPLETION per million tokens, such as 0.5,1.5.',
  );
}

/** A number of tokens, which may be a mean. Error: `usage`. */
export function tokensOf(option: string): (text: string) => number {
  return (text) => {
    const tokens = amountIn(text);
    if (tokens !== undefined) return tokens;
    throw usageError(
      `${option} ${oneLine(text, 80)}: this is no number of tokens.`,
      `Give ${option} N, or ${option} TABLE=N, with a number of 0 or more.`,
    );
  };
}
