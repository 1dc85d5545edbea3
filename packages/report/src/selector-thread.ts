/** Selection figures in threads: over a million candidates they take many seconds, in which nobody else has to wait. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { EnsembleResults, SelectorResults } from './report.ts';
import { countTasks, figuresOf, type ScoreTables, type SelectorFigures } from './selectors.ts';

interface Start {
  assaySelectors: true;
  tables: ScoreTables;
  level: number;
  tasks: number[];
}

const start = workerData as Start | null;
if (!isMainThread && start?.assaySelectors) {
  parentPort?.postMessage(figuresOf(start.tables, start.level, start.tasks));
}

/** Scores up to which a thread would take longer to start than they take. */
const fewScores = 20_000;

/** Figures of every selector and ensemble. Error: RangeError where columns of a problem differ in length. */
export async function selectorResults(tables: ScoreTables, level: number): Promise<SelectorFigures> {
  const tasks = Array.from({ length: countTasks(tables) }, (_, task) => task);
  const { selectors, problems } = tables;
  const scores = problems.reduce((n, { correct }) => n + correct.length * selectors.length, 0);
  const threads = scores <= fewScores ? 0 : Math.min(tasks.length, availableParallelism());
  const figures =
    threads === 0 ? figuresOf(tables, level, tasks) : await inThreads(tables, level, tasks, threads);
  return {
    selectors: figures.slice(0, selectors.length),
    ensembles: figures.slice(selectors.length) as EnsembleResults[],
  };
}

async function inThreads(
  { selectors, classesBy, problems }: ScoreTables,
  level: number,
  tasks: number[],
  threads: number,
) {
  // Columns alone travel, whatever else a problem is.
  const columns = problems.map(({ correct, classes, scores }) => ({
    ...{ correct, scores },
    ...(classes && { classes }),
  }));
  const tables = { selectors, classesBy, problems: columns };
  const figures: (SelectorResults | EnsembleResults)[] = [];
  const run = async (_: unknown, thread: number) => {
    const own = tasks.filter((task) => task % threads === thread);
    const data: Start = { assaySelectors: true, tables, level, tasks: own };
    const worker = new Worker(import.meta.filename, {
      workerData: data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const [done] = (await once(worker, 'message')) as [typeof figures];
    own.forEach((task, i) => {
      figures[task] = done[i] as SelectorResults;
    });
  };
  await Promise.all(Array.from({ length: threads }, run));
  return figures;
}
