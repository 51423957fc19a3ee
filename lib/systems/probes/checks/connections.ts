/** Connections that are older than the load, and other clients than the load's. */
import { countText, digitsText } from '../../../core/numbers.ts';
import { fact, lacking, unasked } from '../../finding.ts';
import type { OldSocketSeen } from '../observation.ts';
import { isGood, isHang, type MadeFor, probe, seenOf, statusOf, undecidedBy, wordsOf } from './check.ts';

const AVAILABILITY = { document: 'monitoring-setup-guide.md', section: 'SLO Definitions, Availability SLO' } as const;
const MONITORS = { document: 'monitoring-setup-guide.md', section: 'Uptime Kuma, Current Monitors' } as const;

/** A server, or what stands in front of it, may close what is old or idle, and says so with these. */
const FRIENDLY_CLOSE = [1000, 1001, 1005, 1012];
/** The connection was lost without a word, or the server has too much to do. */
const UNDECIDED_CLOSE = [1006, 1013, 1015, 4029];
/** Longer than this, and a firewall between may have forgotten the connection. */
const REMEMBERED_SEC = 60;

const oldSocket = probe({
  name: 'old-socket',
  subject: 'a WebSocket from before the load',
  proves: 'A WebSocket that was opened before the load is still served after it, or was closed properly.',
  source: AVAILABILITY,
  part: ({ oldSocket: part }) => part,
  judge: (check, seen) => {
    const held = `after ${digitsText(seen.heldSec, 2)} s`;
    if (seen.closed !== null) {
      const { code, afterSec } = seen.closed;
      const summary = `closed with ${code} after ${digitsText(afterSec, 2)} s`;
      if (UNDECIDED_CLOSE.includes(code)) return unasked(check, `${summary}, which anything in between may have done`);
      return fact(check, FRIENDLY_CLOSE.includes(code), { summary });
    }
    if (seen.pong === true) return fact(check, true, { summary: `it answers a ping ${held}` });
    return unserved(seen)
      ? fact(check, false, { summary: `it is open and does not answer a ping ${held}; a new one does` })
      : lacking(check, 'inconclusive', `neither it nor a new WebSocket answers a ping ${held}`);
  },
});

function unserved({ pong, newPong }: OldSocketSeen): boolean {
  return pong === false && newPong === true;
}

const idleConnection = probe({
  name: 'idle-connection',
  subject: 'a connection that was idle during the load',
  proves:
    'A connection that was idle during the load still gets its own answer, or was closed so that its client knew.',
  source: AVAILABILITY,
  part: ({ idleLine, monitor }) => {
    if ('lacking' in idleLine || 'unasked' in idleLine) return idleLine;
    const own = seenOf(monitor);
    return { ...idleLine, fresh: own?.own ?? null, isAboutHealth: own !== undefined && own.ownStatus !== null };
  },
  judge: (check, { idleSec, first, again, againStatus, isSame, fresh, isAboutHealth }) => {
    const idle = `idle for ${digitsText(idleSec, 2)} s`;
    if (!isGood(first)) return lacking(check, 'inconclusive', `before the load: ${wordsOf(first)}`);
    if (isGood(again) && isAboutHealth && againStatus === null)
      return fact(check, false, {
        summary: `${idle}, then an answer that is not about health; a new connection gets one that is`,
      });
    if (isGood(again))
      return fact(check, true, { summary: isSame ? `answers after it was ${idle}` : `had been closed; ${idle}` });
    if (!isHang(again)) return unasked(check, `${idle}, then ${wordsOf(again)}`);
    if (fresh === null || !isGood(fresh)) return lacking(check, 'inconclusive', 'new connections get no answer either');
    const summary = `${idle}, then ${wordsOf(again)}, although a new connection is answered`;
    return idleSec > REMEMBERED_SEC
      ? unasked(check, `${summary}: a firewall between may have forgotten it`)
      : fact(check, false, { summary });
  },
});

