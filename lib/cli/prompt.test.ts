import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openPrompt } from './prompt.ts';

function opened(signal = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return { input, prompt: openPrompt(input, output, signal), shown: () => shown };
}

test('an answer is the line, and an empty one what is usual', async () => {
  const { input, prompt, shown } = opened();
  input.write(' http://h \n');
  expect(await prompt.ask('Address', '')).toBe('http://h');
  const second = prompt.ask('Profile', 'smoke');
  input.write('\n');
  expect(await second).toBe('smoke');
  expect(shown()).toContain('Profile [smoke]: ');
  prompt.close();
});

test('a choice is asked again, with the nearest legal word, until it is legal', async () => {
  const { input, prompt, shown } = opened();
  const answer = prompt.choose('Profile', ['smoke', 'soak'], 'smoke');
  input.write('smoek\n');
  await expect.poll(shown).toContain('did you mean "smoke"?');
  input.write('soak\n');
  expect(await answer).toBe('soak');
  prompt.close();
});

test.each(['the input ends', 'the run is interrupted'])('asking is given up when %s', async (how) => {
  const abort = new AbortController();
  const { input, prompt } = opened(abort.signal);
  const answer = prompt.ask('Address', '');
  if (how === 'the input ends') input.end();
  else abort.abort();
  await expect(answer).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
  prompt.close();
});
