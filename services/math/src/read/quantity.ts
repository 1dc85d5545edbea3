/** Units after an expression. */
import { normalise } from '../latex.ts';
import { type Quantity, readQuantity } from '../units.ts';

/** The unit that a piece of the answer is; undefined where it is none. */
export function unitsOf(source: string): Quantity | undefined {
  return readQuantity(` ${normalise(source)}`);
}
