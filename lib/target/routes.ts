/** The table of HTTP routes, and the matching of a path against it. */
import type { FaultyRoute, Wait } from './behaviour.ts';

export type RouteName =
  | 'health'
  | 'services'
  | 'providers'
  | 'sign-in'
  | 'sign-in-callback'
  | 'list'
  | 'create'
  | 'debate'
  | 'convergence'
  | 'method-not-allowed'
  | 'not-found'
  | 'live'
  | 'ready'
  | 'metrics'
  | 'truth'
  | 'error'
  | 'behaviour'
  | 'socket';

export interface Route {
  readonly name: RouteName;
  /** The `endpoint` label of the metrics. */
  readonly template: string;
  readonly wait: Wait;
  readonly fault?: FaultyRoute;
  /** Whether it appears in metrics, spans, logs and truth. */
  readonly counted: boolean;
  /** Whether it needs the token, where one is set. Routes for monitors and sign-in pages do not. */
  readonly protected: boolean;
}

const counted = { counted: true, protected: false, wait: 'other' } as const;
const uncounted = { counted: false, protected: false, wait: 'other' } as const;

const FIXED: Readonly<Record<string, Route>> = {
  'GET /api/health': { ...counted, name: 'health', template: '/api/health', wait: 'health', fault: 'health' },
  'GET /api/health/services': { ...counted, name: 'services', template: '/api/health/services' },
  'GET /api/auth/oauth/providers': { ...counted, name: 'providers', template: '/api/auth/oauth/providers' },
  'GET /api/debates': {
    name: 'list',
    template: '/api/debates',
    wait: 'debates-list',
    fault: 'debates-list',
    counted: true,
    protected: true,
  },
  'POST /api/debates': {
    name: 'create',
    template: '/api/debates',
    wait: 'debates-create',
    fault: 'debates-create',
    counted: true,
    protected: true,
  },
  'GET /healthz': { ...uncounted, name: 'live', template: '/healthz' },
  'GET /readyz': { ...uncounted, name: 'ready', template: '/readyz' },
  'GET /metrics': { ...uncounted, name: 'metrics', template: '/metrics' },
  'GET /_reference/truth': { ...uncounted, name: 'truth', template: '/_reference/truth' },
  'GET /_reference/error': { ...uncounted, name: 'error', template: '/_reference/error' },
  'POST /_reference/behaviour': { ...uncounted, name: 'behaviour', template: '/_reference/behaviour' },
  'GET /ws': { ...uncounted, name: 'socket', template: '/ws' },
};

const DEBATE: Route = { ...counted, name: 'debate', template: '/api/debates/{id}', wait: 'debate', protected: true };
const CONVERGENCE: Route = {
  name: 'convergence',
  template: '/api/debates/{id}/convergence',
  wait: 'consensus',
  fault: 'consensus',
  counted: true,
  protected: true,
};
const WRONG_METHOD: Route = { ...counted, name: 'method-not-allowed', template: 'unmatched' };
const NOT_FOUND: Route = { ...counted, name: 'not-found', template: 'unmatched' };

/** Of one provider. */
const SIGN_IN = /^\/api\/auth\/oauth\/(google|github)(\/callback)?$/;
const SIGN_INS = {
  start: { ...uncounted, name: 'sign-in', template: '/api/auth/oauth/{provider}' },
  callback: { ...uncounted, name: 'sign-in-callback', template: '/api/auth/oauth/{provider}/callback' },
} as const satisfies Readonly<Record<string, Route>>;

const DEBATES_PREFIX = '/api/debates/';
const KNOWN_PATHS = new Set(Object.keys(FIXED).map((key) => key.slice(key.indexOf(' ') + 1)));

/** The route of a request without its query, and the debate that it is about ('' for none). Never fails: there is a route for unknown paths. */
export function matchRoute(method: string, path: string): { readonly route: Route; readonly debateId: string } {
  const fixed = FIXED[`${method} ${path}`];
  if (fixed !== undefined) return { route: fixed, debateId: '' };
  const signIn = SIGN_IN.exec(path);
  if (method === 'GET' && signIn !== null)
    return { route: signIn[2] === undefined ? SIGN_INS.start : SIGN_INS.callback, debateId: '' };
  if (!path.startsWith(DEBATES_PREFIX)) {
    return { route: KNOWN_PATHS.has(path) ? WRONG_METHOD : NOT_FOUND, debateId: '' };
  }
  const [debateId = '', suffix, ...rest] = path.slice(DEBATES_PREFIX.length).split('/');
  if (debateId === '' || rest.length > 0 || (suffix !== undefined && suffix !== 'convergence')) {
    return { route: NOT_FOUND, debateId: '' };
  }
  if (method !== 'GET') return { route: WRONG_METHOD, debateId };
  return { route: suffix === undefined ? DEBATE : CONVERGENCE, debateId };
}
