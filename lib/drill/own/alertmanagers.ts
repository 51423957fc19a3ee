/** Which Alertmanagers of a team say what became of a page: those that the user named, and whether others may send it too. */
import { placedDocuments } from '../../config/placed.ts';
import { SloError } from '../../core/error.ts';
import type { Placed } from '../../core/placed.ts';
import type { Receiver } from '../../systems/alerts/model/witness.ts';
import { receiversIn } from '../model/own-config.ts';
import type { ApiAccess } from '../prometheus.ts';
import { type AlertmanagerStatus, statusOf } from './alertmanager.ts';

export interface Alertmanagers {
  /** Each once. */
  readonly asked: readonly ApiAccess[];
  /** Where Prometheus hands its alerts to, if nobody can say that it is one of these; null: it is. */
  readonly handedTo: string | null;
  /** How many may send a page, those that are asked included. */
  readonly peers: number;
  /** How many clusters those that are asked are. */
  readonly clusters: number;
  readonly config: Placed | undefined;
  readonly receivers: readonly Receiver[];
}

interface Known extends AlertmanagerStatus {
  readonly access: ApiAccess;
}

/**
 * `bases`: the addresses that Prometheus hands its alerts to.
 * @throws SloError when one can't be asked, when two would send different pages, and when Prometheus hands its alerts to none or surely to others.
 */
export async function openAlertmanagers(
  named: readonly ApiAccess[],
  { url, bases }: { readonly url: string; readonly bases: readonly string[] },
  signal: AbortSignal,
): Promise<Alertmanagers> {
  const known = await knownOf(named, signal);
  const [config, ...others] = known.map((one) => configOf(one));
  const receivers = receiversIn(config);
  const different = others.findIndex((other) => JSON.stringify(receiversIn(other)) !== JSON.stringify(receivers));
  if (different !== -1) {
    const addresses = [known[0], known[different + 1]].map((one) => one?.access.url).join(' and ');
    throw new SloError('prerequisite-missing', `${addresses} have different receivers, so they send different pages`, {
      hint: 'all of a cluster need the same configuration; name those that have it',
    });
  }
  const strangers = await strangersOf(known, bases, signal);
  const surelyOthers = strangers.filter(({ isOther }) => isOther).length;
  if (surelyOthers === bases.length) throw notHanded(url, bases, known);
  const unasked = new Set(
    known.flatMap(({ members }) => members.filter((name) => known.every((one) => one.name !== name))),
  );
  return {
    asked: known.map(({ access }) => access),
    handedTo: strangers.length < bases.length ? null : bases.join(', '),
    peers: Math.max(known.length + Math.max(unasked.size, surelyOthers), bases.length),
    clusters: known.filter((one, at) => !known.slice(0, at).some((other) => isOneCluster(one, other))).length,
    config,
    receivers,
  };
}

/** Two addresses of one process are one. */
async function knownOf(named: readonly ApiAccess[], signal: AbortSignal): Promise<Known[]> {
  const known: Known[] = [];
  for (const access of named) {
    const status = await statusOf(access, signal);
    if (!status.ok) throw new SloError('target-unreachable', status.reason, { hint: status.hint });
    if (known.every(({ identity }) => identity !== status.identity)) known.push({ ...status, access });
  }
  return known;
}

function configOf({ access, config }: Known): Placed | undefined {
  return placedDocuments(`${access.url}/api/v2/status`, config)[0];
}

/** The addresses that are none of these, as far as can be seen. `isOther`: it is surely another one. */
async function strangersOf(known: readonly Known[], bases: readonly string[], signal: AbortSignal) {
  const strangers: { readonly isOther: boolean }[] = [];
  for (const url of bases.filter((base) => known.every(({ access }) => placeOf(access.url) !== placeOf(base)))) {
    // The user did not name this address, so it gets no credentials.
    const status = await statusOf({ url, tls: known[0]?.access.tls }, signal);
    if (!status.ok) strangers.push({ isOther: false });
    else if (known.every(({ identity }) => identity !== status.identity)) strangers.push({ isOther: true });
  }
  return strangers;
}

/** One of the two may not have heard of the other yet. */
function isOneCluster(a: Known, b: Known): boolean {
  return (b.name !== null && a.members.includes(b.name)) || (a.name !== null && b.members.includes(a.name));
}

function notHanded(url: string, bases: readonly string[], known: readonly Known[]): SloError {
  const named = known.map(({ access }) => access.url).join(' or ');
  const where = bases.length === 0 ? 'to no Alertmanager' : `to ${bases.join(', ')}, not to ${named}`;
  return new SloError('prerequisite-missing', `${url} hands its alerts ${where}`, {
    hint: 'its prometheus.yml names it under "alerting", "alertmanagers"',
  });
}

/** This machine has several names. */
export function placeOf(url: string): string {
  const { hostname, port, protocol, pathname } = new URL(url);
  const host = ['localhost', '[::1]', '0.0.0.0'].includes(hostname) ? '127.0.0.1' : hostname;
  return `${host}:${port === '' ? protocol : port}${pathname.replace(/\/$/, '')}`;
}
