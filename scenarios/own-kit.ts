/**
 * What the script of a journey that a profile describes imports as `aragora-slo/kit`: the kit, with the endpoints that the profile names. The
 * compiler holds it to own-kit-types.d.ts, which people's editors read.
 */
import { filledPath } from '../lib/core/own-request.ts';
import * as inner from './kit.ts';
import type * as Said from './own-kit-types.d.ts';
import { plan } from './settings.ts';

function endpointNamed(name: string): Said.Endpoint {
  const known = plan.ownEndpoints ?? {};
  const found = known[name];
  if (found !== undefined) return found;
  throw new Error(`the profile describes no endpoint "${name}"; it has ${Object.keys(known).join(', ')}`);
}

/** Both are the objects of the kit, of which the types say less. */
const arrivalOf = (due: Said.Arrival): inner.Arrival => due as inner.Arrival;
const responseOf = (response: Said.Response): inner.Response => response as inner.Response;

function send(due: Said.Arrival, request: Said.Call): Said.Called {
  const { endpoint, values = {}, body, headers, verify } = request;
  const { method, path } = endpoint.http;
  const valueFor = (name: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    throw new Error(`${endpoint.name} asks ${path}, and the script gives no value for {${name}}`);
  };
  return inner.call(arrivalOf(due), {
    endpoint: { ...endpoint, own: true, http: { method, path: filledPath(path, valueFor) } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(headers !== undefined && { headers }),
    verify: (response) => verify?.(response),
  });
}

const kit: typeof Said = {
  arrival: inner.arrival,
  endpoint: endpointNamed,
  call: send,
  record: (endpoint, latencyMs, outcome, due) =>
    inner.record(endpoint, latencyMs, outcome, due === undefined ? undefined : arrivalOf(due)),
  jsonAt: (response, path) => inner.jsonAt(responseOf(response), path),
};

export const { arrival, endpoint, call, record, jsonAt } = kit;
