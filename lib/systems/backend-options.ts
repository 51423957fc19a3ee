/** The options for access to the backends of all systems: certificates. Credentials are secrets, so they are not options. */
import { onOff, path } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';

const group = 'Certificates of backends';

export const BACKEND_OPTIONS = [
  {
    name: 'backendCa',
    kind: path,
    value: '<file>',
    text: 'authority that signed the certificates of all backends (PEM)',
    group,
  },
  { name: 'backendCert', kind: path, value: '<file>', text: 'client certificate for all backends (PEM)', group },
  { name: 'backendKey', kind: path, value: '<file>', text: 'key of the client certificate (PEM)', group },
  { name: 'backendInsecure', kind: onOff, text: 'accept any certificate of a backend', group },
] as const satisfies readonly OptionSpec[];
