// Original file: assay/v1/orchestrator.proto


export interface CreateRunRequestInit {
  /**
   * [A-Za-z0-9._-]{1,128}; empty: the server makes one.
   */
  'id'?: (string);
  /**
   * Names of verifiers that judge every candidate; the first is the oracle of the success rates.
   */
  'verifiers'?: (string)[];
  /**
   * Skip a problem's remaining candidates after its first CORRECT by the oracle.
   */
  'earlyStop'?: (boolean);
  /**
   * Times that a candidate is tried after ERRORs that may be retried; 0: the server's default.
   */
  'maxAttempts'?: (number);
  /**
   * Anything the user wants kept with the run (source file, model, …).
   */
  'labels'?: ({[key: string]: string});
  /**
   * Judge every candidate for itself: no verdict comes from a cache or from an identical candidate, and none goes there.
   */
  'uncached'?: (boolean);
  /**
   * Runs of a higher priority get free slots first.
   */
  'priority'?: (number);
  /**
   * Share of the slots among runs of equal priority, as a weight; 0 for 1.
   */
  'weight'?: (number | string);
  /**
   * Most candidates × verifiers that are at replicas at a time; 0: as many as there is room for.
   */
  'maxInFlight'?: (number);
}

export interface CreateRunRequest {
  /**
   * [A-Za-z0-9._-]{1,128}; empty: the server makes one.
   */
  'id': (string);
  /**
   * Names of verifiers that judge every candidate; the first is the oracle of the success rates.
   */
  'verifiers': (string)[];
  /**
   * Skip a problem's remaining candidates after its first CORRECT by the oracle.
   */
  'earlyStop': (boolean);
  /**
   * Times that a candidate is tried after ERRORs that may be retried; 0: the server's default.
   */
  'maxAttempts': (number);
  /**
   * Anything the user wants kept with the run (source file, model, …).
   */
  'labels': ({[key: string]: string});
  /**
   * Judge every candidate for itself: no verdict comes from a cache or from an identical candidate, and none goes there.
   */
  'uncached': (boolean);
  /**
   * Runs of a higher priority get free slots first.
   */
  'priority': (number);
  /**
   * Share of the slots among runs of equal priority, as a weight; 0 for 1.
   */
  'weight': (number);
  /**
   * Most candidates × verifiers that are at replicas at a time; 0: as many as there is room for.
   */
  'maxInFlight': (number);
}
