/** Stages that do what the candidate says, for tests of what is around them. */
import { serve } from './loop.ts';

function obey(candidate: string): object | null {
  switch (candidate) {
    case 'loop':
      for (;;);
    case 'native':
      (2n ** (2n ** 28n)).toString();
      return null;
    case 'bomb': {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(1e6).fill(0));
    }
    case 'deep':
      return { deeper: obey('deep') };
  }
  const judgement = {
    status: 'CORRECT',
    reason: '',
    message: 'as told',
    answer: candidate,
    answerClass: 'gold',
  };
  if (!candidate.startsWith('ask ')) return judgement;
  const [gold, answer] = candidate.slice(4).split(' = ');
  return { ...judgement, status: 'ERROR', reason: 'undecided', answerClass: 'other', ask: { gold, answer } };
}

serve(() => (candidate) => JSON.stringify(obey(candidate)));
