/** How the harness gets into the backends of all systems: certificates. Credentials are secrets, and so no options. */
import { onOff, path } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';

const group = 'Certificates of these backends';

export const BACKEND_OPTIONS = [
  { name: 'backendCa', kind: path, value: '<file>', text: 'the authority that signed them (PEM)', group },
  { name: 'backendCert', kind: path, value: '<file>', text: 'a client certificate for them (PEM)', group },
  { name: 'backendKey', kind: path, value: '<file>', text: 'the key of the client certificate (PEM)', group },
  { name: 'backendInsecure', kind: onOff, text: 'take any certificate of theirs', group },
] as const satisfies readonly OptionSpec[];
