/** What a load makes in a cluster: one ConfigMap that owns all the rest, so that deleting it leaves nothing. */
import { readFileSync } from 'node:fs';
import type { EnginePlan } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import { segmentsOf } from '../core/segment.ts';
import { ENGINE_FLAGS, ENGINE_MEMORY, OVERTIME_SEC, segmentFlags } from '../load/load.ts';
import { hdrArgs } from '../load/sources/hdr.ts';

/** Port of k6's own API in a pod, as k6-operator has it. */
export const CONTROL_PORT = 6565;
export const RECORDS_PORT = 6566;
/** Label of everything that one load makes. */
export const RUN_LABEL = 'aragora-slo/run';
const FOLDER = '/test';
/** A finished Job is taken away even if nobody was left to do it. */
const FORGOTTEN_SEC = 600;
/** A ConfigMap holds 1 MiB, and has keys and metadata too. */
const MOST_BYTES = 1_000_000;

export interface ClusterLoad {
  /** Of everything that is made for it. */
  readonly name: string;
  readonly enginePlan: EnginePlan;
  readonly script: string;
  /** Files that the script reads, by their names; absent: none. */
  readonly data?: Readonly<Record<string, string>>;
  readonly image: string;
  readonly durationSec: number;
  readonly caFile?: string | undefined;
  /** Variables of the engine that nobody else should see. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Owner {
  readonly name: string;
  readonly uid: string;
}

const labelsOf = (name: string) => ({ 'app.kubernetes.io/managed-by': 'aragora-slo', [RUN_LABEL]: name });

function metadata(name: string, load: ClusterLoad, owner?: Owner) {
  const owned = { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }] };
  return { name, labels: labelsOf(load.name), ...(owner === undefined ? {} : owned) };
}

/** @throws SloError for scripts that no ConfigMap can hold. */
export function configMap(load: ClusterLoad) {
  const data = {
    'engine.js': load.script,
    'engine.json': JSON.stringify(load.enginePlan),
    ...load.data,
    ...(load.caFile === undefined ? {} : { 'ca.pem': readFileSync(load.caFile, 'utf8') }),
  };
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MOST_BYTES) {
    const message = `the scripts and the data of this load have ${bytes} bytes, and a ConfigMap can hold ${MOST_BYTES}`;
    throw new SloError('config-invalid', message, { hint: 'fewer journeys, smaller scripts, or less data' });
  }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(load.name, load), data };
}

/** undefined: nothing is secret. */
export function secret(load: ClusterLoad, owner: Owner) {
  if (Object.keys(load.secrets).length === 0) return undefined;
  return { apiVersion: 'v1', kind: 'Secret', metadata: metadata(load.name, load, owner), stringData: load.secrets };
}

/** A Job for each generator, which waits for the order to begin. */
export function jobs(load: ClusterLoad, owner: Owner) {
  return segmentsOf(load.enginePlan.generators).map((segment) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(`${load.name}-${segment.index + 1}`, load, owner),
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: FORGOTTEN_SEC,
      activeDeadlineSeconds: Math.ceil(load.durationSec) + OVERTIME_SEC + FORGOTTEN_SEC,
      template: {
        metadata: { labels: labelsOf(load.name) },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 10,
          ...placement(load),
          containers: [
            {
              name: 'k6',
              image: load.image,
              command: ['k6', 'run', '--paused', `--address=0.0.0.0:${CONTROL_PORT}`, '--quiet'],
              args: [...engineArgs(), ...segmentFlags(segment), `${FOLDER}/engine.js`],
              // What it says last is then known without reading its log.
              terminationMessagePolicy: 'FallbackToLogsOnError',
              volumeMounts: [{ name: 'load', mountPath: FOLDER, readOnly: true }],
              ...container(load),
              securityContext: CONTAINER_SECURITY,
            },
          ],
          securityContext: POD_SECURITY,
          volumes: [{ name: 'load', configMap: { name: load.name } }],
        },
      },
    },
  }));
}

/** The same load for k6-operator, which makes its own Jobs with their segments, and tells them to begin. */
export function testRun(load: ClusterLoad, owner: Owner) {
  const labels = { metadata: { labels: labelsOf(load.name) } };
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadata(load.name, load, owner),
    spec: {
      parallelism: load.enginePlan.generators,
      // The operator takes them apart at spaces.
      arguments: engineArgs().join(' '),
      script: { configMap: { name: load.name, file: 'engine.js' } },
      // It would run the script once without its plan.
      initializer: { disabled: true },
      starter: { ...labels, automountServiceAccountToken: 'false' },
      runner: {
        ...labels,
        image: load.image,
        automountServiceAccountToken: 'false',
        ...placement(load),
        ...container(load),
        securityContext: POD_SECURITY,
        containerSecurityContext: CONTAINER_SECURITY,
      },
    },
  };
}

function engineArgs(): string[] {
  return [...ENGINE_FLAGS, ...hdrArgs(`${FOLDER}/engine.json`, `listen=:${RECORDS_PORT}`)];
}

/** Machines share the load, where there are several. */
function placement({ name }: ClusterLoad) {
  const labelSelector = { matchLabels: { [RUN_LABEL]: name } };
  const evenly = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' };
  return { topologySpreadConstraints: [{ ...evenly, labelSelector }] };
}

function container({ name, secrets, caFile }: ClusterLoad) {
  const variables = {
    ...ENGINE_MEMORY,
    PLAN: `${FOLDER}/engine.json`,
    ...(caFile === undefined ? {} : { SSL_CERT_FILE: `${FOLDER}/ca.pem` }),
  };
  return {
    env: Object.entries(variables).map(([name, value]) => ({ name, value })),
    ...(Object.keys(secrets).length === 0 ? {} : { envFrom: [{ secretRef: { name } }] }),
  };
}

const NOBODY = 65_532;
const POD_SECURITY = { runAsNonRoot: true, runAsUser: NOBODY, seccompProfile: { type: 'RuntimeDefault' } };
const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
