/** Names that a misspelt one may mean. */

/** At most `most` of the names, the likeliest first: those that hold it or that few edits turn into it. */
export function nearest(name: string, names: readonly string[], most = 3): string[] {
  const wanted = name.toLowerCase().slice(0, 100);
  const distances = names.map((each) => {
    const other = each.toLowerCase().slice(0, 100);
    const holds = wanted.length > 2 && (other.includes(wanted) || wanted.includes(other));
    return { each, distance: holds ? 1 : edits(wanted, other) };
  });
  return distances
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ each }) => each);
}

/** Levenshtein's distance. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
