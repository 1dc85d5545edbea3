/** Closed forms of queues with many servers. */

/**
 * Share of arrivals that wait in M/M/c (Erlang's C), for an offered load of `load` = arrival rate × service time.
 * 1 where the servers cannot do it. By the recursion of Erlang's B, which is stable for any number of servers.
 */
export function waitingShare(servers: number, load: number): number {
  if (load >= servers) return 1;
  // Below 10⁻⁸ there: the normal distribution's tail.
  if (servers > 100 && load + 6 * Math.sqrt(load) < servers) return 0;
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

/** Mean wait in M/M/c, in the unit of `serviceS`; Infinity where the servers cannot do it. */
export function meanWait(servers: number, rate: number, serviceS: number): number {
  const load = rate * serviceS;
  if (load >= servers) return Number.POSITIVE_INFINITY;
  return (waitingShare(servers, load) * serviceS) / (servers - load);
}

/**
 * Mean wait in G/G/c by Allen and Cunneen: that of M/M/c times the mean of the squared coefficients of variation of
 * times between arrivals and of service times.
 */
export function generalMeanWait(
  servers: number,
  rate: number,
  { serviceS, arrivalCv = 1, serviceCv }: { serviceS: number; arrivalCv?: number; serviceCv: number },
): number {
  return (meanWait(servers, rate, serviceS) * (arrivalCv ** 2 + serviceCv ** 2)) / 2;
}

/** Wait that a share `q` of arrivals stays below in M/M/c. */
export function waitQuantile(servers: number, rate: number, serviceS: number, q: number): number {
  const load = rate * serviceS;
  const waiting = waitingShare(servers, load);
  if (waiting <= 1 - q) return 0;
  if (load >= servers) return Number.POSITIVE_INFINITY;
  return (Math.log(waiting / (1 - q)) * serviceS) / (servers - load);
}