const userAgent = probe({
  name: 'user-agent',
  subject: 'a monitor gets the same answer',
  proves: 'GET /api/health answers Uptime Kuma as it answers the harness.',
  source: MONITORS,
  part: ({ monitor }) => monitor,
  judge: (check, { agent, own, ownStatus, monitor, monitorStatus, isSteady = true }) => {
    if (!isGood(own)) return lacking(check, 'inconclusive', `without a name: ${wordsOf(own)}`);
    if (statusOf(monitor) === 429 || ('trouble' in monitor && !isHang(monitor)))
      return lacking(check, 'inconclusive', `as ${agent}: ${wordsOf(monitor)}`);
    if (!isSteady) return unasked(check, 'the answers about health changed from one request to the next');
    const isSame = statusOf(monitor) === statusOf(own) && monitorStatus === ownStatus;
    const said = (status: string | null) => (status === null ? '' : ` "${status}"`);
    return fact(check, isSame, {
      summary: isSame
        ? `the same answer for ${agent}`
        : `as ${agent} ${wordsOf(monitor)}${said(monitorStatus)}, else ${wordsOf(own)}${said(ownStatus)}`,
    });
  },
});

const WORDS = { 'unhealthy-part': 'of a part unhealthy', 'error-beside': 'of an error' } as const;

const services = probe({
  name: 'services',
  subject: 'the health of its services',
  proves: 'GET /api/health/services calls nothing healthy that it calls unhealthy itself.',
  source: MONITORS,
  part: ({ services: part }) => part ?? { unasked: 'this run did not ask for it' },
  judge: (check, { answered, status, contradiction }) => {
    // A part that does not work may be told by a status of 5xx, and a release may have no such path.
    if (!isGood(answered)) return unasked(check, wordsOf(answered));
    if (status !== 'healthy')
      return unasked(check, `it does not call itself healthy${status === null ? '' : `, but ${status}`}`);
    return fact(check, contradiction === null, {
      summary:
        contradiction === null ? 'healthy, with all its parts' : `it says healthy, and speaks ${WORDS[contradiction]}`,
    });
  },
});

const largeBody = probe({
  name: 'large-body',
  subject: 'a long question is kept or refused',
  proves: 'A question of 32 KiB is refused clearly, or read back whole.',
  part: ({ large }) => large,
  judge: (check, { chars, answered, isCreated, read }, { observed }) => {
    const sent = `a question of ${countText(chars)} characters`;
    if (isHang(answered))
      return 'id' in observed.debate
        ? fact(check, false, { summary: `${sent}: ${wordsOf(answered)}, although a short one was answered` })
        : lacking(check, 'inconclusive', `${sent}: ${wordsOf(answered)}`);
    const obstacle = undecidedBy(answered);
    if (obstacle !== null && statusOf(answered) !== 403) return lacking(check, 'inconclusive', `${sent}: ${obstacle}`);
    const status = statusOf(answered) ?? 0;
    if (status >= 500) return fact(check, false, { summary: `${sent}: ${wordsOf(answered)}` });
    if (status >= 300 && status < 400) return lacking(check, 'inconclusive', `${sent}: ${wordsOf(answered)}`);
    if (!isCreated) return fact(check, true, { summary: `${sent} is refused with ${status}` });
    if (read === null || read.isSame === null) return unasked(check, `${sent} is accepted, and can't be read back`);
    return fact(check, read.isSame, {
      summary: read.isSame
        ? `${sent} is read back whole`
        : `${sent} is accepted, and read back as another one of ${countText(read.chars ?? 0)}`,
    });
  },
});

const unknownDebate = probe({
  name: 'unknown-debate',
  subject: 'a debate that does not exist',
  proves: 'A debate that does not exist, and its convergence, are refused as not found.',
  part: ({ unknown }) => ({ unknown }),
  judge: (check, { unknown }) => {
    const obstacle = unknown.map(({ answered }) => undecidedBy(answered)).find((reason) => reason !== null);
    const bad = unknown.filter(({ answered }) => undecidedBy(answered) === null && !isRefusal(answered));
    if (bad.length === 0 && obstacle !== undefined) return lacking(check, 'inconclusive', obstacle);
    const first = bad[0];
    return fact(check, first === undefined, {
      summary:
        first === undefined
          ? `refused with ${[...new Set(unknown.map(({ answered }) => statusOf(answered)))].join(', ')}`
          : wordsOf(first.answered),
      evidence: bad.map(({ path, answered }) => ({ label: `GET ${path}`, value: wordsOf(answered) })),
    });
  },
});

/** A clear no: not found, gone, or no id that can be. No document says in which form, and a proxy may give its own. */
function isRefusal(answer: Parameters<typeof statusOf>[0]): boolean {
  return 'status' in answer && [400, 404, 410, 422].includes(answer.status);
}

export const CONNECTION_PROBES: readonly MadeFor[] = [
  oldSocket,
  idleConnection,
  userAgent,
  services,
  largeBody,
  unknownDebate,
];
