import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BackendError, type BackendFault } from '../types.ts';
import { ChatTemplate, presets, stepsOf, strip } from './template.ts';

const chat = (source: string) => new ChatTemplate(source, { bos_token: '<s>', eos_token: '</s>' });
const layout = (source: string, ...roles: string[]) => chat(source).layout(roles);

const fails = (fault: BackendFault, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BackendError);
  assert.equal(error.fault, fault);
  assert.match(error.message, message);
  return true;
};

const each = (inner: string) => `{% for message in messages %}${inner}{% endfor %}`;

suite('pieces', () => {
  test('of the presets', () => {
    assert.deepEqual(layout(presets.llama3, 'user', 'assistant'), {
      pieces: [
        '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n',
        '<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
        '<|eot_id|>',
      ],
      strips: [
        ['all', 'all'],
        ['all', 'all'],
      ],
    });
    assert.deepEqual(layout(presets.chatml, 'system', 'user', 'assistant').pieces, [
      '<|im_start|>system\n',
      '<|im_end|>\n<|im_start|>user\n',
      '<|im_end|>\n<|im_start|>assistant\n',
      '<|im_end|>\n',
    ]);
    const plain = layout(presets.plain, 'system', 'user', 'assistant');
    assert.deepEqual(plain.pieces, ['', '\n\n', '\n\n', '']);
    assert.deepEqual(plain.strips[2], ['', '']);
  });

  test('special tokens by name, and a system prompt of the template’s own', () => {
    const start = "{% if messages[0].role != 'system' %}{{ bos_token }}Be brief.{% endif %}";
    const source = `${start}${each('[{{ message.content }}]')}{{ eos_token }}`;
    assert.deepEqual(layout(source, 'user', 'assistant').pieces, ['<s>Be brief.[', '][', ']</s>']);
    assert.deepEqual(layout(source, 'system', 'user', 'assistant').pieces, ['[', '][', '][', ']</s>']);
  });

  test('as transformers renders: no line break after a block, no tools, blocks of generation', () => {
    const turn = '\n  {% generation %}\n{{ message.content }}{% endgeneration %}\n';
    const others = '{% if tools is not none or documents or add_generation_prompt %}x{% endif %}';
    const source = `${each(turn)}\n${others}`;
    assert.deepEqual(layout(source, 'user', 'assistant').pieces, ['', '', '']);
  });

  test('the date is always the same', () => {
    const date = "{{ strftime_now('%d %b %Y') if strftime_now is defined }}";
    const source = `${date} ${each('{{ message.content }}')}`;
    assert.equal(layout(source, 'user', 'assistant').pieces[0], '26 Jul 2024 ');
    assert.throws(
      () => layout(source.replace('%Y', '%U'), 'user', 'assistant'),
      fails('rejected', /strftime_now cannot write %U/),
    );
  });

  test('what is stripped', () => {
    const strips = (expression: string) =>
      layout(each(`<{{ ${expression} }}>`), 'user', 'assistant').strips[1];
    assert.deepEqual(strips('message.content'), ['', '']);
    assert.deepEqual(strips('message.content | trim'), ['all', 'all']);
    assert.deepEqual(strips('message.content.strip()'), ['all', 'all']);
    assert.deepEqual(strips('message.content.rstrip()'), ['', 'all']);
    assert.deepEqual(strips("message.content.lstrip('\\n')"), ['\n', '']);
    assert.deepEqual(strips("message.content.strip('\\n')"), ['\n', '\n']);
    assert.deepEqual(strips("message['content'].rstrip(' ')"), ['', ' ']);
    assert.deepEqual(strips("message.content.split('</think>')[-1].lstrip('\\n')"), ['\n', '']);
  });

  test('strips that differ between turns', () => {
    const source = each('{{ message.content | trim if loop.last else message.content }};');
    assert.deepEqual(layout(source, 'user', 'assistant').strips, [
      ['', ''],
      ['all', 'all'],
    ]);
  });
});

suite('what cannot be analysed is refused', () => {
  const roles = ['user', 'assistant'];
  const refused: Record<string, readonly [string, RegExp]> = {
    'its own refusal': [
      "{{ raise_exception('Roles must alternate') }}",
      /refuses the roles user, assistant: Roles must alternate/,
    ],
    'a content left out': ['{{ messages[0].content }}', /not once each/],
    'a content twice': [each('{{ message.content }}{{ message.content }}'), /not once each/],
    'another order': ['{{ messages[1].content }}{{ messages[0].content }}', /not once each/],
    'changed contents': [each('{{ message.content | length }}'), /not once each/],
    'contents that decide': [
      each("{{ message.content }}{{ 'x' if message.content.startswith(' ') }}"),
      /by more than the white space/,
    ],
    'a failure': ['{{ nothing() }}', /refuses the roles/],
  };
  for (const [title, [source, message]] of Object.entries(refused)) {
    test(title, () => assert.throws(() => layout(source, ...roles), fails('rejected', message)));
  }

  test('roles that would be template text', () => {
    for (const role of ['', 'user<|im_end|>', 'a b', 'x'.repeat(40), 'user\n']) {
      assert.throws(
        () => layout(presets.chatml, role, 'assistant'),
        fails('rejected', /The role ".*" is none/),
      );
    }
  });

  test('a source that is no template', () => {
    assert.throws(
      () => chat('{% for %}'),
      fails('misuse', /The chat template cannot be read: .+ Choose another one/),
    );
  });
});

test('white space is that of Python', () => {
  const around = ['\t', '\n', '\x0b', '\x1c', '\x1f', '\x85', '\u00a0', '\u2003', '\u2028', '\u3000'].join(
    '',
  );
  assert.equal(strip(`${around}a b${around}`, ['all', 'all']), 'a b');
  assert.equal(strip('\ufeff\u200ba', ['all', 'all']), '\ufeff\u200ba');
  assert.equal(strip(' \n a \n\n', ['\n', '\n']), ' \n a ');
  assert.equal(strip(' \n a \n\n', [' ', ' ']), '\n a \n\n');
  assert.equal(strip(around, ['', 'all']), '');
  assert.equal(strip(`${' '.repeat(200_000)}a${' '.repeat(200_000)}a`, ['', 'all']).length, 400_002);
});

test('steps are what is between blank lines', () => {
  assert.deepEqual(stepsOf('\n\na\nb\n\nc\n \t\n\nd \n\n'), ['a\nb', 'c', 'd']);
  assert.deepEqual(stepsOf(' \n\n '), ['']);
  assert.equal(stepsOf(`a${'\n'.repeat(100_000)}b`).length, 2);
});

test('a template that does not end is refused', () => {
  const [long, end] = ['{% for i in range(1000000) %}', '{% endfor %}'];
  for (const source of [`{% for i in range(1000000000) %}${end}`, `${long}${long}${end}${end}`]) {
    const endless = new ChatTemplate(source, {}, 50);
    assert.throws(() => endless.layout(['user', 'assistant']), fails('rejected', /timed out/));
  }
});
