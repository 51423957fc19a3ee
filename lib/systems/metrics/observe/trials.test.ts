/** Metrics that were read before the load, and not after it, because the server turned into one of those that failed a trial. */
import { afterAll, expect, test } from 'vitest';
import { closeFakes } from '../../../../test/cli/support/servers.ts';
import { HOSTILE, TRIALS, type Trial } from '../../../../test/support/hostile-answers.ts';
import { serve } from '../../../../test/support/wanted.ts';
import { startScraping } from './scrape.ts';

afterAll(closeFakes);

const LONG_MS = 60_000;
const SHORT_MS = 150;
/** Where the time is up depends on the machine. */
const LATE = /does not (answer|finish its answer): no (connection|answer|end) within 0\.15 s/;
const TOO_LARGE = /can't be read: its answer is larger than 16 MiB/;
const UNWELL = /^is it overloaded, or does a firewall swallow the connection\?$/;
const SOMETHING_ELSE = /^check the address: does something else answer there\?$/;

const SAYS: Readonly<Record<Trial, [reason: RegExp, hint: RegExp, timeoutMs?: number]>> = {
  hang: [LATE, UNWELL, SHORT_MS],
  big: [TOO_LARGE, SOMETHING_ELSE],
  big200: [TOO_LARGE, SOMETHING_ELSE],
  gzip: [TOO_LARGE, SOMETHING_ELSE],
  chunked: [TOO_LARGE, SOMETHING_ELSE],
  trickle: [LATE, UNWELL, SHORT_MS],
  headers: [/can't be read: the headers of its answer are larger than 16 KiB/, SOMETHING_ELSE],
  slow: [LATE, UNWELL, SHORT_MS],
  redirect: [/answers 302: it redirects to http:\/\/127\.0\.0\.2:9\//, /^is this the address of the backend's API/],
  reset: [/does not answer: connection reset/, UNWELL],
  html: [/answers HTML, not metrics/, /^are metrics enabled/],
  e500: [/answers 500: "boom"/, /^is it healthy/],
};

test.each(TRIALS)('%s: the reason is said, and what to do', async (mode) => {
  const [reason, hint, timeoutMs = LONG_MS] = SAYS[mode];
  let isLoaded = false;
  const host = await serve((request, response) =>
    isLoaded
      ? HOSTILE[mode](request, response)
      : response.writeHead(200, { 'content-type': 'text/plain' }).end('aragora_a 1\n'),
  );
  const options = { url: `${host}/metrics`, everyMs: LONG_MS, settleMs: 1, timeoutMs: LONG_MS };
  const scraping = await startScraping(options);
  isLoaded = true;
  // What came before had all the time that it needs.
  options.timeoutMs = timeoutMs;
  expect(await scraping.stop()).toMatchObject({
    status: 'unavailable',
    reason: expect.stringMatching(new RegExp(`${reason.source} \\(after the load\\)$`)),
    hint: expect.stringMatching(hint),
  });
});
