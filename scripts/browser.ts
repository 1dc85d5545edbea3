// A browser for the tests: Chromium. Where there is none, root gets Debian's. Where that cannot be, tests that need a
// browser skip themselves. ASSAY_TEST_CHROMIUM names one that is elsewhere.
import { has, install, isOffered, isRoot } from './machine.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Brings it, and says so; true also where it cannot be brought. */
export async function provideBrowser(): Promise<boolean> {
  const problem = await bring();
  if (problem !== '') console.log(`${problem}\nTests that need a browser will be skipped.`);
  return true;
}

/** Answers with the reason where it cannot be. */
async function bring(): Promise<string> {
  if (process.env.ASSAY_TEST_CHROMIUM || names.some(has)) return '';
  if (!isRoot()) return 'There is no Chromium, and only root can install one.';
  if (!has('apt-get')) return 'There is no Chromium, and no apt-get to install one with.';
  if (!(await isOffered('chromium'))) return 'There is no Chromium, and apt-get offers none.';
  // Without a font it shows no text.
  const failure = await install(['chromium', 'fonts-dejavu-core']);
  return failure === '' ? '' : `apt-get could not install Chromium: ${failure}`;
}

if (import.meta.main) await provideBrowser();
