/** What the contract demands, and which checks hold a verifier to it. */

export interface Requirement {
  /** Where the contract says so: of proto/assay/v1/verifier.proto, unless another document is named. */
  readonly of: string;
  readonly text: string;
  /** `GROUP/NAME`. */
  readonly checks: readonly string[];
}

const requirement = (of: string, text: string, ...checks: string[]): Requirement => ({ of, text, checks });

export const requirements: readonly Requirement[] = [
  requirement(
    'Verifier.Describe',
    'Is answered while the process lives.',
    'describe/fields',
    'robustness/garbage-bytes',
  ),
  requirement(
    'DescribeResponse',
    'Name, version, kinds, slots and limits are there, in their form.',
    'describe/fields',
  ),
  requirement('DescribeResponse.capacity', 'Capacity is at least slots and max_batch.', 'describe/fields'),
  requirement(
    'DescribeResponse.version',
    'Stays the same as long as verdicts do.',
    'describe/stable',
    'robustness/same-description',
  ),
  requirement('DescribeResponse.kinds', 'Problems of these kinds are judged.', 'verdicts/judged'),
  requirement('DescribeResponse.kinds', 'Problems of other kinds are refused.', 'requests/other-kind'),
  requirement(
    'DescribeResponse.decides',
    'Says whether verdicts are CORRECT and INCORRECT, or SCORED.',
    'verdicts/valid-verdicts',
  ),
  requirement(
    'DescribeResponse.max_batch',
    'So many candidates are taken in one call, and no more.',
    'verdicts/full-batch',
    'requests/too-many-candidates',
  ),
  requirement(
    'DescribeResponse.capacity',
    'Calls within the capacity are taken, several at a time.',
    'load/concurrent',
  ),
  requirement('DescribeResponse.max_message_bytes', 'Requests up to this size are read.', 'problems/large'),
  requirement(
    'DescribeResponse.max_message_bytes',
    'Larger ones are refused, and harm nobody.',
    'problems/too-large',
  ),
  requirement(
    'Verifier.Verify',
    'Each candidate has one verdict, under its index.',
    'verdicts/one-candidate',
    'verdicts/full-batch',
    'verdicts/sparse-indexes',
  ),
  requirement(
    'Verifier.Verify',
    'Also under load, and of several calls each its own.',
    'load/concurrent',
    'load/overload',
  ),
  requirement('VerifyResponse.verdicts', 'A response has at least one verdict.', 'verdicts/full-batch'),
  requirement('Verifier.Verify', 'A call can be cancelled, and its room is free again.', 'load/cancel'),
  requirement(
    'Verifier.Verify',
    'A call ends at its deadline, and does not mind a short one.',
    'load/deadline',
  ),
  requirement(
    'Verifier.Verify',
    'Full: RESOURCE_EXHAUSTED at once, nothing judged; room again afterwards.',
    'load/overload',
  ),
  requirement(
    'Verifier.Verify',
    'FAILED_PRECONDITION problem_unknown for a digest that it does not know.',
    'problems/unknown-digest',
  ),
  requirement(
    'VerifyRequest.problem',
    'May be left out where its digest was sent before, or is asked for again.',
    'problems/by-digest',
  ),
  requirement('VerifyRequest.problem_digest', 'May be left out.', 'problems/without-digest'),
  requirement(
    'VerifyRequest.problem',
    'What was sent is what is judged, whatever its digest says.',
    'problems/wrong-digest',
  ),
  requirement('VerifyRequest.problem_digest', 'Has the form of a SHA-256.', 'requests/bad-digest'),
  requirement('VerifyRequest', 'Has a problem or its digest.', 'requests/no-problem'),
  requirement('Problem.spec', 'Is there.', 'requests/no-spec'),
  requirement('VerifyRequest.candidates', 'At least one.', 'requests/no-candidates'),
  requirement('VerifyRequest.candidates', 'No index twice.', 'requests/duplicate-index'),
  requirement('Candidate.index', 'Any of 32 bits.', 'verdicts/sparse-indexes'),
  requirement(
    'Candidate.text',
    'Any text in UTF-8: none, NUL, of any plane, long.',
    'verdicts/text-empty',
    'verdicts/text-nul',
    'verdicts/text-emoji',
    'verdicts/text-of-1-mib',
  ),
  requirement(
    'Verifier.Verify',
    'A trailer assay-reason carries the reason of an error.',
    'requests/no-candidates',
    'load/overload',
    'problems/unknown-digest',
  ),
  requirement(
    'Verdict',
    'Keeps its form: status, reason where one is due, finite score, message of one line.',
    'verdicts/valid-verdicts',
  ),
  requirement('Verdict.retryable', 'With ERROR alone.', 'verdicts/retryable'),
  requirement('Times', 'No more than the call took.', 'verdicts/times'),
  requirement(
    'DESIGN: Verdicts',
    'The same candidate gets the same verdict, again and at once.',
    'verdicts/repeatable',
    'verdicts/same-at-once',
  ),
  requirement(
    'gRPC',
    'Health of the server and of assay.v1.Verifier can be asked and watched.',
    'discovery/health-of-server',
    'discovery/health-of-verifier',
    'discovery/health-watch',
  ),
  requirement(
    'gRPC',
    'Reflection lists the service, and tells the messages of the contract.',
    'discovery/reflection',
    'discovery/reflected-contract',
  ),
  requirement('gRPC', 'Fields of later contracts are ignored.', 'wire/unknown-fields'),
  requirement('gRPC', 'Bytes that are no request are an error at once, and harm nobody.', 'wire/malformed'),
  requirement('gRPC', 'Metadata is taken: of a trace, and of 4 KiB.', 'wire/traceparent', 'wire/metadata'),
  requirement(
    'gRPC',
    'What is no gRPC harms nobody; unknown methods are UNIMPLEMENTED.',
    'robustness/garbage-bytes',
    'robustness/unknown-method',
  ),
  requirement('DESIGN: Contract 1', 'SIGTERM: takes no more calls (UNAVAILABLE).', 'drain/refuses'),
  requirement('DESIGN: Contract 1', 'SIGTERM: health tells NOT_SERVING.', 'drain/not-serving'),
  requirement(
    'DESIGN: Contract 1',
    'SIGTERM: what is in flight is answered, or ended with UNAVAILABLE.',
    'drain/finishes',
  ),
  requirement('DESIGN: Contract 1', 'SIGTERM: the process ends.', 'drain/ends'),
];
