/**
 * Public data sets and where they live. Every address names a revision, so that its content cannot change; SHA-256
 * sums are those that the homes (as Git LFS) or several independent users of a file give for that revision.
 */

export interface PublicFile {
  /** Below the folder of the set. */
  readonly path: string;
  readonly url: string;
  /** Absent: not known before the first download. */
  readonly sha256?: string;
  readonly bytes?: number;
}

export interface PublicSet {
  readonly name: string;
  readonly about: string;
  readonly home: string;
  readonly licence: string;
  /** To be told before it is downloaded. */
  readonly warning?: string;
  readonly files: readonly PublicFile[];
}

const github = (repository: string, commit: string, path: string) =>
  `https://raw.githubusercontent.com/${repository}/${commit}/${path}`;

const huggingFace = (repository: string, commit: string, path: string) =>
  `https://huggingface.co/datasets/${repository}/resolve/${commit}/${path}`;

const gsm8k = (path: string) =>
  github(
    'openai/grade-school-math',
    '3101c7d5072418e28b9008a6636bde82a006892c',
    `grade_school_math/data/${path}`,
  );
const mbpp = (path: string) =>
  github('google-research/google-research', '1fa17414f56c3703d5adb3818338b6e35e0fd550', `mbpp/${path}`);
const codeContests = (path: string) =>
  huggingFace('deepmind/code_contests', '802411c3010cb00d1b05bad57ca77365a3c699d6', `data/${path}`);
const liveCodeBench = (path: string) =>
  huggingFace('livecodebench/code_generation_lite', '0fe84c3912ea0c4d4a78037083943e8f0c4dd505', path);
const monkeys = (path: string) =>
  huggingFace('ScalingIntelligence/monkey_business', 'a9f8f73bcd6948a57ed922cba4e48062ef95f553', path);

const newestOfLiveCodeBench: PublicFile = {
  path: 'test6.jsonl',
  url: liveCodeBench('test6.jsonl'),
  sha256: 'bb4c364f71921c4495a6ad15abe1a927350b720009f4933e2e71f8af0f6fd1f5',
  bytes: 134_303_240,
};
const aboutLiveCodeBench = {
  home: 'https://huggingface.co/datasets/livecodebench/code_generation_lite',
  licence: 'see its home; the problems belong to the contest sites that they come from',
};

