/** Candidates that lie in files beside the page. A page that was opened as a file may load scripts, and nothing else. */
import type { CandidateDetails } from '../details.ts';

declare global {
  interface Window {
    /** Called by these files: candidates of the problem at this position. */
    assayCandidates?: (at: number, candidates: CandidateDetails[]) => void;
  }
}

const loaded = new Map<number, Promise<CandidateDetails[]>>();

export function loadCandidates(folder: string, at: number): Promise<CandidateDetails[]> {
  const before = loaded.get(at);
  if (before !== undefined) return before;
  const candidates = new Promise<CandidateDetails[]>((resolve, reject) => {
    const found: CandidateDetails[] = [];
    receivers.set(at, (some) => found.push(...some));
    window.assayCandidates = (position, some) => receivers.get(position)?.(some);
    const script = document.createElement('script');
    script.src = `${encodeURIComponent(folder)}/${at}.js`;
    script.addEventListener('load', () => {
      receivers.delete(at);
      script.remove();
      resolve(found.sort((a, b) => a.index - b.index));
    });
    script.addEventListener('error', () => {
      loaded.delete(at);
      script.remove();
      reject(new Error(`${folder}/${at}.js cannot be loaded: keep the folder beside this page.`));
    });
    document.head.append(script);
  });
  loaded.set(at, candidates);
  return candidates;
}

const receivers = new Map<number, (some: CandidateDetails[]) => void>();
