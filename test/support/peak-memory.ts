// Loaded with --import: writes the peak of this process's resident memory, in bytes, into PEAK_MEMORY_FILE at its end.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE ?? '', String(1024 * process.resourceUsage().maxRSS));
});
