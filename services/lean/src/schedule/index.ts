/** Which proof is checked next, and for how long. */
export { firstBudgetMs } from './budget.ts';
export { type Attempt, type Job, Scheduler, type SchedulerOptions } from './scheduler.ts';
