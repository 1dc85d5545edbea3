/** Stands for the process that judges for `assay math`, and misbehaves as the reference answer says. */
import { setTimeout as sleep } from 'node:timers/promises';

process.on('message', async ({ gold }: { gold: string }) => {
  if (gold === 'loop') for (;;);
  if (gold === 'die') process.exit(9);
  if (gold === 'eat') {
    for (const kept: number[][] = []; ; ) kept.push(new Array(1 << 16).fill(kept.length));
  }
  if (gold === 'fail') process.send?.({ failure: 'out of wits' });
  if (gold === 'policy') process.send?.({ error: { code: 'bad_policy', message: 'none', mend: 'use one' } });
  await sleep(60_000);
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