export const publicSets: readonly PublicSet[] = [
  {
    name: 'gsm8k',
    about: '1,319 test and 7,473 training problems of grade-school mathematics',
    home: 'https://github.com/openai/grade-school-math',
    licence: 'MIT',
    files: [
      {
        path: 'test.jsonl',
        url: gsm8k('test.jsonl'),
        sha256: '3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14',
      },
      {
        path: 'train.jsonl',
        url: gsm8k('train.jsonl'),
        sha256: '17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465',
      },
    ],
  },
  {
    name: 'math-500',
    about: '500 problems of the MATH test set',
    home: 'https://huggingface.co/datasets/HuggingFaceH4/MATH-500',
    licence: 'MIT',
    warning:
      'a DMCA notice has been filed against MATH, whose problems come from competitions. Whether you may use it is for ' +
      'you to settle.',
    files: [
      {
        path: 'test.jsonl',
        url: huggingFace('HuggingFaceH4/MATH-500', '6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be', 'test.jsonl'),
        sha256: '35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132',
        bytes: 446_564,
      },
    ],
  },
  {
    name: 'humaneval',
    about: '164 Python functions to complete',
    home: 'https://github.com/openai/human-eval',
    licence: 'MIT',
    files: [
      {
        path: 'HumanEval.jsonl.gz',
        url: github(
          'openai/human-eval',
          '6d43fb980f9fee3c892a914eda09951f772ad10d',
          'data/HumanEval.jsonl.gz',
        ),
        sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
      },
    ],
  },
  {
    name: 'mbpp',
    about: '974 small Python problems',
    home: 'https://github.com/google-research/google-research/tree/master/mbpp',
    licence: 'CC BY 4.0',
    files: [{ path: 'mbpp.jsonl', url: mbpp('mbpp.jsonl') }],
  },
  {
    name: 'minif2f',
    about: '488 theorems in Lean 4, with headers',
    home: 'https://github.com/deepseek-ai/DeepSeek-Prover-V1.5',
    licence: 'MIT',
    files: [
      {
        path: 'minif2f.jsonl',
        url: github(
          'deepseek-ai/DeepSeek-Prover-V1.5',
          '2c4ba9119eef74d0d611f494261b2c5bae98c69a',
          'datasets/minif2f.jsonl',
        ),
      },
    ],
  },
  {
    name: 'codecontests',
    about: '165 test and 117 validation problems of programming contests, with their tests',
    home: 'https://huggingface.co/datasets/deepmind/code_contests',
    licence: 'CC BY 4.0',
    files: [
      {
        path: 'test.parquet',
        url: codeContests('test-00000-of-00001-9c49eeff30aacaa8.parquet'),
        sha256: 'aa426cbdb202bf8703b658bcb31fd1878ca7cfd33ca07d3b703dc94ca6a2b651',
        bytes: 63_077_400,
      },
      {
        path: 'valid.parquet',
        url: codeContests('valid-00000-of-00001-5e672c5751f060d3.parquet'),
        sha256: '02e8c1ccedae716f1e43cc813fcb7823c3db666ea92638820aba80e8cef451ab',
        bytes: 51_829_044,
      },
    ],
  },
  {
    name: 'swebench-lite',
    about: '300 issues of Python repositories, with the tests that decide',
    home: 'https://huggingface.co/datasets/princeton-nlp/SWE-bench_Lite',
    licence: 'see its home; the repositories have licences of their own',
    files: [
      {
        path: 'test.parquet',
        url: huggingFace(
          'princeton-nlp/SWE-bench_Lite',
          '6ec7bb89b9342f664a54a6e0a6ea6501d3437cc2',
          'data/test-00000-of-00001.parquet',
        ),
        sha256: '7a21f37b8bc179c7db5beeb14e88ac538ba283455c776e6b2535bbfb6e3551b4',
        bytes: 1_119_540,
      },
    ],
  },
  {
    name: 'livecodebench-6',
    about: 'the 175 newest contest problems of release 6',
    ...aboutLiveCodeBench,
    files: [newestOfLiveCodeBench],
  },
  {
    name: 'livecodebench',
    about: 'all 1,055 contest problems of release 6',
    ...aboutLiveCodeBench,
    files: [
      {
        path: 'test.jsonl',
        url: liveCodeBench('test.jsonl'),
        sha256: '2bd02b38beb48e8c46b5b9987095d999ff38cd8efc255ea5d58974317c48f63f',
        bytes: 1_252_609_773,
      },
      {
        path: 'test2.jsonl',
        url: liveCodeBench('test2.jsonl'),
        sha256: '095df7c5daf15f882c51a9deb84085cff1e073495a5dbcf95015a564d485f3a3',
        bytes: 713_377_060,
      },
      {
        path: 'test3.jsonl',
        url: liveCodeBench('test3.jsonl'),
        sha256: '28ed26cc83363ce3f1fe2d5fad9f8393077beb1907b167a31bd3b32f80801b79',
        bytes: 623_360_766,
      },
      {
        path: 'test4.jsonl',
        url: liveCodeBench('test4.jsonl'),
        sha256: 'd711138ddaebfcf5f8ec6a4283ee677298c0f5c5d374a235af92aaf0584510da',
        bytes: 1_204_644_685,
      },
      {
        path: 'test5.jsonl',
        url: liveCodeBench('test5.jsonl'),
        sha256: '7f77571c2a6df0c2a72a3277650309f67e01e0008e18117e624633df53f81214',
        bytes: 557_699_297,
      },
      newestOfLiveCodeBench,
    ],
  },
  {
    name: 'monkey-business-gsm8k',
    about: "10,000 judged samples for each of 127 GSM8K problems, by Llama 3 8B and 70B: the paper's own",
    home: 'https://huggingface.co/datasets/ScalingIntelligence/monkey_business',
    licence: 'MIT',
    files: [
      {
        path: 'GSM8K_Llama-3-8B-Instruct.json',
        url: monkeys('GSM8K_Llama-3-8B-Instruct.json'),
        sha256: '0e334c7010a2eb39ab0aaf38cdd196da0b6219a95fd69f82d35b8f51e46ed765',
      },
      {
        path: 'GSM8K_Llama-3-70B-Instruct.json',
        url: monkeys('GSM8K_Llama-3-70B-Instruct.json'),
        sha256: '22ff8a363d5a5b8ea5a6c299285d8f615ec32b9c1fe08e8253cc1a6c9c7c323f',
      },
    ],
  },
];
