/** Interim answers that nobody asked for: the answer that follows is read as if they were not there, however the bytes come. */
import { afterAll, describe, expect, it, test } from 'vitest';
import { closeFakes, fakeTcp } from '../../test/cli/support/servers.ts';
import { Line, send } from './client.ts';
import { Interim } from './interim.ts';

afterAll(closeFakes);

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\nHTTP/1.1 100 is only its text';

const passed = (chunks: readonly string[], interim = new Interim()): string =>
  chunks.map((chunk) => interim.pass(Buffer.from(chunk)).toString()).join('');

describe.each([
  ['none', ''],
  ['a 100', CONTINUE],
  ['a 103', HINTS],
  ['several', CONTINUE + HINTS + CONTINUE],
  ['one without words', 'HTTP/1.1 100\r\n\r\n'],
  ['one of HTTP/1.0', 'HTTP/1.0 102 Processing\r\n\r\n'],
])('of %s before an answer', (_, before) => {
  const whole = before + ANSWER;
  it('only the answer is left, wherever the bytes are cut', () => {
    for (let at = 0; at <= whole.length; at++) expect(passed([whole.slice(0, at), whole.slice(at)])).toBe(ANSWER);
    expect(passed([...whole])).toBe(ANSWER);
  });

  it('the next answer on the same connection is left as well', () => {
    const interim = new Interim();
    expect(passed([whole], interim)).toBe(ANSWER);
    interim.begin();
    expect(passed([whole], interim)).toBe(ANSWER);
  });

  it('a client gets each answer, also over a connection that was kept', async () => {
    const { host } = await fakeTcp((socket) => void socket.on('data', () => socket.write(whole)));
    const line = new Line();
    const answered = { status: 200, text: 'HTTP/1.1 100 is only its text' };
    for (let at = 0; at < 5; at++) expect(await line.send(`http://${host}`)).toMatchObject(answered);
    expect(line.connections).toBeLessThan(5);
    await line.close();
  });
});

it.each([
  'SSH-2.0\r\n',
  'SSH-2.0-OpenSSH_9.9\r\n',
  'HTTP/2',
  'HTTP/1.1 2',
  'HTTP/1.1 1000 Many\r\n\r\n',
  'HTTP/1.1 404 No\r\n\r\n',
])('leaves what is no interim answer as it is: %j', (text) => {
  const more = 'and something more';
  expect(passed([text])).toBe(text);
  expect(passed([text, more])).toBe(text + more);
});

it('does not hold back a head that has no end', () => {
  const endless = `HTTP/1.1 100 Continue\r\n${'X-More: 1\r\n'.repeat(2000)}`;
  expect(passed([endless])).toBe(endless);
});

test('a server that sends nothing else is left in time', async () => {
  const { host } = await fakeTcp((socket) => {
    const timer = setInterval(() => socket.write(CONTINUE), 5);
    socket.on('close', () => clearInterval(timer));
  });
  expect(await send(`http://${host}`, { timeoutMs: 400 })).toMatchObject({
    status: null,
    trouble: { kind: expect.stringMatching(/^no-(answer|connection)$/) },
  });
});
