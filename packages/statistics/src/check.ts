/** Refusals of arguments: what was given, where, and what to give instead. */

/** Refuses (RangeError) what is not an integer in [low, high]; `name` says which argument it is. */
export function requireInteger(
  name: string,
  value: number,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  throw new RangeError(`${name} is ${value}; give an integer ${range}`);
}

/** Refuses (RangeError) arrays of different lengths, or of none: each holds one entry per problem. */
export function requireProblems(arrays: Readonly<Record<string, ArrayLike<unknown>>>): number {
  const lengths = Object.entries(arrays).map(([name, array]) => `${name}: ${array.length}`);
  const length = Object.values(arrays)[0]?.length ?? 0;
  if (length > 0 && Object.values(arrays).every((array) => array.length === length)) return length;
  throw new RangeError(`entries per array (${lengths.join(', ')}); give one entry per problem, at least one`);
}
